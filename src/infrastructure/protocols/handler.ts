import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { ReplyCallback, CommandResult, RequestFailure, Request } from '../../application/engine/index.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { SocketSessions as Hub } from '../transport/socket-sessions.js'
import type { Connection } from '../../application/sessions/index.js'
import type { DeferredReply, Reply } from '../transport/reply.js'
import { refused } from './error-mapping.js'
import type { Malformed } from './error-mapping.js'

/**
 * How a gateway answers: at once, or by a function that is given the way to answer and uses it once. A promise of an
 * answer would come a turn too late: what the room says after the answer would overtake it.
 */
export type Handled = Reply | DeferredReply

/** The same, for what may have to wait until a client is where it is going. */
export type HandledInTurn = Handled | Promise<Handled>

/** Asks the room, and answers in the room's order. */
export const asking =
  (
    hub: Hub,
    event: string,
    room: RoomId,
    request: Pick<Request, 'command' | 'by' | 'cause'>,
    succeeded: (answered: CommandResult) => Reply,
  ): DeferredReply =>
  (send) =>
    hub.engine().submit(room, {
      reply: answering(hub, event, send, (answer) =>
        send(E.isLeft(answer) ? refused(answer.left, event, hub.now()) : succeeded(answer.right)),
      ),
      ...request,
    })

/** What throws in an answer is the engine's monitor's to report; the client is told all the same. */
export const answering =
  (hub: Hub, event: string, send: (reply: Reply) => void, answer: ReplyCallback): ReplyCallback =>
  (result) => {
    try {
      answer(result)
    } catch (defect) {
      send(refused({ type: 'internal-error' }, event, hub.now()))
      throw defect
    }
  }

export const refusing = (hub: Hub, event: string, refusal: RequestFailure | Malformed): Reply =>
  refused(refusal, event, hub.now())

/** Goes on with a decoded payload, or says what is wrong with it. */
export const withPayload = <Payload, Result>(
  hub: Hub,
  event: string,
  payload: Either<Malformed, Payload>,
  handle: (payload: Payload) => Result,
): Result | Reply => (E.isLeft(payload) ? refusing(hub, event, payload.left) : handle(payload.right))

/**
 * Keeps a client's commands behind its joins and leaves: until one is answered nobody knows which room the next
 * command means. Commands that meet none go straight on.
 */
export const inTurn = (connection: Connection, handle: () => Handled): HandledInTurn => {
  const { moving } = connection
  if (moving === null) return handle()
  return moving.then(() => {
    // What a client said before it went is not done after it has gone; nobody waits for the answer.
    if (connection.ended !== null) return unheard
    // Asked again: the command in front may have been a join too.
    return inTurn(connection, handle)
  })
}

const unheard: DeferredReply = () => undefined

/** A join or a leave: what the client says next waits for its answer. */
export const moving = (connection: Connection, handle: () => Handled): HandledInTurn =>
  inTurn(connection, () => {
    const handled = handle()
    if (typeof handled !== 'function') return handled
    let arrived: () => void = () => undefined
    connection.moving = new Promise<void>((resolve) => {
      arrived = resolve
    })
    return (send) =>
      handled((reply) => {
        connection.moving = null
        send(reply)
        arrived()
      })
  })
