import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { pipe } from '#fp/function'
import * as O from '#fp/Option'
import type { Option } from '#fp/Option'
import type { TaskEither } from '#fp/TaskEither'
import type { AuditFault } from '../../application/ports/audit-trail.js'
import type { EventStore, AppendOutcome, StoreFault } from '../../application/ports/event-store.js'
import type { Epoch, RoomId } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import { builtInModel } from '../../plugins.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { CheckpointStore } from '../webhooks/checkpoints.js'
import { lmdbCheckpointStore } from '../webhooks/lmdb-checkpoints.js'
import { readHead, createHeadCache } from './lmdb/head-cache.js'
import { isCorruption, schemasOf } from './codec/record-codec.js'
import type { Frame } from './codec/frame.js'
import { hashToHex } from './codec/frame.js'
import type { LogHeader } from './codec/log-file.js'
import type { Connection } from './lmdb/connection.js'
import { connectionTo, isCommitFailure, problemOf } from './lmdb/connection.js'
import { copyDataFile, hasDataFile } from './lmdb/data-file.js'
import type { OpenFault, Unlock } from './lmdb/folder-lock.js'
import { lockFolder, createFolder, unusable } from './lmdb/folder-lock.js'
import { auditExtent, readAudit, removeAuditBefore } from './lmdb/audit-table.js'
import { asAuditFault, groupCommit } from './lmdb/group-commit.js'
import type { Head, HeadCache } from './lmdb/head-cache.js'
import type { ImportedLog } from './lmdb/import-and-remove.js'
import { importLog, clearRemoved, removeLog } from './lmdb/import-and-remove.js'
import { awaitingEntries, listedEntries, corruptFault, readLog } from './lmdb/read-log.js'
import type { Durability, Tables } from './lmdb/tables.js'
import type { ChangeFrame } from './lmdb/rewrite-data-file.js'
import { removeNewDataFile, useNewDataFile, writeNewDataFile } from './lmdb/rewrite-data-file.js'
import { openTables, secondKeysOf } from './lmdb/tables.js'

export type { OpenFault } from './lmdb/folder-lock.js'
export type { Durability } from './lmdb/tables.js'

export interface LmdbOptions {
  /** Created if it does not exist. One process at a time. */
  readonly folder: string
  readonly durability: Durability
  /** Its event schemas encode the records; the engine's, if that has an application's own activities. */
  readonly model?: Pick<RoomModel, 'schemaOf'>
  /** `read` opens an existing folder and changes nothing. Default: `write`. */
  readonly access?: 'read' | 'write'
  /** Receives the faults of unreadable index entries, which `list` and `awaiting` leave out. */
  readonly report?: (fault: StoreFault) => void
}

/** The functions beyond the port, for the command line and the webhooks. */
export interface LmdbEventStore extends EventStore {
  /** The header of a log's file. */
  readonly header: (room: RoomId) => TaskEither<StoreFault, Option<LogHeader>>
  /** Like `read`, but the stored frames, with personal and secret parts separate. */
  readonly frames: (
    room: RoomId,
    after: number,
    limit: number,
  ) => TaskEither<StoreFault, ReadonlyArray<Frame>>
  /** Writes a verified log as a new, closed room of its name under its own epoch: all of it or nothing. */
  readonly importLog: (log: ImportedLog, epoch: Epoch, now: Instant) => TaskEither<StoreFault, AppendOutcome>
  /** Copies all logs as of one moment into an empty folder, while writes continue. See `backUp`. */
  readonly copyTo: (folder: string) => TaskEither<StoreFault, void>
  /**
   * Writes all logs, with changed records, into a new data file that replaces the old one, of which nothing remains in
   * the folder: all of it or nothing. `beforeReplacing` stops it by rejecting. Then the store is closed.
   */
  readonly replaceData: (
    change: ChangeFrame,
    beforeReplacing: () => Promise<void>,
  ) => TaskEither<StoreFault, void>
  /** Removing a room removes its checkpoint. */
  readonly webhookCheckpoints: CheckpointStore
}

/** An event store on lmdb. See `docs/adr/0004-lmdb.md` for its promises. */
export const openLmdbEventStore =
  (options: LmdbOptions): TaskEither<OpenFault, LmdbEventStore> =>
  async () => {
    const { folder, durability, model = builtInModel, access = 'write' } = options
    const readOnly = access === 'read'
    if (readOnly && !hasDataFile(folder)) {
      return E.left({ type: 'not-found', folder, problem: `the data folder ${folder} has no logs` })
    }
    const created = readOnly ? E.right(folder) : createFolder(folder)
    if (E.isLeft(created)) return created
    const locked = await lockFolder(folder)()
    if (E.isLeft(locked)) return locked
    try {
      if (!readOnly) removeNewDataFile(folder)
      const openOptions = { folder, durability, readOnly, schemas: schemasOf(model) }
      const tables = openTables(openOptions)
      if (!readOnly) await clearRemoved(tables)
      return E.right(storeOn(tables.key, connectionTo(tables, openOptions), locked.right, options))
    } catch (error) {
      await locked.right()
      return E.left(unusable(folder, error))
    }
  }

const storeOn = (
  key: string,
  connection: Connection,
  unlock: Unlock,
  { folder: ownFolder, access, report = () => undefined }: LmdbOptions,
): LmdbEventStore => {
  const { inTurn, reading } = connection
  const heads = createHeadCache()
  const writing: Connection['inTurn'] =
    access === 'read' ? () => Promise.resolve(readOnlyFault) : (job) => inTurn(job)
  const { commit, recordAudit } = groupCommit(writing, heads)

  return {
    key,

    commit,

    read: (room, after, limit, maxBytes) => async () =>
      E.flatten(
        await reading((tables) => readLog(tables, room, after, { limit, maxBytes }, (_, record) => record)),
      ),

    frames: (room, after, limit) => async () =>
      E.flatten(await reading((tables) => readLog(tables, room, after, { limit }, (frame) => frame))),

    find: (room) => async () =>
      pipe(await reading((tables) => headOf(tables, room)), E.flatten, E.map(O.map(({ entry }) => entry))),

    header: (room) => async () =>
      pipe(await reading((tables) => headOf(tables, room)), E.flatten, E.map(O.map(headerOf))),

    list: (after, limit) => () => reading((tables) => listedEntries(tables, after, limit, report)),

    awaiting: () => () => reading((tables) => awaitingEntries(tables, report)),

    roomsOf: (session) => () => reading(({ roomsBySession }) => secondKeysOf(session, roomsBySession)),

    remove: (room, epoch, seq) => async () =>
      E.flatten(await writing((tables) => removeIfAt(tables, heads, room, epoch, seq))),

    importLog: (log, epoch, now) => () =>
      writing((tables) => {
        heads.invalidate(log.header.room)
        return importLog(tables, log, epoch, now)
      }),

    copyTo: (folder) => () => reading((tables) => copyDataFile(tables, folder)),

    identity: {
      load: () => () =>
        reading(({ identity }) => [...(identity?.getRange() ?? [])].map(({ value }) => value)),
      save: (restrictions) => () =>
        writing(async ({ identity }) => void (await identity?.put(restrictions.user, restrictions))),
    },

    replaceData: (change, beforeReplacing) => async () => {
      const failed = async (error: unknown): Promise<Either<StoreFault, void>> => {
        const reason = isCommitFailure(error) ? new Error(await problemOf(error)) : error
        removeNewDataFile(ownFolder)
        return E.left({ type: 'unavailable', problem: unusable(ownFolder, reason).problem })
      }
      const written = await inTurn((tables) =>
        writeNewDataFile(tables, ownFolder, change).then(() => E.right(undefined), failed),
      )
      if (E.isLeft(written) || E.isLeft(written.right)) return E.flatten(written)
      try {
        await beforeReplacing()
        await connection.close()
        await useNewDataFile(ownFolder)
        return E.right(undefined)
      } catch (error) {
        return failed(error)
      }
    },

    webhookCheckpoints: lmdbCheckpointStore(connection),

    audit: {
      record: recordAudit,
      read: (after, limit) => async () =>
        flattenAudit(await reading((tables) => readAudit(tables, after, limit))),
      extent: () => async () => flattenAudit(await reading(auditExtent)),
      removeBefore: (before) => async () =>
        E.mapLeft(asAuditFault)(await writing((tables) => removeAuditBefore(tables, before))),
    },

    close: async () => {
      await connection.close()
      await unlock()
    },
  }
}

const flattenAudit = <Found>(
  found: Either<StoreFault, Either<AuditFault, Found>>,
): Either<AuditFault, Found> => (E.isLeft(found) ? E.left(asAuditFault(found.left)) : found.right)

const headOf = (tables: Tables, room: RoomId): Either<StoreFault, Option<Head>> => {
  const head = readHead(tables, room)
  if (head === undefined) return E.right(O.none)
  return isCorruption(head) ? E.left(corruptFault(room, head)) : E.right(O.some(head))
}

const headerOf = ({ entry: { room, epoch, seq }, hash }: Head): LogHeader => ({
  room,
  epoch,
  count: seq,
  lastHash: hashToHex(hash),
})

const removeIfAt = async (
  tables: Tables,
  heads: HeadCache,
  room: RoomId,
  epoch: Epoch,
  seq: number,
): Promise<Either<StoreFault, boolean>> => {
  heads.invalidate(room)
  const head = readHead(tables, room)
  if (head === undefined) return E.right(false)
  if (isCorruption(head)) return E.left(corruptFault(room, head))
  if (head.entry.epoch !== epoch || head.entry.seq !== seq) return E.right(false)
  await removeLog(tables, room, seq)
  return E.right(true)
}

const readOnlyFault: Either<StoreFault, never> = E.left({
  type: 'unavailable',
  problem: 'the data folder is open for reading only',
})
