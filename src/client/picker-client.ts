import type { ConnectPicker } from './picker-connection.js'
import {
  isPickerEmit,
  type Answer,
  type JoinResult,
  type PickerEmit,
  type PickerRequests,
  type PickerRole,
  type Session,
  type WireError,
} from './picker-vocabulary.js'
import { rememberSession, type SessionStorage } from './session-memory.js'
import { wholeEvents } from './whole-events.js'

export type ConnectionState =
  | { readonly type: 'idle' }
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  /** comes back by itself */
  | { readonly type: 'lost' }
  /** the server said so before it went; comes back by itself at its turn */
  | { readonly type: 'server-going-down'; readonly reconnectInMs: number }
  /** the same session is in use elsewhere: `takeBack()` ends the other */
  | { readonly type: 'taken-over' }
  | { readonly type: 'refused'; readonly error: WireError }

export type MembershipState =
  | { readonly type: 'outside' }
  | { readonly type: 'joining'; readonly wish: Wish }
  | { readonly type: 'joined'; readonly wish: Wish; readonly result: JoinResult }
  | { readonly type: 'refused'; readonly wish: Wish; readonly error: WireError }
  | { readonly type: 'removed'; readonly reason: string | null }

export interface Wish {
  readonly room: string
  readonly role: PickerRole
  readonly name?: string
  readonly token?: string
}

export type PickerSignal =
  | { readonly type: 'connection'; readonly connection: ConnectionState }
  | { readonly type: 'membership'; readonly membership: MembershipState }
  | { readonly type: 'emit'; readonly emit: PickerEmit }

export interface PickerClientPorts {
  readonly connect: ConnectPicker
  readonly storage: SessionStorage
  /** runs the task once, later; returns how to call it off */
  readonly after: (delayMs: number, task: () => void) => () => void
}

/**
 * A client of the picker vocabulary on `/`. It keeps one wish, to be in a room in a role, and sees to it over every
 * reconnect; it is told by signals what came of it. A request while there is no connection fails at once instead of
 * waiting: nobody wants a draw to start minutes after they asked for it.
 */
export interface PickerClient {
  connection(): ConnectionState
  membership(): MembershipState
  /** returns how to stop */
  subscribe(listener: (signal: PickerSignal) => void): () => void
  /** connects if need be, and joins; again with another role or room changes over */
  join(wish: Wish): void
  leave(): Promise<Answer<object>>
  request<Event extends keyof PickerRequests>(
    event: Event,
    payload: PickerRequests[Event]['request'],
  ): Promise<Answer<PickerRequests[Event]['result']>>
  takeBack(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

const sessionKey = 'roomreel.session./'

const failure = (code: string, message: string): { success: false; error: WireError } => ({
  success: false,
  error: { code, message },
})

const isAnswer = <Result>(answer: unknown): answer is Answer<Result> =>
  typeof answer === 'object' && answer !== null && 'success' in answer

export const pickerClient = ({ connect, storage, after }: PickerClientPorts): PickerClient => {
  const listeners = new Set<(signal: PickerSignal) => void>()
  const unanswered = new Set<() => void>()
  const memory = rememberSession(storage, sessionKey)
  const wire = connect(memory.auth)

  let connection: ConnectionState = { type: 'idle' }
  let membership: MembershipState = { type: 'outside' }
  let wish: Wish | null = null
  let isOpen = false
  let waitsForItsTurn = false
  let callOffReturn = (): void => {}
  let lastError: WireError | null = null

  const tell = (signal: PickerSignal): void => {
    for (const listener of listeners) listener(signal)
  }

  const nowConnection = (next: ConnectionState): void => {
    connection = next
    tell({ type: 'connection', connection })
  }

  const nowMembership = (next: MembershipState): void => {
    membership = next
    tell({ type: 'membership', membership })
  }

  const events = wholeEvents({
    deliver: (emit) => {
      if (emit.event === 'removed') beRemoved(emit.payload.room, emit.payload.reason ?? null)
      tell({ type: 'emit', emit })
    },
    seen: (room, seq) => memory.saw(room, seq),
  })

  const request: PickerClient['request'] = (event, payload) =>
    new Promise((resolve) => {
      if (connection.type !== 'connected')
        return resolve(failure('not-connected', 'There is no connection to the server.'))
      const lose = (): void =>
        resolve(failure('connection-lost', 'The connection was lost before the server answered.'))
      unanswered.add(lose)
      wire.send(event, payload, (answer) => {
        unanswered.delete(lose)
        resolve(isAnswer(answer) ? answer : failure('internal-error', 'The server gave no answer.'))
      })
    })

  const askToJoin = async (asked: Wish): Promise<void> => {
    nowMembership({ type: 'joining', wish: asked })
    const { role, ...place } = asked
    const answer = await request(role === 'broadcaster' ? 'broadcaster-join' : 'viewer-join', place)
    // Meanwhile another wish was made, or the connection went: the next session asks anew.
    if (wish !== asked || connection.type !== 'connected') return
    nowMembership(
      answer.success
        ? { type: 'joined', wish: asked, result: answer }
        : { type: 'refused', wish: asked, error: answer.error },
    )
  }

  const beginSession = (session: Session): void => {
    memory.begin(session)
    if (wish !== null) void askToJoin(wish)
  }

  const beRemoved = (room: string | undefined, reason: string | null): void => {
    if (room !== undefined) memory.leave(room)
    wish = null
    nowMembership({ type: 'removed', reason })
  }

  const goDown = (reconnectInMs: number): void => {
    callOffReturn()
    wire.returnByItself(false)
    waitsForItsTurn = true
    nowConnection({ type: 'server-going-down', reconnectInMs })
    callOffReturn = after(reconnectInMs, () => {
      wire.returnByItself(true)
      waitsForItsTurn = false
      // A server that takes long to go still holds the socket: then the close brings it back.
      if (isOpen) return
      nowConnection({ type: 'lost' })
      wire.open()
    })
  }

  const hear = (emit: PickerEmit): void => {
    if (emit.event === 'session') {
      beginSession(emit.payload)
      tell({ type: 'emit', emit })
    } else if (emit.event === 'server-shutdown') goDown(emit.payload.reconnectInMs)
    else {
      if (emit.event === 'error') lastError = emit.payload
      events.take(emit)
    }
  }

  const endsSession = (error: WireError | null): error is WireError =>
    error !== null && (error.code === 'token-expired' || error.code === 'rate-limited')

  wire.listen({
    opened: () => {
      callOffReturn()
      isOpen = true
      waitsForItsTurn = false
      wire.returnByItself(true)
      lastError = null
      nowConnection({ type: 'connected' })
    },
    closed: (why) => {
      isOpen = false
      events.cut()
      const lost = [...unanswered]
      unanswered.clear()
      for (const lose of lost) lose()
      if (why.type === 'refused')
        return nowConnection({ type: 'refused', error: { code: why.code, message: why.message } })
      if (waitsForItsTurn) return
      if (why.type === 'lost' || connection.type === 'server-going-down')
        return nowConnection({ type: 'lost' })
      nowConnection(endsSession(lastError) ? { type: 'refused', error: lastError } : { type: 'taken-over' })
    },
    heard: (event, payload) => {
      const heard = { event, payload }
      if (isPickerEmit(heard)) hear(heard)
    },
  })

  return {
    connection: () => connection,
    membership: () => membership,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    join: (asked) => {
      wish = asked
      if (connection.type === 'connected') return void askToJoin(asked)
      nowMembership({ type: 'joining', wish: asked })
      if (connection.type !== 'idle') return
      nowConnection({ type: 'connecting' })
      wire.open()
    },
    leave: async () => {
      if (membership.type === 'joined') memory.leave(membership.result.room)
      wish = null
      const answer = await request('leave', {})
      nowMembership({ type: 'outside' })
      return answer
    },
    request,
    takeBack: () => {
      nowConnection({ type: 'connecting' })
      wire.open()
    },
    close: () => {
      callOffReturn()
      wire.close()
      nowConnection({ type: 'idle' })
      listeners.clear()
    },
  }
}
