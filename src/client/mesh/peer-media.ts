import type { MediaTrack, PeerConnection, Sender, Transceiver } from './webrtc.js'

/** What a peer can send. Each source has its own track, which comes and goes. */
export type Source = 'microphone' | 'camera' | 'screen'

export const sources = ['microphone', 'camera', 'screen'] as const satisfies ReadonlyArray<Source>

/** The `mid` of each source's transceiver; `null`: turned off. A peer sends it on a data channel beside the media. */
export type SourceMids = Readonly<Record<Source, string | null>>

export const sourceChannelLabel = 'roomreel.presence'

/** Agreed on beforehand, so that the channel needs no negotiation of its own. */
export const sourceChannelId = 0

export const encodeSourceMids = (mids: SourceMids): string => JSON.stringify({ type: 'presence', ...mids })

/** A transceiver has no `mid` before it is negotiated. */
export const sourceMidsOf = <Track>(
  transceivers: ReadonlyArray<Transceiver<Track>>,
  senderOf: (source: Source) => Sender<Track> | undefined,
): SourceMids => {
  const midOf = (source: Source): string | null => {
    const sender = senderOf(source)
    return transceivers.find((one) => one.sender === sender)?.mid ?? null
  }
  return { microphone: midOf('microphone'), camera: midOf('camera'), screen: midOf('screen') }
}

const maxTextLength = 1_000

const midIn = (message: object, source: Source): string | null => {
  const mid: unknown = Object.entries(message).find(([name]) => name === source)?.[1]
  return typeof mid === 'string' ? mid : null
}

/** `null` for any other text: a peer may be another program, or of another version. */
export const decodeSourceMids = (text: unknown): SourceMids | null => {
  if (typeof text !== 'string' || text.length > maxTextLength) return null
  try {
    const message: unknown = JSON.parse(text)
    if (typeof message !== 'object' || message === null || !('type' in message)) return null
    if (message.type !== 'presence') return null
    return {
      microphone: midIn(message, 'microphone'),
      camera: midIn(message, 'camera'),
      screen: midIn(message, 'screen'),
    }
  } catch {
    return null
  }
}

/** What comes from a peer, and whether it comes. */
export interface PeerMedia<Track> {
  /** `interrupted`: it was connected, and an ICE restart is under way */
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

/** Without the peer's own `SourceMids`, its first video is taken for its camera and the second one for its screen. */
export const mediaOf = <Track extends MediaTrack>(
  pc: PeerConnection<Track, never>,
  mids: SourceMids | null,
): PeerMedia<Track> => {
  const received = pc.getTransceivers().filter(isReceived)
  const sound = received.filter(({ receiver }) => receiver.track.kind === 'audio')
  const videos = received.filter(({ receiver }) => receiver.track.kind === 'video')
  const [first, second] = videos
  const camera = mids === null ? first : videos.find(({ mid }) => mid === mids.camera)
  const screen = mids === null ? second : videos.find(({ mid }) => mid === mids.screen)
  return {
    connection: connectionIn(pc.iceConnectionState),
    sound: sound.map(({ receiver }) => receiver.track),
    isMuted: mids !== null && mids.microphone === null,
    camera: camera?.receiver.track ?? null,
    screen: screen?.receiver.track ?? null,
  }
}
