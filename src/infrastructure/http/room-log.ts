import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Engine, RequestFailure } from '../../application/engine/index.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomState } from '../../domain/room/index.js'
import type { RoomModel } from '../../domain/room/index.js'
import { mayRead } from '../../domain/room/index.js'
import type { LogReadLimits } from './log-readers.js'
import { defaultLogReadLimits } from './log-readers.js'

/** A part of a log as one member may see it, read page by page. */
export interface OpenLog {
  /** The next lines; nothing at the end. */
  readonly next: () => Promise<Either<RequestFailure, string | null>>
  /** What `next` is going to give first, so that a log that cannot be read is refused and not cut off. */
  readonly first: string | null
}

export interface Span {
  readonly after: number
  /** The maximum number of events. */
  readonly limit: number
  readonly page?: Pick<LogReadLimits, 'maxPageBytes' | 'maxPageRecords'>
  /** Ends the reading: the client has gone. */
  readonly isAborted?: () => boolean
}

/**
 * What this member may read of the room's log, up to where it ends now. Whether it is a member is asked again in the
 * room's order, because it may have left since somebody looked.
 */
export const openLog = async (
  engine: Engine,
  room: RoomId,
  member: MemberId,
  { after, limit, page: { maxPageBytes, maxPageRecords } = defaultLogReadLimits, isAborted = never }: Span,
): Promise<Either<RequestFailure, OpenLog>> => {
  const looked = await look(engine, room)
  if (E.isLeft(looked)) return looked
  const { state, end } = looked.right
  const begin = state.phase === 'absent' ? undefined : firstFor(state, member)
  if (state.phase === 'absent' || begin === undefined)
    return E.left({ type: 'access-denied', cause: 'session' })

  let seq = Math.max(after, begin - 1)
  let left = limit
  const next: OpenLog['next'] = async () => {
    while (seq < end && left > 0 && !isAborted()) {
      // A store in memory answers in the same turn, so a long log would keep the event loop to itself.
      await nextTurn()
      const page = await engine.records(room, seq, Math.min(maxPageRecords, end - seq), maxPageBytes)()
      if (E.isLeft(page)) return E.left({ type: 'store-unavailable' })
      // A log that was taken away in the meantime ends here.
      if (page.right.length === 0) return E.right(null)
      seq = page.right.at(-1)?.seq ?? end
      const lines = page.right.flatMap((record) =>
        mayRead(state, member, record.seq) ? lineFor(member, record, engine.model) : [],
      )
      const shown = lines.slice(0, left)
      left -= shown.length
      if (shown.length > 0) return E.right(shown.join(''))
    }
    return E.right(null)
  }

  const first = await next()
  return E.isLeft(first) ? first : E.right({ first: first.right, next })
}

const never = (): boolean => false

const look = (
  engine: Engine,
  room: RoomId,
): Promise<Either<RequestFailure, { readonly state: RoomState; readonly end: number }>> =>
  new Promise((resolve) => {
    engine.submit(room, {
      command: null,
      by: null,
      cause: null,
      reply: (answer) =>
        resolve(E.isLeft(answer) ? answer : E.right({ state: answer.right.state, end: answer.right.seq })),
    })
  })

/** Where this member's reading begins: pages before are not read at all. */
const firstFor = (
  room: Exclude<RoomState, { readonly phase: 'absent' }>,
  id: MemberId,
): number | undefined => {
  const member = entryIn(room.members, id)
  if (member === undefined) return undefined
  return room.history === 'all' ? 1 : member.since
}

/** As the native vocabulary has it: `event`. */
const lineFor = (member: MemberId, record: RoomRecord, model: RoomModel): ReadonlyArray<string> => {
  const shown = model.redactEvent({ type: 'member', id: member }, record)
  if (shown === undefined) return []
  const { room, seq, at, type, by, data } = shown
  return [`${JSON.stringify({ room, seq, at, type, ...(by === null ? {} : { by }), data })}\n`]
}

/** How the sending of a log ended. */
export type LogReadOutcome = 'complete' | 'aborted' | 'timeout' | 'failed'

/** Sends a log page by page; each page is read once the client has taken the one before. */
export const streamLog = async (
  { first, next }: OpenLog,
  response: ServerResponse,
  clock: Clock,
  writeTimeoutMs: number = defaultLogReadLimits.writeTimeoutMs,
): Promise<LogReadOutcome> => {
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
  })
  let lines: Either<RequestFailure, string | null> = E.right(first)
  while (E.isRight(lines) && lines.right !== null) {
    if (hasClosed(response)) return 'aborted'
    const isTaken = response.write(lines.right) || (await drained(response, clock, writeTimeoutMs))
    if (!isTaken) {
      response.destroy()
      return 'timeout'
    }
    if (hasClosed(response)) return 'aborted'
    lines = await next()
  }
  if (hasClosed(response)) return 'aborted'
  if (E.isRight(lines)) {
    response.end()
    return 'complete'
  }
  // An end without the last chunk is how HTTP says that something is missing.
  response.destroy()
  return 'failed'
}

/** A response that waits behind another on its connection does not hear of the end of the connection. */
export const hasClosed = (response: ServerResponse): boolean =>
  response.destroyed || response.req.socket.destroyed

/** Resolves once the client has taken what was written or has gone; `false`: neither within this time. */
const drained = (response: ServerResponse, clock: Clock, timeoutMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isDone: boolean): void => {
      cancelTimeout()
      response.off('drain', done)
      response.off('close', done)
      resolve(isDone)
    }
    const done = (): void => end(true)
    const cancelTimeout = clock.schedule(clock.now() + timeoutMs, () => end(false))
    response.once('drain', done)
    response.once('close', done)
    if (hasClosed(response)) done()
  })
