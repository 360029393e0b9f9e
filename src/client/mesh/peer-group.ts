import type { Answer } from '../wire.js'
import { peer, type Peer, type PeerOptions, type PeerPorts } from './peer.js'
import type { Source } from './peer-media.js'
import type { PeerSignal } from './peer-signal.js'
import { signalQueue } from './signal-queue.js'
import type { IceServer, MediaTrack } from './webrtc.js'

/** The peers of one client. Each of them gets the client's tracks and ICE servers, and its signals in order. */
export interface PeerGroup<Track extends MediaTrack> {
  /** by id, in the order in which they were connected */
  readonly peers: ReadonlyMap<string, Peer<Track>>
  connect(id: string, options: Pick<PeerOptions<Track>, 'isPolite' | 'offersFirst'>): Peer<Track>
  disconnect(id: string): void
  /** to all present and future peers; `track: null` turns the source off */
  publish(source: Source, track: Track | null): void
  setIceServers(iceServers: ReadonlyArray<IceServer>): void
  /** the room is joined; signals that are not acknowledged are sent again */
  resumeSignals(): void
  pauseSignals(): void
  /** disconnects all peers, and sends no signal any more */
  close(): void
}

export const peerGroup = <Track extends MediaTrack, Stream>(
  ports: Omit<PeerPorts<Track, Stream>, 'send'>,
  sendSignal: (to: string, signal: PeerSignal) => Promise<Answer<object>>,
): PeerGroup<Track> => {
  const tracks = new Map<Source, Track>()
  const peers = new Map<string, Peer<Track>>()
  const signals = signalQueue(ports)
  let iceServers: ReadonlyArray<IceServer> = []

  const disconnect = (id: string): void => {
    signals.discard(id)
    peers.get(id)?.close()
    peers.delete(id)
  }

  return {
    peers,
    connect: (id, options) => {
      const send = (signal: PeerSignal): void =>
        signals.enqueue({ to: id, send: () => sendSignal(id, signal) })
      const connected = peer<Track, Stream>({ ...ports, send }, { ...options, iceServers, tracks })
      peers.set(id, connected)
      return connected
    },
    disconnect,
    publish: (source, track) => {
      if (track === null) tracks.delete(source)
      else tracks.set(source, track)
      for (const each of peers.values()) each.publish(source, track)
    },
    setIceServers: (servers) => {
      iceServers = servers
      for (const each of peers.values()) each.setIceServers(servers)
    },
    resumeSignals: signals.resume,
    pauseSignals: signals.pause,
    close: () => {
      for (const id of peers.keys()) disconnect(id)
      signals.clear()
    },
  }
}
