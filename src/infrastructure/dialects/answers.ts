import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Answered, Refusal, Request } from '../../application/rooms/index.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Hub } from '../connections/hub.js'
import type { Connection } from '../connections/connection.js'
import type { Answering, Reply } from '../transport/reply.js'
import { refused } from './refusals.js'
import type { Malformed } from './refusals.js'

/**
 * How a gateway answers: at once, or by a function that is given the way to answer and uses it once. A promise would
 * come a turn too late: what the room says after the answer would overtake it.
 */
export type Handled = Reply | Answering

/** Asks the room, and answers in the room's order. */
export const asking =
  (
    hub: Hub,
    event: string,
    room: RoomId,
    request: Omit<Request, 'answer' | 'settled'>,
    succeeded: (answered: Answered) => Reply,
  ): Answering =>
  (send) =>
    hub.engine().submit(room, {
      ...request,
      answer: (answer) =>
        send(E.isLeft(answer) ? refused(answer.left, event, hub.now()) : succeeded(answer.right)),
    })

export const refusing = (hub: Hub, event: string, refusal: Refusal | Malformed): Reply =>
  refused(refusal, event, hub.now())

/** Goes on with a decoded payload, or says what is wrong with it. */
export const withPayload = <Payload>(
  hub: Hub,
  event: string,
  payload: Either<Malformed, Payload>,
  handle: (payload: Payload) => Handled,
): Handled => (E.isLeft(payload) ? refusing(hub, event, payload.left) : handle(payload.right))

/**
 * Keeps a client's commands behind its joins: until a join is answered nobody knows which room the next command
 * means. Commands that meet no join go straight on.
 */
export const behindJoins =
  (connection: Connection, handle: () => Handled): Answering =>
  (send) => {
    if (connection.joining === null) return settle(handle(), send)
    // Asked again then: the command in front may have been a join too.
    void connection.joining.then(() => behindJoins(connection, handle)(send))
  }

export const joining = (connection: Connection, handle: () => Handled): Answering =>
  behindJoins(connection, () => (send) => {
    let answered: () => void = () => undefined
    const own = new Promise<void>((resolve) => {
      answered = resolve
    })
    connection.joining = own
    settle(handle(), (reply) => {
      if (connection.joining === own) connection.joining = null
      send(reply)
      answered()
    })
  })

const settle = (handled: Handled, send: (reply: Reply) => void): void => {
  if (typeof handled === 'function') handled(send)
  else send(handled)
}
