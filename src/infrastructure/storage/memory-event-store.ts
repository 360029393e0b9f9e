import { randomBytes } from 'node:crypto'
import * as O from '#fp/Option'
import * as TE from '#fp/TaskEither'
import type {
  Append,
  EventStore,
  IndexEntry,
  AppendOutcome,
  RoomRecord,
} from '../../application/ports/event-store.js'
import type { UserRestrictions } from '../../application/ports/identity-store.js'
import type { RoomId, SessionKey, UserKey } from '../../domain/kernel/ids.js'
import { createAuditMemory } from './audit-memory.js'
import { appended, entryAfter, isAwaiting, checkAppend } from './append.js'

/** A room's log with its index entry. */
interface Log {
  entry: IndexEntry
  readonly records: Array<RoomRecord>
  readonly sessions: Set<SessionKey>
}

/**
 * Keeps everything in memory, for tests and experiments, and as the readable reference for people who write a store.
 * It passes the contract suite. Each function runs synchronously, so an append is written as a whole or not at all;
 * other stores need a transaction for that.
 */
export const memoryEventStore = (): EventStore => {
  const logs = new Map<RoomId, Log>()
  const restrictions = new Map<UserKey, UserRestrictions>()
  const audit = createAuditMemory()

  const append = (request: Append): AppendOutcome => {
    const current = logs.get(request.room)
    const outcome = checkAppend(request, current?.entry)
    if (outcome !== undefined) return outcome
    if (request.audit !== undefined) audit.add(request.audit)
    const log: Log = current ?? { entry: entryAfter(request), records: [], sessions: new Set() }
    log.entry = entryAfter(request)
    for (const record of request.records) log.records.push(record)
    for (const session of request.addedSessions) log.sessions.add(session)
    for (const session of request.removedSessions) log.sessions.delete(session)
    logs.set(request.room, log)
    return appended
  }

  const entries = (matches: (entry: IndexEntry, log: Log) => boolean): ReadonlyArray<IndexEntry> =>
    [...logs.values()]
      .filter((log) => matches(log.entry, log))
      .map(({ entry }) => entry)
      .sort((left, right) => (left.room < right.room ? -1 : 1))

  return {
    key: randomBytes(32).toString('base64url'),

    commit: (appends) => async () => appends.map(append),

    read: (room, after, limit, maxBytes) =>
      TE.fromIO(() => pageOf(logs.get(room)?.records.slice(after, after + limit) ?? [], maxBytes)),

    find: (room) => TE.fromIO(() => O.fromNullable(logs.get(room)?.entry)),

    list: (after, limit) =>
      TE.fromIO(() => entries(({ room }) => after === null || room > after).slice(0, limit)),

    awaiting: () => TE.fromIO(() => entries(isAwaiting)),

    roomsOf: (session) =>
      TE.fromIO(() => entries((_entry, { sessions }) => sessions.has(session)).map(({ room }) => room)),

    remove: (room, epoch, seq) =>
      TE.fromIO(() => {
        const entry = logs.get(room)?.entry
        return entry?.epoch === epoch && entry.seq === seq && logs.delete(room)
      }),

    identity: {
      load: () => TE.fromIO(() => [...restrictions.values()]),
      save: (each) => TE.fromIO(() => void restrictions.set(each.user, each)),
    },
    audit: audit.store,

    close: () => Promise.resolve(),
  }
}

const pageOf = (records: ReadonlyArray<RoomRecord>, maxBytes = Infinity): ReadonlyArray<RoomRecord> => {
  if (maxBytes === Infinity) return records
  let bytes = 0
  const last = records.findIndex((record) => (bytes += JSON.stringify(record).length) >= maxBytes)
  return last === -1 ? records : records.slice(0, last + 1)
}
