import { peer, type Peer } from '../../../src/client/mesh/peer.js'
import type { PeerSignal } from '../../../src/client/mesh/peer-signal.js'
import type { Source } from '../../../src/client/mesh/peer-media.js'
import type { MediaTrack } from '../../../src/client/mesh/webrtc.js'
import { fakeTimer } from '../fake-server.js'
import {
  fakePeerConnection,
  settled,
  type FakeNetwork,
  type FakePeerConnection,
} from './fake-peer-connection.js'

export type Side = 'early' | 'late'

export const otherThan = (side: Side): Side => (side === 'early' ? 'late' : 'early')

const kinds: Readonly<Record<Source, string>> = { microphone: 'audio', camera: 'video', screen: 'video' }

const trackOf = (side: Side, source: Source): MediaTrack => ({
  id: `${side} ${source}`,
  kind: kinds[source],
})

interface End {
  peer: Peer<MediaTrack>
  readonly tracks: Map<Source, MediaTrack>
  readonly connections: FakePeerConnection[]
  /** to the far end, in order */
  readonly sent: PeerSignal[]
}

/** Two peers and the path between them; a test decides when which signal arrives. */
export const twoPeers = () => {
  const network: FakeNetwork = new Map()
  const timer = fakeTimer()
  let ids = 0

  const begun = (side: Side, end: Omit<End, 'peer'>): Peer<MediaTrack> =>
    peer<MediaTrack, string>(
      {
        newPeerConnection: () => {
          const connection = fakePeerConnection(network)
          end.connections.push(connection)
          return connection
        },
        stream: side,
        after: timer.after,
        newId: () => `n${++ids}`,
        send: (signal) => void end.sent.push(signal),
        changed: () => {},
      },
      { isPolite: side === 'late', offersFirst: side === 'late', iceServers: [], tracks: end.tracks },
    )

  const ended = (side: Side): End => {
    const end = { tracks: new Map<Source, MediaTrack>(), connections: [], sent: [] }
    return Object.assign(end, { peer: begun(side, end) })
  }

  const ends: Readonly<Record<Side, End>> = { early: ended('early'), late: ended('late') }

  const pcOf = (side: Side): FakePeerConnection => {
    const last = ends[side].connections.at(-1)
    if (last === undefined) throw new Error('no connection yet')
    return last
  }

  const deliver = (from: Side): void => {
    const signal = ends[from].sent.shift()
    if (signal !== undefined) ends[otherThan(from)].peer.receive(signal)
  }

  return {
    timer,
    ends,
    pcOf,
    deliver,
    publish: (side: Side, source: Source, isOn: boolean) => {
      const track = isOn ? trackOf(side, source) : null
      if (track === null) ends[side].tracks.delete(source)
      else ends[side].tracks.set(source, track)
      ends[side].peer.publish(source, track)
    },
    /** reloads the page, which comes back as the same member */
    reload: (side: Side) => {
      ends[side].peer.close()
      ends[side].peer = begun(side, ends[side])
    },
    /** delivers signals until there are none */
    untilQuiet: async () => {
      for (let round = 0; round < 200; round++) {
        await settled()
        if (ends.early.sent.length + ends.late.sent.length === 0) return
        deliver('early')
        deliver('late')
      }
      throw new Error('the two peers send signals without end')
    },
  }
}
