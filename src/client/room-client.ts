import type { ClientPorts } from './client-ports.js'
import type { HandshakeAuth } from './connection.js'
import { sessionClient, type ConnectionState, type Emitted, type Request } from './session-client.js'
import type { RequestsOf } from './session-client.js'
import type { AfterReload } from './stored-session.js'
import { retryAfterMs, type Answer, type Session, type WireError } from './wire.js'

type Membership<Options, Result> =
  | { readonly type: 'outside' }
  /** on its way into the room, for the first time or back after a lost connection */
  | { readonly type: 'joining'; readonly options: Options }
  | { readonly type: 'joined'; readonly options: Options; readonly result: Result }
  | { readonly type: 'refused'; readonly options: Options; readonly error: WireError }
  | { readonly type: 'removed'; readonly reason: string | null }

/** Where a client is, and the connection by which it is there. The room joins again by itself after a lost connection. */
export type RoomStatus<Options, Result> = Membership<Options, Result> & {
  readonly connection: ConnectionState
}

/** What the clients of all protocols have in common. A page shows `state()`, and again after each change. */
export interface StateSource<State> {
  state(): State
  /** calls the listener after each change; returns how to stop */
  subscribe(listener: (state: State) => void): () => void
}

/** Reports the present state to its subscribers. */
export interface Publisher<State> extends StateSource<State> {
  changed(): void
  clear(): void
}

export const publisher = <State>(state: () => State): Publisher<State> => {
  const listeners = new Set<(state: State) => void>()
  return {
    state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    changed: () => {
      if (listeners.size === 0) return
      const current = state()
      for (const listener of listeners) listener(current)
    },
    clear: () => listeners.clear(),
  }
}

/** How a room is joined and left in one protocol. */
export interface RoomProtocol<Requests extends RequestsOf<Requests>, Emit extends Emitted, Options, Result> {
  /** under which the session is stored; two clients of one tab must not share it */
  readonly sessionKey: string
  readonly isEmit: (received: { event: string; payload: unknown }) => received is Emit
  readonly identity?: () => Pick<HandshakeAuth, 'name' | 'userId'>
  readonly afterReload?: AfterReload
  readonly join: (request: Request<Requests>, options: Options) => Promise<Answer<Result>>
  readonly roomOf: (result: Result, options: Options) => string
  /** without it, closing the connection is how the room is left */
  readonly leave?: (request: Request<Requests>) => Promise<Answer<object>>
  /** the removal that an emit reports */
  readonly removalIn?: (emit: Emit) => Removal | null
  /** whether an error that may pass (`rate-limited`, `store-unavailable` …) leads to another attempt instead of `refused` */
  readonly retriesJoin: boolean
  /** whether events from before the first one that arrived are needed; `false`: the answer to a join holds everything */
  readonly resendsFromJoin: boolean
}

interface Removal {
  readonly room: string | undefined
  readonly reason: string | null
}

export interface RoomListener<Emit, Options, Result> {
  /** a session begins; the join follows */
  session?(session: Session): void
  /** before `changed`, and before any listener of the state */
  joined?(result: Result, options: Options): void
  /** whole events of the log, in order; counts and errors as they come */
  received?(emit: Emit): void
  changed?(status: RoomStatus<Options, Result>): void
}

/**
 * One room over one connection: joins it, joins it again after each reconnect, and hands on its events. `join` names the
 * room in which the client is to be; all else follows from that until `leave` or `close`.
 */
export interface RoomClient<Requests extends RequestsOf<Requests>, Emit, Options, Result> {
  status(): RoomStatus<Options, Result>
  /** returns how to stop */
  listen(listener: RoomListener<Emit, Options, Result>): () => void
  /** fails at once without a connection: nobody wants a draw to start minutes after they asked for it */
  readonly request: Request<Requests>
  /** connects if need be; with other options it changes over */
  join(options: Options): void
  /** resolves when the server has answered, at the latest after a second */
  leave(): Promise<void>
  /** uses the session here after another connection took it over */
  takeBack(): void
  /** ends the connection; `join` opens it again */
  disconnect(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

const leaveTimeoutMs = 1_000

export const roomClient = <
  Requests extends RequestsOf<Requests>,
  Emit extends Emitted,
  Options extends object,
  Result,
>(
  ports: ClientPorts,
  protocol: RoomProtocol<Requests, Emit, Options, Result>,
): RoomClient<Requests, Emit, Options, Result> => {
  const listeners = new Set<RoomListener<Emit, Options, Result>>()
  let membership: Membership<Options, Result> = { type: 'outside' }
  /** where the client is to be */
  let target: Options | null = null
  /** where it was let in */
  let room: string | null = null
  let attempt = 0
  let cancelRetry = (): void => {}

  const status = (): RoomStatus<Options, Result> => ({ ...membership, connection: session.connection() })

  const changed = (): void => {
    for (const listener of listeners) listener.changed?.(status())
  }

  const become = (next: Membership<Options, Result>): void => {
    membership = next
    changed()
  }

  const session = sessionClient<Requests, Emit>(ports, protocol, {
    connection: ({ type }) => {
      // The next connection is not in the room before its join is answered.
      if (type !== 'connected' && membership.type === 'joined')
        membership = { type: 'joining', options: membership.options }
      changed()
    },
    session: (next) => {
      // Before the join: it would bring back a member who was removed while away.
      if (protocol.removalIn !== undefined)
        for (const { room: left, reason } of next.ended ?? [])
          if (reason === 'removed') beRemoved({ room: left, reason })
      for (const listener of listeners) listener.session?.(next)
      if (target !== null) void enter(target)
    },
    received: (emit) => {
      const removal = protocol.removalIn?.(emit) ?? null
      if (removal !== null) beRemoved(removal)
      for (const listener of listeners) listener.received?.(emit)
    },
  })

  const enter = async (options: Options): Promise<void> => {
    cancelRetry()
    const current = ++attempt
    become({ type: 'joining', options })
    const answer = await protocol.join(session.request, options)
    // Another join has begun meanwhile, or the connection went: the next session joins again.
    if (current !== attempt || session.connection().type !== 'connected') return
    if (answer.success) return entered(answer, options)
    const retryMs = protocol.retriesJoin ? retryAfterMs(answer.error) : null
    if (retryMs === null) return become({ type: 'refused', options, error: answer.error })
    cancelRetry = ports.after(retryMs, () => void enter(options))
  }

  const entered = (result: Result, options: Options): void => {
    room = protocol.roomOf(result, options)
    if (protocol.resendsFromJoin) session.entered(room)
    membership = { type: 'joined', options, result }
    for (const listener of listeners) listener.joined?.(result, options)
    changed()
  }

  const targetRoom = (): unknown => (target !== null && 'room' in target ? target.room : null)

  const abandonTarget = (): void => {
    cancelRetry()
    target = null
    attempt += 1
  }

  const beRemoved = ({ room: left, reason }: Removal): void => {
    if (left !== undefined) session.forget(left)
    // A member who was away learns it twice, and perhaps of a room that it has left for another since.
    if (target === null || (left !== undefined && left !== targetRoom())) return
    abandonTarget()
    become({ type: 'removed', reason })
  }

  const settledWithin = (task: Promise<unknown>, timeoutMs: number): Promise<void> =>
    new Promise((resolve) => {
      const cancel = ports.after(timeoutMs, resolve)
      void task.then(() => {
        cancel()
        resolve()
      })
    })

  return {
    status,
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    request: session.request,
    join: (options) => {
      target = options
      if (session.connection().type === 'connected') return void enter(options)
      become({ type: 'joining', options })
      session.open()
    },
    leave: async () => {
      const left = room ?? targetRoom()
      abandonTarget()
      room = null
      if (typeof left === 'string') session.forget(left)
      become({ type: 'outside' })
      if (protocol.leave !== undefined) await settledWithin(protocol.leave(session.request), leaveTimeoutMs)
    },
    takeBack: session.takeBack,
    disconnect: session.close,
    close: () => {
      abandonTarget()
      session.close()
      listeners.clear()
    },
  }
}
