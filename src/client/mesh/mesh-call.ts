import { sessionClient, type ClientPorts, type ConnectionState } from '../session-client.js'
import type { Session, WireError } from '../wire.js'
import { retryAfterMs } from '../passing.js'
import { peerLink, type LinkPorts, type LinkSignal, type PeerLink } from './peer.js'
import type { PeerMedia } from './peer-media.js'
import { post } from './signal-queue.js'
import type { Source } from './presence.js'
import { readCandidate, readDescription } from './signal-decoder.js'
import {
  isMeshEmit,
  type MeshEmit,
  type MeshJoinResult,
  type MeshRequests,
  type PeerEntry,
} from './mesh-wire.js'
import type { IceServer, MediaTrack } from './webrtc.js'

export interface MeshCallPorts<Track extends MediaTrack, Stream>
  extends ClientPorts, Pick<LinkPorts<Track, Stream>, 'newPeerConnection' | 'stream' | 'newId'> {}

export interface MeshWish {
  /** 1 to 32 of letters, digits and `-`; a room that is not there yet is made */
  readonly roomCode: string
  readonly name?: string
  /** of a private room */
  readonly token?: string
}

export interface CallPeer<Track> {
  readonly id: string
  /** none was given, or the server tells none */
  readonly name: string | null
  readonly media: PeerMedia<Track>
}

export type CallMembership =
  | { readonly type: 'joining' }
  | { readonly type: 'joined'; readonly roomId: string; readonly peerId: string }
  /** `room-full` has a `route` where the call can go on in a larger room */
  | { readonly type: 'refused'; readonly error: WireError }
  | { readonly type: 'left' }

/** The call at this moment. */
export interface CallState<Track> {
  /** to the server; the media go on without it */
  readonly connection: ConnectionState
  readonly membership: CallMembership
  /** the others, in the order in which they came */
  readonly peers: ReadonlyArray<CallPeer<Track>>
}

/**
 * A call with everybody in a room, each connected to each. It looks after itself: a connection to the server that breaks
 * comes back and leaves the media alone, a connection to a peer that breaks is restarted, and nothing of it is left after
 * `leave()`.
 */
export interface MeshCall<Track> {
  state(): CallState<Track>
  /** told after each change; returns how to stop */
  subscribe(listener: (state: CallState<Track>) => void): () => void
  /** to all who are there and all who come; `track: null` turns the source off. The track stays the caller's. */
  publish(source: Source, track: Track | null): void
  /** the device has another address now: a new way to everybody is looked for */
  networkChanged(): void
  /** asks for the room again after a refusal */
  join(): void
  takeBack(): void
  leave(): Promise<void>
}

const sessionKey = 'roomreel.session.mesh'

const patienceToLeaveMs = 1_000

/**
 * Starts to join at once. In a browser:
 *
 * ```ts
 * const call = meshCall<MediaStreamTrack, MediaStream>(
 *   {
 *     connect: socketIoConnection('https://rooms.example'),
 *     storage: sessionStorage,
 *     after: (delayMs, task) => {
 *       const timer = setTimeout(task, delayMs)
 *       return () => clearTimeout(timer)
 *     },
 *     newPeerConnection: (configuration) => new RTCPeerConnection(configuration),
 *     newId: () => crypto.randomUUID(),
 *     stream: new MediaStream(),
 *   },
 *   { roomCode: 'ABC123', name: 'Ann' },
 * )
 * call.subscribe(({ peers }) => show(peers.map(({ name, media }) => [name, media.camera])))
 * call.publish('camera', (await navigator.mediaDevices.getUserMedia({ video: true })).getVideoTracks()[0])
 * ```
 */
export const meshCall = <Track extends MediaTrack, Stream>(
  ports: MeshCallPorts<Track, Stream>,
  { name, ...wish }: MeshWish,
): MeshCall<Track> => {
  const listeners = new Set<(state: CallState<Track>) => void>()
  const tracks = new Map<Source, Track>()
  const links = new Map<string, { readonly name: string | null; readonly link: PeerLink<Track> }>()
  const signals = post(ports)
  let iceServers: ReadonlyArray<IceServer> = []
  let membership: CallMembership = { type: 'joining' }
  /** what came while the room's answer was on its way */
  let held: ReadonlyArray<MeshEmit> | null = []
  let callOffJoin = (): void => {}

  const client = sessionClient<MeshRequests, MeshEmit>(
    ports,
    {
      key: sessionKey,
      isEmit: isMeshEmit,
      identity: () => (name === undefined ? {} : { name }),
    },
    {
      connection: (connection) => {
        if (connection.type !== 'connected') signals.shut()
        changed()
      },
      session: (session) => void askToJoin(session),
      heard: (emit) => {
        if (hasLeft()) return
        if (held === null) hear(emit)
        else held = [...held, emit]
      },
    },
  )

  const state = (): CallState<Track> => ({
    connection: client.connection(),
    membership,
    peers: [...links].map(([id, { name: called, link }]) => ({ id, name: called, media: link.media() })),
  })

  function changed(): void {
    if (listeners.size === 0) return
    const now = state()
    for (const listener of listeners) listener(now)
  }

  const hasLeft = (): boolean => membership.type === 'left'

  const askToJoin = async (session: Session | null): Promise<void> => {
    callOffJoin()
    if (hasLeft()) return
    held ??= []
    const answer = await client.request('join:room', { ...wish, create: true })
    // The connection went: the next session asks anew.
    if (client.connection().type !== 'connected' || hasLeft()) return
    if (!answer.success) {
      const againAfterMs = retryAfterMs(answer.error)
      if (againAfterMs !== null) {
        callOffJoin = ports.after(againAfterMs, () => void askToJoin(session))
        return
      }
      endAll()
      membership = { type: 'refused', error: answer.error }
      return changed()
    }
    enter(answer)
    for (const { from } of session?.signalsLost ?? []) links.get(from)?.link.beginAgain()
    const missed = held ?? []
    held = null
    for (const emit of missed) hear(emit)
    signals.open()
    changed()
  }

  /** Into the room as it is now: who is still there stays connected. */
  const enter = ({ roomId, peerId, peers, iceServers: servers }: MeshJoinResult): void => {
    // As somebody else: to the others this is a newcomer, and so are they to it.
    if (membership.type === 'joined' && membership.peerId !== peerId) endAll()
    membership = { type: 'joined', roomId, peerId }
    renew(servers)
    for (const id of links.keys()) if (!peers.some((peer) => peer.id === id)) end(id)
    for (const peer of peers) meet(peer)
  }

  const renew = (servers: ReadonlyArray<IceServer>): void => {
    iceServers = servers
    for (const { link } of links.values()) link.configure(servers)
  }

  const meet = ({ id, userInfo, polite }: PeerEntry): void => {
    if (links.has(id)) return
    const link = peerLink<Track, Stream>(
      { ...ports, changed, send: (signal) => put(id, signal) },
      // The newcomer offers: so the two seldom do it at once.
      { polite: !polite, offersFirst: !polite, iceServers, tracks },
    )
    links.set(id, { name: userInfo?.username ?? null, link })
  }

  const end = (id: string): void => {
    signals.drop(id)
    links.get(id)?.link.close()
    links.delete(id)
  }

  const endAll = (): void => {
    for (const id of links.keys()) end(id)
  }

  const put = (targetPeerId: string, signal: LinkSignal): void => {
    const { kind, negotiation } = signal
    const to = { targetPeerId, ...(negotiation !== null && { negotiation }) }
    const send = () => {
      switch (kind) {
        case 'offer':
          return client.request('webrtc:offer', { ...to, offer: signal.offer })
        case 'answer':
          return client.request('webrtc:answer', { ...to, answer: signal.answer })
        case 'ice':
          return client.request('webrtc:ice', { ...to, candidate: signal.candidate ?? { candidate: '' } })
      }
    }
    signals.put({ to: targetPeerId, send })
  }

  const hear = (emit: MeshEmit): void => {
    switch (emit.event) {
      case 'peer:joined':
        meet({ ...emit.payload, id: emit.payload.peerId })
        return changed()
      case 'peer:left':
        end(emit.payload.peerId)
        return changed()
      case 'webrtc:offer': {
        const { from, negotiation = null } = emit.payload
        const offer = readDescription('offer', emit.payload.offer)
        if (offer !== null) links.get(from)?.link.hear({ kind: 'offer', negotiation, offer })
        return
      }
      case 'webrtc:answer': {
        const { from, negotiation = null } = emit.payload
        const answer = readDescription('answer', emit.payload.answer)
        if (answer !== null) links.get(from)?.link.hear({ kind: 'answer', negotiation, answer })
        return
      }
      case 'webrtc:ice': {
        const { from, negotiation = null } = emit.payload
        const candidate = readCandidate(emit.payload.candidate)
        return links.get(from)?.link.hear({ kind: 'ice', negotiation, candidate })
      }
      case 'ice-servers':
        return renew(emit.payload.iceServers)
      case 'room:joined':
      case 'session':
      case 'server-shutdown':
      case 'error':
    }
  }

  client.open()

  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish: (source, track) => {
      if (track === null) tracks.delete(source)
      else tracks.set(source, track)
      for (const { link } of links.values()) link.publish(source, track)
    },
    networkChanged: () => {
      for (const { link } of links.values()) link.restart()
    },
    join: () => {
      membership = { type: 'joining' }
      changed()
      if (client.connection().type === 'connected') void askToJoin(null)
      else client.takeBack()
    },
    takeBack: client.takeBack,
    leave: async () => {
      callOffJoin()
      endAll()
      signals.clear()
      if (membership.type === 'joined') client.forget(membership.roomId)
      membership = { type: 'left' }
      await new Promise<void>((resolve) => {
        const callOff = ports.after(patienceToLeaveMs, resolve)
        void client.request('leave:room', {}).then(() => {
          callOff()
          resolve()
        })
      })
      client.close()
      changed()
      listeners.clear()
    },
  }
}
