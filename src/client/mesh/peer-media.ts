import type { Presence } from './presence.js'
import type { MediaTrack, PeerConnection, Transceiver } from './webrtc.js'

/** What comes from a peer, and how well. */
export interface PeerMedia<Track> {
  /** `interrupted`: it was connected, and is being helped */
  readonly connection: 'connecting' | 'connected' | 'interrupted'
  readonly sound: ReadonlyArray<Track>
  readonly isMuted: boolean
  readonly camera: Track | null
  readonly screen: Track | null
}

const connectionIn = (iceConnectionState: string): PeerMedia<never>['connection'] => {
  switch (iceConnectionState) {
    case 'connected':
    case 'completed':
      return 'connected'
    case 'disconnected':
    case 'failed':
      return 'interrupted'
    default:
      return 'connecting'
  }
}

const isReceived = ({ mid, currentDirection }: Transceiver<unknown>): boolean =>
  mid !== null && (currentDirection === 'sendrecv' || currentDirection === 'recvonly')

/**
 * Which of the tracks that are received is what. A peer that tells (see `presence.ts`) knows best; of one that does not,
 * the first picture is its camera, and a second one its screen.
 */
export const mediaOf = <Track extends MediaTrack>(
  pc: PeerConnection<Track, never>,
  presence: Presence | null,
): PeerMedia<Track> => {
  const received = pc.getTransceivers().filter(isReceived)
  const sound = received.filter(({ receiver }) => receiver.track.kind === 'audio')
  const pictures = received.filter(({ receiver }) => receiver.track.kind === 'video')
  const [first, second] = pictures
  const camera = presence === null ? first : pictures.find(({ mid }) => mid === presence.camera)
  const screen = presence === null ? second : pictures.find(({ mid }) => mid === presence.screen)
  return {
    connection: connectionIn(pc.iceConnectionState),
    sound: sound.map(({ receiver }) => receiver.track),
    isMuted: presence !== null && presence.microphone === null,
    camera: camera?.receiver.track ?? null,
    screen: screen?.receiver.track ?? null,
  }
}
