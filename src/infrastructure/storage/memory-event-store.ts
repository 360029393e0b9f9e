import * as O from '#fp/Option'
import * as TE from '#fp/TaskEither'
import type {
  Append,
  EventStore,
  IndexEntry,
  AppendOutcome,
  RoomRecord,
} from '../../application/ports/event-store.js'
import type { RoomId, SessionKey } from '../../domain/kernel/ids.js'
import { appended, entryAfter, isAwaiting, refusal } from './append.js'
import { freshKey } from './fresh-key.js'

/** A room's log with what the index knows of it. */
interface Log {
  entry: IndexEntry
  readonly records: Array<RoomRecord>
  readonly sessions: Set<SessionKey>
}

/**
 * Keeps everything in this process and loses it with the process: for tests, for trying things out, and to be read
 * by whoever writes a store. It passes the same contract suite as the others.
 *
 * Every step runs to its end before the next begins, so an append is in as a whole or not at all: what another
 * store needs a transaction for.
 */
export const memoryEventStore = (): EventStore => {
  const logs = new Map<RoomId, Log>()

  const append = (wanted: Append): AppendOutcome => {
    const known = logs.get(wanted.room)
    const refused = refusal(wanted, known?.entry)
    if (refused !== undefined) return refused
    const log: Log = known ?? { entry: entryAfter(wanted), records: [], sessions: new Set() }
    log.entry = entryAfter(wanted)
    for (const record of wanted.records) log.records.push(record)
    for (const session of wanted.addedSessions) log.sessions.add(session)
    for (const session of wanted.removedSessions) log.sessions.delete(session)
    logs.set(wanted.room, log)
    return appended
  }

  const entries = (wanted: (entry: IndexEntry, log: Log) => boolean): ReadonlyArray<IndexEntry> =>
    [...logs.values()]
      .filter((log) => wanted(log.entry, log))
      .map(({ entry }) => entry)
      .sort((left, right) => (left.room < right.room ? -1 : 1))

  return {
    key: freshKey(),

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

    close: () => Promise.resolve(),
  }
}

const pageOf = (records: ReadonlyArray<RoomRecord>, maxBytes = Infinity): ReadonlyArray<RoomRecord> => {
  if (maxBytes === Infinity) return records
  let bytes = 0
  const last = records.findIndex((record) => (bytes += JSON.stringify(record).length) >= maxBytes)
  return last === -1 ? records : records.slice(0, last + 1)
}
