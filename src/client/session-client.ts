import type { Connect, HandshakeAuth } from './connection.js'
import { rememberSession, type AfterReload, type SessionStorage } from './stored-session.js'
import { wholeEvents, type Emitted } from './whole-events.js'
import type { Answer, CommonEmits, Session, WireError } from './wire.js'

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

export interface ClientPorts {
  readonly connect: Connect
  readonly storage: SessionStorage
  /** runs the task once, later; returns how to call it off */
  readonly after: (delayMs: number, task: () => void) => () => void
}

/** The requests of a vocabulary: what is asked, and what a success brings. */
export type RequestsOf<Words> = { readonly [Event in keyof Words]: { request: object; result: object } }

export interface SessionListener<Emit> {
  connection(connection: ConnectionState): void
  /** a session begins, new or taken up: what is wished for is to be asked for now */
  session(session: Session): void
  /** whole events of the log, in order; counts and errors as they come */
  heard(emit: Emit): void
}

export interface SessionClientOptions<Emit extends Emitted> {
  /** where the session is kept; two clients of one tab must not share it */
  readonly key: string
  readonly isEmit: (heard: { event: string; payload: unknown }) => heard is Emit
  /** what the handshake says beside the session */
  readonly identity?: () => Pick<HandshakeAuth, 'name' | 'userId'>
  /** `is-told-all`: what a page knew of its rooms goes with it, and is told again to the next; `goes-on` if left out */
  readonly afterReload?: AfterReload
}

/**
 * A connection that keeps its session: it comes back by itself under the same session and the offsets of what it has
 * seen. A request while there is no connection fails at once, with `not-connected`; one that was cut off before its
 * answer, with `connection-lost`: whether it happened is not known then.
 */
export interface SessionClient<Requests extends RequestsOf<Requests>> {
  connection(): ConnectionState
  request<Event extends keyof Requests & string>(
    event: Event,
    payload: Requests[Event]['request'],
  ): Promise<Answer<Requests[Event]['result']>>
  /** connects, if it has not yet */
  open(): void
  /** in the room from now on: a cut before the first event there must not cost what is told meanwhile */
  entered(room: string): void
  /** left or removed: there is nothing to come back to */
  forget(room: string): void
  takeBack(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

const failure = (code: string, message: string): { success: false; error: WireError } => ({
  success: false,
  error: { code, message },
})

const isAnswer = <Result>(answer: unknown): answer is Answer<Result> =>
  typeof answer === 'object' && answer !== null && 'success' in answer

type CommonEmit = {
  [E in keyof CommonEmits]: { readonly event: E; readonly payload: CommonEmits[E] }
}[keyof CommonEmits]

const commonNames: ReadonlySet<string> = new Set<keyof CommonEmits>(['session', 'server-shutdown', 'error'])

const isCommon = (heard: { event: string; payload: unknown }): heard is CommonEmit =>
  commonNames.has(heard.event) && typeof heard.payload === 'object' && heard.payload !== null

const endsSession = (error: WireError | null): error is WireError =>
  error !== null && (error.code === 'token-expired' || error.code === 'rate-limited')

export const sessionClient = <Requests extends RequestsOf<Requests>, Emit extends Emitted>(
  { connect, storage, after }: ClientPorts,
  { key, isEmit, identity, afterReload }: SessionClientOptions<Emit>,
  listener: SessionListener<Emit>,
): SessionClient<Requests> => {
  const unanswered = new Set<() => void>()
  const memory = rememberSession(storage, key, afterReload)
  const wire = connect(() => ({ ...memory.auth(), ...identity?.() }))

  let connection: ConnectionState = { type: 'idle' }
  let isOpen = false
  let waitsForItsTurn = false
  let callOffReturn = (): void => {}
  let lastError: WireError | null = null

  const now = (next: ConnectionState): void => {
    connection = next
    listener.connection(connection)
  }

  const events = wholeEvents<Emit>({
    deliver: listener.heard,
    seen: (room, seq) => memory.saw(room, seq),
  })

  const goDown = (reconnectInMs: number): void => {
    callOffReturn()
    wire.returnByItself(false)
    waitsForItsTurn = true
    now({ type: 'server-going-down', reconnectInMs })
    callOffReturn = after(reconnectInMs, () => {
      wire.returnByItself(true)
      waitsForItsTurn = false
      // A server that takes long to go still holds the socket: then the close brings it back.
      if (isOpen) return
      now({ type: 'lost' })
      wire.open()
    })
  }

  const hearCommon = (emit: CommonEmit): void => {
    if (emit.event === 'server-shutdown') return goDown(emit.payload.reconnectInMs)
    if (emit.event === 'error') return void (lastError = emit.payload)
    memory.begin(emit.payload)
    listener.session(emit.payload)
  }

  wire.listen({
    opened: () => {
      callOffReturn()
      isOpen = true
      waitsForItsTurn = false
      wire.returnByItself(true)
      lastError = null
      now({ type: 'connected' })
    },
    closed: (why) => {
      isOpen = false
      events.cut()
      const lost = [...unanswered]
      unanswered.clear()
      for (const lose of lost) lose()
      if (why.type === 'refused')
        return now({ type: 'refused', error: { code: why.code, message: why.message } })
      if (waitsForItsTurn) return
      if (why.type === 'lost' || connection.type === 'server-going-down') return now({ type: 'lost' })
      now(endsSession(lastError) ? { type: 'refused', error: lastError } : { type: 'taken-over' })
    },
    heard: (event, payload) => {
      const heard = { event, payload }
      if (isCommon(heard)) hearCommon(heard)
      if (event !== 'server-shutdown' && isEmit(heard)) events.take(heard)
    },
  })

  return {
    connection: () => connection,
    request: (event, payload) =>
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
      }),
    open: () => {
      if (connection.type !== 'idle') return
      now({ type: 'connecting' })
      wire.open()
    },
    entered: memory.enter,
    forget: memory.leave,
    takeBack: () => {
      now({ type: 'connecting' })
      wire.open()
    },
    close: () => {
      callOffReturn()
      wire.close()
      now({ type: 'idle' })
    },
  }
}
