import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { pipe } from '#fp/function'
import * as O from '#fp/Option'
import type { Option } from '#fp/Option'
import type { TaskEither } from '#fp/TaskEither'
import type { EventStore, AppendOutcome, StoreFault } from '../../application/ports/event-store.js'
import type { Epoch, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { RoomModel } from '../../domain/room/index.js'
import { builtInModel } from '../../plugins.js'
import { isFlaw } from './codec/flaw.js'
import type { Frame } from './codec/frame.js'
import { vocabularyOf } from './codec/kept-as.js'
import { hashToHex } from './codec/hashing.js'
import type { LogHeader } from './codec/log-file.js'
import type { CheckpointStore } from '../webhooks/checkpoints.js'
import { lmdbCheckpointStore } from '../webhooks/lmdb-checkpoints.js'
import type { Connection } from './lmdb/connection.js'
import { connectionTo } from './lmdb/connection.js'
import { copied } from './lmdb/copy.js'
import { hasDataFile } from './lmdb/data-file.js'
import type { OpenFault, Unlock } from './lmdb/folder-lock.js'
import { lockFolder, madeFolder, unusable } from './lmdb/folder-lock.js'
import { groupCommit } from './lmdb/group-commit.js'
import type { Head } from './lmdb/head.js'
import type { Heads } from './lmdb/heads.js'
import { headsInMemory } from './lmdb/heads.js'
import type { ImportedLog } from './lmdb/import-log.js'
import { importLog } from './lmdb/import-log.js'
import { awaitingEntries, listedEntries } from './lmdb/list-rooms.js'
import { corruptFault, headIn, readLog } from './lmdb/read-log.js'
import { clearRemoved, removeLog } from './lmdb/remove-log.js'
import type { Durability, Tables } from './lmdb/tables.js'
import { openTables, partnersOf } from './lmdb/tables.js'

export type { OpenFault } from './lmdb/folder-lock.js'
export type { Durability } from './lmdb/tables.js'

export interface LmdbOptions {
  /** Made where it is not there. One process at a time. */
  readonly folder: string
  readonly durability: Durability
  /** Knows how events are stored: give the engine's where it has activities of your own. */
  readonly model?: Pick<RoomModel, 'schemaOf'>
  /** `read` opens only what is there and changes nothing. Absent: `write`. */
  readonly access?: 'read' | 'write'
  /** Hears of index entries that cannot be read, which `list` and `awaiting` leave out for the sake of the others. */
  readonly report?: (fault: StoreFault) => void
}

/** What the command line and the webhooks need beyond the port. */
export interface LmdbEventStore extends EventStore {
  /** A log's header, as its file begins. */
  readonly header: (room: RoomId) => TaskEither<StoreFault, Option<LogHeader>>
  /** Like `read`, but the records as they are stored: what is personal and secret still apart, the hash beside. */
  readonly frames: (
    room: RoomId,
    after: number,
    limit: number,
  ) => TaskEither<StoreFault, ReadonlyArray<Frame>>
  /** Writes a verified log as a new room of its name, closed, under an epoch of its own; all of it or nothing. */
  readonly importLog: (log: ImportedLog, epoch: Epoch, now: Instant) => TaskEither<StoreFault, AppendOutcome>
  /** Copies all logs, as they stand at one moment, into a folder without any; others go on meanwhile. See `backUp`. */
  readonly copyTo: (folder: string) => TaskEither<StoreFault, void>
  /** Removing a room removes its checkpoint. */
  readonly webhookCheckpoints: CheckpointStore
}

/** A folder of logs on lmdb. `docs/adr/0004-lmdb.md` says what it promises and what that rests on. */
export const openLmdbEventStore =
  (options: LmdbOptions): TaskEither<OpenFault, LmdbEventStore> =>
  async () => {
    const { folder, durability, model = builtInModel, access = 'write' } = options
    const readOnly = access === 'read'
    if (readOnly && !hasDataFile(folder)) {
      return E.left({ type: 'not-found', folder, problem: `there are no logs in the data folder ${folder}` })
    }
    const made = readOnly ? E.right(folder) : madeFolder(folder)
    if (E.isLeft(made)) return made
    const locked = await lockFolder(folder)()
    if (E.isLeft(locked)) return locked
    try {
      const vocabulary = vocabularyOf(model)
      const opening = { folder, durability, readOnly, vocabulary }
      const tables = openTables(opening)
      if (!readOnly) await clearRemoved(tables)
      return E.right(storeOn(tables.key, connectionTo(tables, opening), locked.right, options))
    } catch (error) {
      await locked.right()
      return E.left(unusable(folder, error))
    }
  }

const storeOn = (
  key: string,
  connection: Connection,
  unlock: Unlock,
  { access, report = () => undefined }: LmdbOptions,
): LmdbEventStore => {
  const { inTurn, reading } = connection
  const heads = headsInMemory()
  const writing: Connection['inTurn'] =
    access === 'read' ? () => Promise.resolve(readingOnly) : (job) => inTurn(job)

  return {
    key,

    commit: groupCommit(writing, heads),

    read: (room, after, limit, maxBytes) => async () =>
      flat(
        await reading((tables) => readLog(tables, room, after, { limit, maxBytes }, (_, record) => record)),
      ),

    frames: (room, after, limit) => async () =>
      flat(await reading((tables) => readLog(tables, room, after, { limit }, (frame) => frame))),

    find: (room) => async () =>
      pipe(await reading((tables) => headOf(tables, room)), flat, E.map(O.map(({ entry }) => entry))),

    header: (room) => async () =>
      pipe(await reading((tables) => headOf(tables, room)), flat, E.map(O.map(headerOf))),

    list: (after, limit) => () => reading((tables) => listedEntries(tables, after, limit, report)),

    awaiting: () => () => reading((tables) => awaitingEntries(tables, report)),

    roomsOf: (session) => () => reading(({ roomsBySession }) => partnersOf(session, roomsBySession)),

    remove: (room, epoch, seq) => async () =>
      flat(await writing((tables) => removed(tables, heads, room, epoch, seq))),

    importLog: (log, epoch, now) => () =>
      writing((tables) => {
        heads.forget(log.header.room)
        return importLog(tables, log, epoch, now)
      }),

    copyTo: (folder) => () => reading((tables) => copied(tables, folder)),

    webhookCheckpoints: lmdbCheckpointStore(connection),

    close: async () => {
      await connection.close()
      await unlock()
    },
  }
}

const headOf = (tables: Tables, room: RoomId): Either<StoreFault, Option<Head>> => {
  const head = headIn(tables, room)
  if (head === undefined) return E.right(O.none)
  return isFlaw(head) ? E.left(corruptFault(room, head)) : E.right(O.some(head))
}

const headerOf = ({ entry: { room, epoch, seq }, hash }: Head): LogHeader => ({
  room,
  epoch,
  count: seq,
  lastHash: hashToHex(hash),
})

const removed = async (
  tables: Tables,
  heads: Heads,
  room: RoomId,
  epoch: Epoch,
  seq: number,
): Promise<Either<StoreFault, boolean>> => {
  heads.forget(room)
  const head = headIn(tables, room)
  if (head === undefined) return E.right(false)
  if (isFlaw(head)) return E.left(corruptFault(room, head))
  if (head.entry.epoch !== epoch || head.entry.seq !== seq) return E.right(false)
  await removeLog(tables, room, seq)
  return E.right(true)
}

const readingOnly: Either<StoreFault, never> = E.left({
  type: 'unavailable',
  problem: 'the data folder is open for reading only',
})

const flat = <Answer>(answer: Either<StoreFault, Either<StoreFault, Answer>>): Either<StoreFault, Answer> =>
  E.isLeft(answer) ? answer : answer.right
