import { clientPorts, memoryStorage, type ClientOptions } from '../client-ports.js'
import { publisher, roomClient, type RoomStatus, type StateSource } from '../room-client.js'
import type { Answer } from '../wire.js'
import {
  isMeshEmit,
  type MeshEmit,
  type MeshJoinResult,
  type MeshRequests,
  type PeerEntry,
} from './mesh-wire.js'
import { peerGroup } from './peer-group.js'
import type { PeerMedia, Source } from './peer-media.js'
import { decodeSignal, type PeerSignal } from './peer-signal.js'
import { webRtcPorts, type MediaTrack, type WebRtcPorts } from './webrtc.js'

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
  const names = new Map<string, string>()
  let peerId: string | null = null
  let lostSignals: ReadonlyArray<{ readonly from: string }> = []
  /** emits that came before the room's answer, which replaces the list of peers */
  let early: ReadonlyArray<MeshEmit> = []

  const client = roomClient<MeshRequests, MeshEmit, CallOptions, MeshJoinResult>(ports, {
    sessionKey: 'roomreel.session.mesh',
    isEmit: isMeshEmit,
    identity: () => (room.name === undefined ? {} : { name: room.name }),
    join: (request, { name: _name, ...entry }) => request('join:room', { ...entry, create: true }),
    leave: (request) => request('leave:room', {}),
    roomOf: ({ roomId }) => roomId,
    retriesJoin: true,
    resendsFromJoin: false,
  })
  const { changed, clear, ...source } = publisher((): CallState<Track> => ({
    status: client.status(),
    peerId,
    peers: [...group.peers].map(([id, peer]) => ({ id, name: names.get(id) ?? null, media: peer.media() })),
  }))

  const sendSignal = (targetPeerId: string, signal: PeerSignal): Promise<Answer<object>> => {
    const { kind, negotiation } = signal
    const to = { targetPeerId, ...(negotiation !== null && { negotiation }) }
    switch (kind) {
      case 'offer':
        return client.request('webrtc:offer', { ...to, offer: signal.description })
      case 'answer':
        return client.request('webrtc:answer', { ...to, answer: signal.description })
      case 'candidate':
        return client.request('webrtc:ice', { ...to, candidate: signal.candidate ?? { candidate: '' } })
    }
  }

  const group = peerGroup<Track, Stream>({ ...ports, changed }, sendSignal)

  /** Peers that are still in the room stay connected. */
  const joined = (result: MeshJoinResult): void => {
    // With another id the client is a newcomer to all others, and they are to it.
    if (peerId !== null && peerId !== result.peerId) disconnectAll()
    peerId = result.peerId
    group.setIceServers(result.iceServers)
    for (const id of group.peers.keys()) if (!result.peers.some((entry) => entry.id === id)) disconnect(id)
    for (const entry of result.peers) connect(entry)
    for (const { from } of lostSignals) group.peers.get(from)?.renegotiate()
    lostSignals = []
    const emits = early
    early = []
    for (const emit of emits) receive(emit)
    group.resumeSignals()
  }

  const connect = ({ id, userInfo, polite }: PeerEntry): void => {
    if (group.peers.has(id)) return
    if (userInfo?.username !== undefined) names.set(id, userInfo.username)
    // The newcomer offers, so offers seldom collide.
    group.connect(id, { isPolite: !polite, offersFirst: !polite })
  }

  const disconnect = (id: string): void => {
    names.delete(id)
    group.disconnect(id)
  }

  const disconnectAll = (): void => {
    for (const id of group.peers.keys()) disconnect(id)
    peerId = null
  }

  const receiveSignal = (
    kind: PeerSignal['kind'],
    payload: { readonly from: string; readonly negotiation?: string | number },
    content: unknown,
  ): void => {
    const signal = decodeSignal(kind, payload, content)
    if (signal !== null) group.peers.get(payload.from)?.receive(signal)
  }

  const receive = (emit: MeshEmit): void => {
    switch (emit.event) {
      case 'peer:joined':
        connect({ ...emit.payload, id: emit.payload.peerId })
        return changed()
      case 'peer:left':
        disconnect(emit.payload.peerId)
        return changed()
      case 'webrtc:offer':
        return receiveSignal('offer', emit.payload, emit.payload.offer)
      case 'webrtc:answer':
        return receiveSignal('answer', emit.payload, emit.payload.answer)
      case 'webrtc:ice':
        return receiveSignal('candidate', emit.payload, emit.payload.candidate)
      case 'ice-servers':
        return group.setIceServers(emit.payload.iceServers)
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
      if (connection.type !== 'connected') group.pauseSignals()
      if (type === 'refused') disconnectAll()
      changed()
    },
  })
  client.join(room)

  return {
    ...source,
    publish: group.publish,
    networkChanged: () => {
      for (const peer of group.peers.values()) peer.restart()
    },
    join: () => {
      client.join(room)
      if (client.status().connection.type !== 'connected') client.takeBack()
    },
    takeBack: client.takeBack,
    leave: async () => {
      disconnectAll()
      group.close()
      await client.leave()
      client.close()
      clear()
    },
  }
}
