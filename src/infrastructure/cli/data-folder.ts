import { constants } from 'node:os'
import * as E from '#fp/Either'
import * as O from '#fp/Option'
import type { IndexEntry, RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { isRoomName, roomId } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { LmdbEventStore } from '../storage/lmdb-event-store.js'
import { openLmdbEventStore } from '../storage/lmdb-event-store.js'
import { Failure, exitCodes } from './failure.js'

/** A room's records may be 64 KB each: so many are in memory at once. */
const recordsAtOnce = 250
const roomsAtOnce = 1_000

export interface DataFolder {
  readonly model: RoomModel
  readonly store: LmdbEventStore
  /** The rooms by name. One whose index entry cannot be read is passed over, and told of in `unreadable`. */
  readonly rooms: () => AsyncGenerator<IndexEntry>
  readonly unreadable: ReadonlyArray<UnreadableRoom>
}

export type UnreadableRoom = Extract<StoreFault, { readonly type: 'corrupt' }>

/** Opens the data folder for as long as `work` takes. A folder that a server has open is refused. */
export const withDataFolder = async <Result>(
  folder: string,
  access: 'read' | 'write',
  model: RoomModel,
  work: (folder: DataFolder) => Promise<Result>,
): Promise<Result> => {
  const unreadable: Array<UnreadableRoom> = []
  const report = (fault: StoreFault): void => {
    if (fault.type === 'corrupt') unreadable.push(fault)
  }
  const opened = await openLmdbEventStore({ folder, durability: 'disk', model, access, report })()
  if (E.isLeft(opened)) throw new Failure(opened.left.problem)
  const store = opened.right
  const forget = closingOnSignal(store)
  try {
    return await work({ model, store, unreadable, rooms: () => roomsOf(store, unreadable) })
  } finally {
    forget()
    await store.close()
  }
}

/** Ctrl-C in the middle of a replay: the folder is given free before the process ends. */
const closingOnSignal = (store: LmdbEventStore): (() => void) => {
  const end = (signal: NodeJS.Signals): void => {
    void store.close().finally(() => process.exit(128 + constants.signals[signal]))
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  return () => {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

export const roomNamed = (name: string): RoomId => {
  if (!isRoomName(name)) throw new Failure(`${name} is no room's name: 1 to 128 of letters, digits and -_.:`)
  return roomId(name)
}

export const noSuchRoom = (room: string): Failure =>
  new Failure(`there is no room ${room}; "roomreel rooms" lists those there are`)

export const found = async ({ store }: DataFolder, room: RoomId): Promise<IndexEntry> => {
  const entry = orThrow(await store.find(room)())
  if (O.isNone(entry)) throw noSuchRoom(room)
  return entry.value
}

/** The room's log from its beginning to where its index says that it ends. */
export async function* recordsOf(
  { store }: DataFolder,
  { room, seq }: Pick<IndexEntry, 'room' | 'seq'>,
): AsyncGenerator<RoomRecord> {
  for (let after = 0; after < seq;) {
    const records = orThrow(await store.read(room, after, Math.min(recordsAtOnce, seq - after))())
    if (records.length === 0) {
      throw new Failure(`the log of ${room} ends at ${after}, but its index says ${seq}`, exitCodes.found)
    }
    yield* records
    after += records.length
  }
}

async function* roomsOf(
  store: LmdbEventStore,
  unreadable: ReadonlyArray<UnreadableRoom>,
): AsyncGenerator<IndexEntry> {
  for (let after: RoomId | null = null; ;) {
    const passedOver: number = unreadable.length
    const entries: ReadonlyArray<IndexEntry> = orThrow(await store.list(after, roomsAtOnce)())
    yield* entries
    // Fewer than asked for is no end: some may have been passed over.
    const seen: ReadonlyArray<RoomId> = [...entries, ...unreadable.slice(passedOver)].map(({ room }) => room)
    if (seen.length === 0) return
    after = seen.reduce((last, room) => (room > last ? room : last))
  }
}

export const orThrow = <Value>(answer: E.Either<StoreFault, Value>): Value => {
  if (E.isRight(answer)) return answer.right
  throw new Failure(described(answer.left), answer.left.type === 'corrupt' ? exitCodes.found : undefined)
}

export const described = (fault: StoreFault): string =>
  fault.type === 'corrupt' ? `room ${fault.room}: ${fault.problem}` : fault.problem
