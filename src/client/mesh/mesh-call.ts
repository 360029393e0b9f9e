import { clientPorts, memoryStorage, type ClientOptions } from '../client-ports.js'
import { publisher, roomClient, type RoomStatus, type StateSource } from '../room-client.js'
import {
  isMeshEmit,
  type MeshEmit,
  type MeshJoinResult,
  type MeshRequests,
  type PeerEntry,
} from './mesh-wire.js'
import { peer, type Peer, type PeerSignal } from './peer.js'
import type { PeerMedia, Source } from './peer-media.js'
import { decodeCandidate, decodeDescription } from './signal-decoder.js'
import { signalQueue } from './signal-queue.js'
import { webRtcPorts, type IceServer, type MediaTrack, type WebRtcPorts } from './webrtc.js'

/** Without `storage` the session ends with the page: after a reload there are no media to resume. */
export interface MeshCallPorts<Track extends MediaTrack, Stream>
  extends ClientOptions, Partial<WebRtcPorts<Track, Stream>> {}

export interface CallOptions {
  /** 1 to 32 of letters, digits and `-`; a room that does not exist is created */
  readonly roomCode: string
  readonly name?: string
  /** of a private room */
  readonly token?: string
}

export interface CallPeer<Track> {
  readonly id: string
  /** `null`: the peer or the server gives none */
  readonly name: string | null
  readonly media: PeerMedia<Track>
}

export interface CallState<Track> {
  /** of the room on the server; `refused` with `room-full` has a `route` where the call can go on in a larger room */
  readonly status: RoomStatus<CallOptions, MeshJoinResult>
  /** the client's own id from the first join on, also while the connection is lost; the media go on without it */
  readonly peerId: string | null
  /** the others, in the order in which they joined */
  readonly peers: ReadonlyArray<CallPeer<Track>>
}

/**
 * A call in which each peer is connected to each other one. A lost connection to the server comes back and leaves the
 * media alone, a broken connection to a peer is restarted, and `leave()` ends everything.
 */
export interface MeshCall<Track> extends StateSource<CallState<Track>> {
  /** to all present and future peers; `track: null` turns the source off. The track stays the caller's. */
  publish(source: Source, track: Track | null): void
  /** the device has another address now: restarts ICE with every peer */
  networkChanged(): void
  /** joins again after a refused join */
  join(): void
  takeBack(): void
  leave(): Promise<void>
}

/**
 * Joins at once.
 *
 * @example
 * const call = meshCall<MediaStreamTrack>({ url: 'https://rooms.example' }, { roomCode: 'ABC123', name: 'Ann' })
 * call.subscribe(({ peers }) => console.log(peers.map(({ name, media }) => [name, media.connection])))
 * const stream = await navigator.mediaDevices.getUserMedia({ video: true })
 * call.publish('camera', stream.getVideoTracks()[0])
 */
export const meshCall = <Track extends MediaTrack, Stream = unknown>(
  options: MeshCallPorts<Track, Stream>,
  room: CallOptions,
): MeshCall<Track> => {
  const ports = {
    ...clientPorts({ ...options, storage: options.storage ?? memoryStorage() }),
    ...webRtcPorts(options),
  }
  const tracks = new Map<Source, Track>()
  const peers = new Map<string, { readonly name: string | null; readonly peer: Peer<Track> }>()
  const signals = signalQueue(ports)
  let iceServers: ReadonlyArray<IceServer> = []
  let peerId: string | null = null
  let lostSignals: ReadonlyArray<{ readonly from: string }> = []
  /** emits that came before the room's answer, which replaces the list of peers */
  let early: ReadonlyArray<MeshEmit> = []

  const client = roomClient<MeshRequests, MeshEmit, CallOptions, MeshJoinResult>(ports, {
    sessionKey: 'roomreel.session.mesh',
    isEmit: isMeshEmit,
    identity: () => (room.name === undefined ? {} : { name: room.name }),
    join: (request, { name: _name, ...place }) => request('join:room', { ...place, create: true }),
    leave: (request) => request('leave:room', {}),
    roomOf: ({ roomId }) => roomId,
    retriesJoin: true,
    resendsFromJoin: false,
  })
  const { changed, clear, ...source } = publisher((): CallState<Track> => ({
    status: client.status(),
    peerId,
    peers: [...peers].map(([id, one]) => ({ id, name: one.name, media: one.peer.media() })),
  }))

  /** Who is still in the room stays connected. */
  const joined = (result: MeshJoinResult): void => {
    // With another id the client is a newcomer to all others, and they are to it.
    if (peerId !== null && peerId !== result.peerId) disconnectAll()
    peerId = result.peerId
    setIceServers(result.iceServers)
    for (const id of peers.keys()) if (!result.peers.some((entry) => entry.id === id)) disconnect(id)
    for (const entry of result.peers) connect(entry)
    for (const { from } of lostSignals) peers.get(from)?.peer.renegotiate()
    lostSignals = []
    const emits = early
    early = []
    for (const emit of emits) receive(emit)
    signals.resume()
  }

  const setIceServers = (servers: ReadonlyArray<IceServer>): void => {
    iceServers = servers
    for (const one of peers.values()) one.peer.setIceServers(servers)
  }

  const connect = ({ id, userInfo, polite }: PeerEntry): void => {
    if (peers.has(id)) return
    const connected = peer<Track, Stream>(
      { ...ports, changed, send: (signal) => send(id, signal) },
      // The newcomer offers, so offers seldom collide.
      { isPolite: !polite, offersFirst: !polite, iceServers, tracks },
    )
    peers.set(id, { name: userInfo?.username ?? null, peer: connected })
  }

  const disconnect = (id: string): void => {
    signals.discard(id)
    peers.get(id)?.peer.close()
    peers.delete(id)
  }

  const disconnectAll = (): void => {
    for (const id of peers.keys()) disconnect(id)
    peerId = null
  }

  const send = (targetPeerId: string, signal: PeerSignal): void => {
    const { kind, negotiation } = signal
    const to = { targetPeerId, ...(negotiation !== null && { negotiation }) }
    signals.enqueue({
      to: targetPeerId,
      send: () => {
        switch (kind) {
          case 'offer':
            return client.request('webrtc:offer', { ...to, offer: signal.offer })
          case 'answer':
            return client.request('webrtc:answer', { ...to, answer: signal.answer })
          case 'ice':
            return client.request('webrtc:ice', { ...to, candidate: signal.candidate ?? { candidate: '' } })
        }
      },
    })
  }

  const receive = (emit: MeshEmit): void => {
    switch (emit.event) {
      case 'peer:joined':
        connect({ ...emit.payload, id: emit.payload.peerId })
        return changed()
      case 'peer:left':
        disconnect(emit.payload.peerId)
        return changed()
      case 'webrtc:offer': {
        const { from, negotiation = null } = emit.payload
        const offer = decodeDescription('offer', emit.payload.offer)
        if (offer !== null) peers.get(from)?.peer.receive({ kind: 'offer', negotiation, offer })
        return
      }
      case 'webrtc:answer': {
        const { from, negotiation = null } = emit.payload
        const answer = decodeDescription('answer', emit.payload.answer)
        if (answer !== null) peers.get(from)?.peer.receive({ kind: 'answer', negotiation, answer })
        return
      }
      case 'webrtc:ice': {
        const { from, negotiation = null } = emit.payload
        const candidate = decodeCandidate(emit.payload.candidate)
        return peers.get(from)?.peer.receive({ kind: 'ice', negotiation, candidate })
      }
      case 'ice-servers':
        return setIceServers(emit.payload.iceServers)
      case 'room:joined':
      case 'session':
      case 'server-shutdown':
      case 'error':
    }
  }

  client.listen({
    session: ({ signalsLost = [] }) => {
      lostSignals = signalsLost
    },
    joined,
    received: (emit) => {
      const { type } = client.status()
      if (type === 'joined') receive(emit)
      else if (type !== 'outside') early = [...early, emit]
    },
    changed: ({ type, connection }) => {
      if (connection.type !== 'connected') signals.pause()
      if (type === 'refused') disconnectAll()
      changed()
    },
  })
  client.join(room)

  return {
    ...source,
    publish: (published, track) => {
      if (track === null) tracks.delete(published)
      else tracks.set(published, track)
      for (const one of peers.values()) one.peer.publish(published, track)
    },
    networkChanged: () => {
      for (const one of peers.values()) one.peer.restart()
    },
    join: () => {
      client.join(room)
      if (client.status().connection.type !== 'connected') client.takeBack()
    },
    takeBack: client.takeBack,
    leave: async () => {
      disconnectAll()
      signals.clear()
      await client.leave()
      client.close()
      clear()
    },
  }
}
