import type { ClientPorts } from './client-ports.js'
import type { HandshakeAuth } from './connection.js'
import { storedSession, type AfterReload } from './stored-session.js'
import { failure, type Answer, type CommonEmits, type EmitOf, type Stamp } from './wire.js'
import type { Session, WireError } from './wire.js'

export type ConnectionState =
  | { readonly type: 'idle' }
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  /** reconnects by itself */
  | { readonly type: 'lost' }
  /** the server is shutting down; the client reconnects by itself after `reconnectInMs` */
  | { readonly type: 'server-restarting'; readonly reconnectInMs: number }
  /** another connection uses the same session: `takeBack()` ends that one */
  | { readonly type: 'taken-over' }
  | { readonly type: 'refused'; readonly error: WireError }

/** The requests of a protocol: the payload of each, and the result of a success. */
export type RequestsOf<Requests> = { readonly [Event in keyof Requests]: { request: object; result: object } }

/**
 * Fails at once with `not-connected` while there is no connection, and with `connection-lost` if the connection goes
 * before the answer comes: the outcome is unknown then.
 */
export type Request<Requests extends RequestsOf<Requests>> = <Event extends keyof Requests & string>(
  event: Event,
  payload: Requests[Event]['request'],
) => Promise<Answer<Requests[Event]['result']>>

/** An emit as it came: its name and its payload. */
export interface Emitted {
  readonly event: string
  readonly payload: Stamp
}

interface SessionListener<Emit> {
  connection(connection: ConnectionState): void
  /** a session begins, new or resumed: the room is to be joined now */
  session(session: Session): void
  /** whole events of the log, in order; counts and errors as they come */
  received(emit: Emit): void
}

interface SessionClientOptions<Emit extends Emitted> {
  readonly sessionKey: string
  readonly isEmit: (received: { event: string; payload: unknown }) => received is Emit
  /** what the handshake sends besides the session */
  readonly identity?: () => Pick<HandshakeAuth, 'name' | 'userId'>
  readonly afterReload?: AfterReload
}

/** A connection that keeps its session: it reconnects by itself, with the same session and the offsets of its rooms. */
interface SessionClient<Requests extends RequestsOf<Requests>> {
  connection(): ConnectionState
  readonly request: Request<Requests>
  /** connects, if it has not yet */
  open(): void
  /** the member is in the room: events from now on are sent again after a reconnect */
  entered(room: string): void
  /** left or removed: there is nothing to resume */
  forget(room: string): void
  takeBack(): void
  /** ends the connection for good; the server counts it as having left */
  close(): void
}

const isAnswer = <Result>(answer: unknown): answer is Answer<Result> =>
  typeof answer === 'object' && answer !== null && 'success' in answer

const commonNames: ReadonlySet<string> = new Set<keyof CommonEmits>(['session', 'server-shutdown', 'error'])

const isCommon = (received: { event: string; payload: unknown }): received is EmitOf<CommonEmits> =>
  commonNames.has(received.event) && typeof received.payload === 'object' && received.payload !== null

const endsSession = (error: WireError | null): error is WireError =>
  error !== null && (error.code === 'token-expired' || error.code === 'rate-limited')

export const sessionClient = <Requests extends RequestsOf<Requests>, Emit extends Emitted>(
  { connect, storage, after }: ClientPorts,
  { sessionKey, isEmit, identity, afterReload }: SessionClientOptions<Emit>,
  listener: SessionListener<Emit>,
): SessionClient<Requests> => {
  const unanswered = new Set<() => void>()
  const stored = storedSession(storage, sessionKey, afterReload)
  const socket = connect(() => ({ ...stored.auth(), ...identity?.() }))

  let connection: ConnectionState = { type: 'idle' }
  let isOpen = false
  let isRestarting = false
  let cancelReconnect = (): void => {}
  let lastError: WireError | null = null
  /** the emits of an event of which more follow */
  let incomplete: ReadonlyArray<Emit> = []

  const become = (next: ConnectionState): void => {
    connection = next
    listener.connection(connection)
  }

  const deliverIncomplete = (): void => {
    const emits = incomplete
    incomplete = []
    for (const emit of emits) listener.received(emit)
  }

  /** An event that is cut off in the middle is sent again as a whole, so its emits wait for the last one (E-28, E-29). */
  const assemble = (emit: Emit): void => {
    const { room, seq, more } = emit.payload
    // Counts may skip values (E-30), so no event waits for one, and none is an offset.
    if (room === undefined || seq === undefined || emit.event === 'viewer-count-update')
      return listener.received(emit)
    const previous = incomplete.at(-1)
    if (previous !== undefined && previous.payload.seq !== seq) deliverIncomplete()
    incomplete = [...incomplete, emit]
    if (more === true) return
    deliverIncomplete()
    stored.advance(room, seq)
  }

  const awaitRestart = (reconnectInMs: number): void => {
    cancelReconnect()
    socket.setReconnecting(false)
    isRestarting = true
    become({ type: 'server-restarting', reconnectInMs })
    cancelReconnect = after(reconnectInMs, () => {
      socket.setReconnecting(true)
      isRestarting = false
      // A server that is slow to stop still has the socket open: then its close starts the reconnect.
      if (isOpen) return
      become({ type: 'lost' })
      socket.open()
    })
  }

  const receiveCommon = (emit: EmitOf<CommonEmits>): void => {
    switch (emit.event) {
      case 'server-shutdown':
        return awaitRestart(emit.payload.reconnectInMs)
      case 'error':
        lastError = emit.payload
        return
      case 'session':
        stored.begin(emit.payload)
        return listener.session(emit.payload)
    }
  }

  socket.listen({
    opened: () => {
      cancelReconnect()
      isOpen = true
      isRestarting = false
      socket.setReconnecting(true)
      lastError = null
      become({ type: 'connected' })
    },
    closed: (reason) => {
      isOpen = false
      incomplete = []
      const lost = [...unanswered]
      unanswered.clear()
      for (const fail of lost) fail()
      if (reason.type === 'refused')
        return become({ type: 'refused', error: { code: reason.code, message: reason.message } })
      if (isRestarting) return
      if (reason.type === 'lost' || connection.type === 'server-restarting') return become({ type: 'lost' })
      become(endsSession(lastError) ? { type: 'refused', error: lastError } : { type: 'taken-over' })
    },
    received: (event, payload) => {
      const received = { event, payload }
      if (isCommon(received)) receiveCommon(received)
      if (event !== 'server-shutdown' && isEmit(received)) assemble(received)
    },
  })

  return {
    connection: () => connection,
    request: (event, payload) =>
      new Promise((resolve) => {
        if (connection.type !== 'connected')
          return resolve(failure('not-connected', 'There is no connection to the server.'))
        const fail = (): void =>
          resolve(failure('connection-lost', 'The connection was lost before the server answered.'))
        unanswered.add(fail)
        socket.send(event, payload, (answer) => {
          unanswered.delete(fail)
          resolve(isAnswer(answer) ? answer : failure('internal-error', 'The server gave no answer.'))
        })
      }),
    open: () => {
      if (connection.type !== 'idle') return
      become({ type: 'connecting' })
      socket.open()
    },
    entered: stored.enter,
    forget: stored.leave,
    takeBack: () => {
      become({ type: 'connecting' })
      socket.open()
    },
    close: () => {
      cancelReconnect()
      socket.close()
      become({ type: 'idle' })
    },
  }
}
