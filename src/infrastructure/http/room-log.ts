import type { ServerResponse } from 'node:http'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Engine, RequestFailure } from '../../application/engine/index.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomState } from '../../domain/room/index.js'
import { mayRead, redactEvent } from '../../domain/room/index.js'

/** A part of a log as one member may see it, read page by page. */
export interface OpenLog {
  /** The next lines; nothing at the end. */
  readonly next: () => Promise<Either<RequestFailure, string | null>>
  /** What `next` is going to give first, so that a log that cannot be read is refused and not cut off. */
  readonly first: string | null
}

export interface Span {
  readonly after: number
  /** So many events at most. */
  readonly limit: number
}

/** What one reader holds in memory while it does not read: some megabytes at the most. */
const recordsAtOnce = 200

/**
 * What this member may read of the room's log, up to where it ends now. Whether it is a member is asked again in the
 * room's order, because it may have left since somebody looked.
 */
export const openLog = async (
  engine: Engine,
  room: RoomId,
  member: MemberId,
  { after, limit }: Span,
): Promise<Either<RequestFailure, OpenLog>> => {
  const looked = await look(engine, room)
  if (E.isLeft(looked)) return looked
  const { state, end } = looked.right
  const begin = state.phase === 'absent' ? undefined : firstFor(state, member)
  if (state.phase === 'absent' || begin === undefined) return E.left({ type: 'access-denied' })

  let seq = Math.max(after, begin - 1)
  let left = limit
  const next: OpenLog['next'] = async () => {
    while (seq < end && left > 0) {
      const page = await engine.records(room, seq, Math.min(recordsAtOnce, end - seq))()
      if (E.isLeft(page)) return E.left({ type: 'store-unavailable' })
      // A log that was taken away in the meantime ends here.
      if (page.right.length === 0) return E.right(null)
      seq = page.right.at(-1)?.seq ?? end
      const lines = page.right.flatMap((record) =>
        mayRead(state, member, record.seq) ? lineFor(member, record) : [],
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
const lineFor = (member: MemberId, record: RoomRecord): ReadonlyArray<string> => {
  const shown = redactEvent({ type: 'member', id: member }, record)
  if (shown === undefined) return []
  const { room, seq, at, type, by, data } = shown
  return [`${JSON.stringify({ room, seq, at, type, ...(by === null ? {} : { by }), data })}\n`]
}

/** Reads no page before the client has taken the one before. */
export const streamLog = async ({ first, next }: OpenLog, response: ServerResponse): Promise<void> => {
  response.writeHead(200, {
    'content-type': 'application/x-ndjson; charset=utf-8',
    'cache-control': 'no-store',
  })
  let lines: Either<RequestFailure, string | null> = E.right(first)
  while (E.isRight(lines) && lines.right !== null) {
    if (!response.write(lines.right)) await drained(response)
    if (response.destroyed) return
    lines = await next()
  }
  // An end without the last chunk is how HTTP says that something is missing.
  if (E.isLeft(lines)) return void response.destroy()
  response.end()
}

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
    if (response.destroyed) done()
  })
