import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { AuditScope } from '../../application/identity/audit-scope.js'
import type { CommandResult, Engine, RequestFailure, Request } from '../../application/engine/index.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomCommand, RoomModel, RoomState } from '../../domain/room/index.js'
import { mayRead } from '../../domain/room/index.js'
import { createAddressCounter } from '../limits/address-counter.js'

/** The part of a log that one viewer may see, read page by page. */
export interface OpenLog {
  /** The next lines; `null` at the end. */
  readonly next: () => Promise<Either<RequestFailure, string | null>>
  /** The first lines, read in advance so that the response to an unreadable log is an error. */
  readonly first: string | null
}

export interface Span {
  readonly after: number
  /** The maximum number of events. */
  readonly limit: number
  readonly page?: Pick<LogReadLimits, 'maxPageBytes' | 'maxPageRecords'>
  /** Whether to stop reading because the client has gone. */
  readonly isAborted?: () => boolean
}

/**
 * Opens what this viewer may read of the room's log, up to its current end. Membership is checked again in the room's
 * order, because the member may have left since the look-up.
 */
export const openLog = async (
  engine: Engine,
  room: RoomId,
  viewer: Viewer,
  { after, limit, page: { maxPageBytes, maxPageRecords } = defaultLogReadLimits, isAborted = never }: Span,
): Promise<Either<RequestFailure, OpenLog>> => {
  const current = await submitCommand(engine, room, null)
  if (E.isLeft(current)) return current
  const { state, seq: end } = current.right
  if (state.phase === 'absent')
    return E.left(
      viewer.type === 'operator' ? { type: 'room-not-found' } : { type: 'access-denied', cause: 'session' },
    )
  const begin = firstReadableBy(state, viewer)
  if (begin === undefined) return E.left({ type: 'access-denied', cause: 'session' })

  let seq = Math.max(after, begin - 1)
  let remaining = limit
  const next: OpenLog['next'] = async () => {
    while (seq < end && remaining > 0 && !isAborted()) {
      // A store in memory answers in the same turn, so a long log would block the event loop.
      await nextTurn()
      const page = await engine.records(room, seq, Math.min(maxPageRecords, end - seq), maxPageBytes)()
      if (E.isLeft(page)) return E.left({ type: 'store-unavailable' })
      // The log was removed meanwhile.
      if (page.right.length === 0) return E.right(null)
      seq = page.right.at(-1)?.seq ?? end
      const lines = page.right.flatMap((record) =>
        isReadable(state, viewer, record.seq) ? linesFor(viewer, record, engine.model) : [],
      )
      const allowed = lines.slice(0, remaining)
      remaining -= allowed.length
      if (allowed.length > 0) return E.right(allowed.join(''))
    }
    return E.right(null)
  }

  const first = await next()
  return E.isLeft(first) ? first : E.right({ first: first.right, next })
}

const never = (): boolean => false

/** Submits a command without an actor; `null` reads the room in order with its commands. */
export const submitCommand = (
  engine: Engine,
  room: RoomId,
  command: RoomCommand | null,
  scope: AuditScope | null = null,
  denial: Request['denial'] = () => undefined,
): Promise<Either<RequestFailure, CommandResult>> =>
  new Promise((resolve) => {
    engine.submit(room, { command, by: null, cause: null, denial, audit: scope ?? undefined, reply: resolve })
  })

type PresentRoom = Exclude<RoomState, { readonly phase: 'absent' }>

/** The first seq that this viewer may read; earlier pages are not read. */
const firstReadableBy = (room: PresentRoom, viewer: Viewer): number | undefined => {
  if (viewer.type === 'operator') return 1
  const member = entryIn(room.members, viewer.id)
  if (member === undefined) return undefined
  return room.history === 'all' ? 1 : member.since
}

const isReadable = (room: PresentRoom, viewer: Viewer, seq: number): boolean =>
  viewer.type === 'operator' || mayRead(room, viewer.id, seq)

/** The record as the native protocol's `event`; no line if the viewer may not see it. */
const linesFor = (viewer: Viewer, record: RoomRecord, model: RoomModel): ReadonlyArray<string> => {
  const visible = model.redactEvent(viewer, record)
  if (visible === undefined) return []
  const { room, seq, at, type, by, data } = visible
  return [`${JSON.stringify({ room, seq, at, type, ...(by === null ? {} : { by }), data })}\n`]
}

/** The outcome of sending a log. */
export type LogReadOutcome = 'complete' | 'aborted' | 'timeout' | 'failed'

/** Sends a log page by page; a page is read from the store once the client has read the page before. */
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
    const hasSpace = response.write(lines.right) || (await drained(response, clock, writeTimeoutMs))
    if (!hasSpace) {
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
  // HTTP signals an incomplete response by a missing last chunk.
  response.destroy()
  return 'failed'
}

/** A pipelined response gets no event when its connection closes, so the socket is checked, too. */
export const hasClosed = (response: ServerResponse): boolean =>
  response.destroyed || response.req.socket.destroyed

/** Resolves with `true` once the client has read the response so far or has gone, with `false` after the timeout. */
const drained = (response: ServerResponse, clock: Clock, timeoutMs: number): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isDrained: boolean): void => {
      cancelTimeout()
      response.off('drain', done)
      response.off('close', done)
      resolve(isDrained)
    }
    const done = (): void => end(true)
    const cancelTimeout = clock.schedule(clock.now() + timeoutMs, () => end(false))
    response.once('drain', done)
    response.once('close', done)
    if (hasClosed(response)) done()
  })

/** Bounds of `GET /rooms/:room/events`. */
export interface LogReadLimits {
  /** Concurrent readers; further ones are rejected with Retry-After. */
  readonly maxReaders: number
  readonly maxReadersPerAddress: number
  /** A page is read from the store once the client has read the page before, so this bounds its memory. */
  readonly maxPageBytes: number
  readonly maxPageRecords: number
  /** A client that has not read a page after this time is disconnected. */
  readonly writeTimeoutMs: number
}

export const defaultLogReadLimits: LogReadLimits = {
  maxReaders: 64,
  maxReadersPerAddress: 16,
  maxPageBytes: 256 * 1024,
  maxPageRecords: 200,
  writeTimeoutMs: 30_000,
}

/** Counts the open readers of room logs. */
export interface LogReaders {
  /** Admits a reader and returns the function that releases its place, or returns the limit that it would exceed. */
  readonly admit: (address: string) => (() => void) | 'too-many' | 'too-many-of-address'
  readonly count: () => number
}

export const createLogReaders = ({
  maxReaders,
  maxReadersPerAddress,
}: Pick<LogReadLimits, 'maxReaders' | 'maxReadersPerAddress'>): LogReaders => {
  const addresses = createAddressCounter()
  let count = 0
  return {
    admit: (address) => {
      if (count >= maxReaders) return 'too-many'
      if (addresses.of(address) >= maxReadersPerAddress) return 'too-many-of-address'
      count++
      addresses.add(address)
      return () => {
        count--
        addresses.remove(address)
      }
    },
    count: () => count,
  }
}
