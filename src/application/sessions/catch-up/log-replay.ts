import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomId, SessionKey } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { RoomState } from '../../../domain/room/index.js'
import { initial } from '../../../domain/room/index.js'
import type { Engine } from '../../engine/index.js'
import type { Cancel, Clock } from '../../ports/clock.js'
import type { Encoder } from '../../ports/encoder.js'
import type { StoreFault } from '../../ports/event-store.js'
import type { EncodedRecord } from '../encoded-emit.js'
import { encodeRecord } from '../encoded-emit.js'
import type { SessionLimits } from '../limits.js'
import type { CachedEmits, EmitCache, EmitMemory } from './emit-cache.js'
import { emitBytes } from './emit-cache.js'

export interface ReplayRequest {
  readonly room: RoomId
  readonly session: SessionKey
  readonly after: number
  readonly upTo: number
  /** False: the client has gone, and nothing more is read for it. */
  readonly isNeeded: () => boolean
  /** Sends emits at the client's pace. */
  readonly send: (records: ReadonlyArray<EncodedRecord>) => Promise<void>
}

/**
 * Encodes old records again, for clients that missed more than the emit cache has. An emit depends on the state before
 * its record, so the log is folded from its first record; requests for the same page share its fold.
 */
export interface LogReplay {
  /** Sends the emits of the records after `after` up to `upTo`, in order. Returns what they say of counts. */
  readonly replay: (request: ReplayRequest) => Promise<Either<StoreFault, Pick<CachedEmits, 'countedAt'>>>
  /** Rooms of which pages are kept for the next requests. */
  readonly size: () => number
  readonly close: () => void
}

export interface LogReplayContext {
  readonly engine: () => Pick<Engine, 'records' | 'model'>
  readonly clock: Clock
  readonly encoders: ReadonlyArray<Encoder>
  readonly limits: Pick<SessionLimits, 'maxReplayTurnRecords' | 'maxReplayTurnMs'>
  readonly memory: EmitMemory
  readonly budget: ReplayBudget
  /** Resolves after the other work of the process had its turn. */
  readonly nextTurn: () => Promise<void>
}

/** After a restart all clients need the same pages within the grace period, and later none does. */
const keepMs = 20_000
/** A page also keeps the state behind it: what a record changes there, at most about this. */
const stateBytesPerRecord = 512

interface Position {
  readonly seq: number
  readonly state: RoomState
}

interface Page {
  readonly records: ReadonlyArray<EncodedRecord>
  readonly countedAt: number
  readonly end: Position
}

interface SharedPage {
  readonly start: Position
  readonly page: Promise<Either<StoreFault, Page>>
  /** 0 while it is being folded. */
  bytes: number
}

/** The pages of one room, the oldest first. */
interface RoomPages extends Pick<EmitCache, 'clear' | 'bytes'> {
  readonly pages: Map<number, SharedPage>
  expiry: Cancel
}

export const createLogReplay = (context: LogReplayContext): LogReplay => {
  const { clock, encoders, limits, memory, budget } = context
  const rooms = new Map<RoomId, RoomPages>()
  /** One turn of folding at a time, whatever the number of rooms. */
  let lastTurn: Promise<void> = Promise.resolve()
  const turn = (): Promise<void> => {
    lastTurn = lastTurn.then(context.nextTurn)
    return lastTurn
  }

  const pagesOf = (room: RoomId): RoomPages => {
    const present = rooms.get(room)
    present?.expiry()
    const expiry = clock.schedule(clock.now() + keepMs, () => clear(room))
    if (present !== undefined) {
      present.expiry = expiry
      return present
    }
    const pages = new Map<number, SharedPage>()
    const created: RoomPages = {
      pages,
      expiry,
      clear: () => clear(room),
      bytes: () => [...pages.values()].reduce((sum, { bytes }) => sum + bytes, 0),
    }
    rooms.set(room, created)
    return created
  }

  const clear = (room: RoomId): void => {
    const roomPages = rooms.get(room)
    if (roomPages === undefined) return
    rooms.delete(room)
    roomPages.expiry()
    const bytes = roomPages.bytes()
    roomPages.pages.clear()
    memory.resized(roomPages, -bytes)
  }

  const newPage = async (
    { room, session, upTo }: ReplayRequest,
    start: Position,
  ): Promise<Either<StoreFault, Page>> => {
    const limit = Math.min(limits.maxReplayTurnRecords, upTo - start.seq)
    budget.charge(session, limit)
    const roomPages = pagesOf(room)
    const shared: SharedPage = { start, page: foldPage(room, start, limit), bytes: 0 }
    roomPages.pages.set(start.seq, shared)
    const result = await shared.page
    if (E.isLeft(result) || result.right.end.seq === start.seq) roomPages.pages.delete(start.seq)
    else if (rooms.get(room) === roomPages) keepPage(roomPages, shared, result.right)
    return result
  }

  const keepPage = (roomPages: RoomPages, shared: SharedPage, { records, end }: Page): void => {
    const before = roomPages.bytes()
    const emits = records.reduce((sum, record) => sum + emitBytes(record.emits), 0)
    shared.bytes = emits + (end.seq - shared.start.seq) * stateBytesPerRecord
    let bytes = before + shared.bytes
    for (const [seq, oldest] of roomPages.pages) {
      if (bytes <= memory.maxBytesPerRoom || oldest === shared) break
      if (oldest.bytes === 0) continue
      roomPages.pages.delete(seq)
      bytes -= oldest.bytes
    }
    memory.resized(roomPages, bytes - before)
  }

  const foldPage = async (
    room: RoomId,
    start: Position,
    limit: number,
  ): Promise<Either<StoreFault, Page>> => {
    const read = await context.engine().records(room, start.seq, limit)()
    if (E.isLeft(read)) return read
    const { evolve } = context.engine().model
    await turn()
    let turnEndsAt = clock.now() + limits.maxReplayTurnMs
    let { seq, state } = start
    let countedAt = 0
    const records: Array<EncodedRecord> = []
    for (const record of read.right) {
      if (clock.now() > turnEndsAt) {
        await turn()
        turnEndsAt = clock.now() + limits.maxReplayTurnMs
      }
      const before = state
      state = evolve(before, record)
      seq = record.seq
      const emits = encoders.flatMap((encoder) => encodeRecord(encoder, record, before, state))
      if (emits.length > 0) records.push({ seq, emits })
      if (encoders.some(({ count }) => count?.changedBy(record, before, state))) countedAt = seq
    }
    return E.right({ records, countedAt, end: { seq, state } })
  }

  /** The last known position of the room that is not behind `seq`, so that the fold need not begin at the first record. */
  const startBefore = (room: RoomId, seq: number): Position => {
    let best: SharedPage | undefined
    for (const shared of rooms.get(room)?.pages.values() ?? []) {
      if (shared.start.seq <= seq && shared.start.seq >= (best?.start.seq ?? 0)) best = shared
    }
    return best?.start ?? { seq: 0, state: initial(room) }
  }

  const replay: LogReplay['replay'] = async (request) => {
    const { room, session, after, upTo, isNeeded, send } = request
    let position = startBefore(room, after)
    let countedAt = 0
    while (position.seq < upTo && isNeeded()) {
      const shared = rooms.get(room)?.pages.get(position.seq)
      const delayMs = shared === undefined ? budget.delayMs(session) : 0
      if (delayMs > 0) {
        await waitFor(delayMs)
        continue
      }
      const page = await (shared?.page ?? newPage(request, position))
      if (E.isLeft(page)) return page
      const { records, end } = page.right
      const missed = records.filter(({ seq }) => seq > after && seq <= upTo)
      if (page.right.countedAt !== 0) countedAt = page.right.countedAt
      if (missed.length > 0 && isNeeded()) await send(missed)
      if (end.seq === position.seq) break
      position = end
    }
    return E.right({ countedAt })
  }

  const waitFor = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      clock.schedule(clock.now() + ms, resolve)
    })

  return {
    replay,
    size: () => rooms.size,
    close: () => {
      for (const room of rooms.keys()) clear(room)
    },
  }
}

/** A token bucket per session for the records that are folded for it: folding is the dearest thing a client can ask for. */
export interface ReplayBudget {
  /** How long the session has to wait before more is folded for it. */
  readonly delayMs: (session: SessionKey) => number
  readonly charge: (session: SessionKey, records: number) => void
  readonly size: () => number
}

export const createReplayBudget = (
  clock: Clock,
  limits: Pick<SessionLimits, 'replayBudgetRecords' | 'replayBudgetRecordsPerSecond'>,
  limitReached: () => void,
): ReplayBudget => {
  const recordMs = 1_000 / limits.replayBudgetRecordsPerSecond
  const burstMs = limits.replayBudgetRecords * recordMs
  /** When each bucket is full again; sessions with a full bucket are left out. */
  const fullAt = new Map<SessionKey, Instant>()

  return {
    delayMs: (session) => {
      const delayMs = (fullAt.get(session) ?? 0) - clock.now() - burstMs
      if (delayMs <= 0) return 0
      limitReached()
      return delayMs
    },
    charge: (session, records) => {
      const now = clock.now()
      const next = Math.max(now, fullAt.get(session) ?? now) + records * recordMs
      fullAt.delete(session)
      fullAt.set(session, next)
      for (const [oldest, at] of fullAt) {
        if (at > now) break
        fullAt.delete(oldest)
      }
    },
    size: () => fullAt.size,
  }
}
