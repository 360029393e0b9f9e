import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Member } from '../../domain/room/index.js'
import { memberOfSession } from '../../domain/room/index.js'
import type { CommandResult, Engine, RequestFailure } from '../engine/index.js'
import type { Connection } from './connection.js'

/** A membership of which this is the connection now. */
export interface ResumedMembership {
  readonly room: RoomId
  readonly member: Member
  readonly result: CommandResult
}

/** Neither the store nor the room could answer: the client must reconnect, or it loses what it has. */
export interface ResumptionUnavailable {
  readonly type: 'resumption-unavailable'
}
const unavailable: Either<ResumptionUnavailable, never> = E.left({ type: 'resumption-unavailable' })

/** Reads the room's state in its place in the order. */
export const readRoom = (engine: Engine, room: RoomId): Promise<Either<RequestFailure, CommandResult>> =>
  new Promise((resolve) => {
    engine.submit(room, { command: null, by: null, cause: null, reply: resolve })
  })

/** What the reply to a resume calls, in the room's order. */
export interface ResumptionCallbacks {
  readonly subscribe: (member: Member) => void
  /** The connection ended before the reply. */
  readonly disconnect: (member: Member) => void
  /** The store failed: the room may or may not have made the connection its member's. */
  readonly onUncertain: () => void
}

/** Makes the connection that of the session's membership in the room; null if the session has none by now. */
export const resumeMembership = (
  engine: Engine,
  connection: Connection,
  room: RoomId,
  { subscribe, disconnect, onUncertain }: ResumptionCallbacks,
): Promise<Either<ResumptionUnavailable, ResumedMembership | null>> =>
  new Promise((resolve) => {
    const { session, id, memberships } = connection
    engine.submit(room, {
      command: { type: 'resume', session, connection: id },
      by: null,
      cause: null,
      reply: (reply) => {
        if (E.isLeft(reply)) {
          if (reply.left.type === 'not-in-room') return resolve(E.right(null))
          if (reply.left.type === 'store-unavailable') onUncertain()
          return resolve(unavailable)
        }
        const member = memberOfSession(session, reply.right.state)
        if (member === undefined) return resolve(E.right(null))
        if (connection.ended === null) {
          memberships.set(room, member.id)
          subscribe(member)
          return resolve(E.right({ room, member, result: reply.right }))
        }
        disconnect(member)
        resolve(E.right(null))
      },
    })
  })

/** The memberships of the `session` event (E-45), one for each protocol of the member. */
export const membershipsIn = ({ room, member, result }: ResumedMembership): ReadonlyArray<object> =>
  Object.values(member.entries).map(({ role }) => ({
    room,
    memberId: member.id,
    role,
    epoch: result.epoch,
    seq: result.seq,
  }))

/** Runs `work` for all items, `width` at a time, and lets other work of the process have its turn in between. */
export const inBatches = async <Item, Result>(
  items: ReadonlyArray<Item>,
  width: number,
  nextTurn: () => Promise<void>,
  work: (item: Item) => Promise<Result>,
): Promise<ReadonlyArray<Result>> => {
  const results: Array<Result> = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const place = next
      next += 1
      const item = items[place]
      if (item !== undefined) results[place] = await work(item)
      if (items.length > width) await nextTurn()
    }
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
  return results
}
