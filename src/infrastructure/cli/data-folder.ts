import { constants } from 'node:os'
import * as E from '#fp/Either'
import * as O from '#fp/Option'
import type { IndexEntry, RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { isRoomName, roomId } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { LmdbEventStore } from '../storage/lmdb-event-store.js'
import { openLmdbEventStore } from '../storage/lmdb-event-store.js'
import { Failure, exitCodes } from './terminal.js'
import type { Terminal } from './terminal.js'

/** Records have up to 64 KB, and a page of them is in memory. */
const pageRecords = 250
const pageRooms = 1_000

export interface DataFolder {
  readonly model: RoomModel
  readonly store: LmdbEventStore
  /** The rooms by name. Rooms with an unreadable index entry are left out and listed in `unreadable`. */
  readonly rooms: () => AsyncGenerator<IndexEntry>
  readonly unreadable: ReadonlyArray<UnreadableRoom>
}

export type UnreadableRoom = Extract<StoreFault, { readonly type: 'corrupt' }>

/** Opens the data folder for the duration of `work`. Rejects a folder that a server has open. */
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
  const stopListening = closeOnSignal(store)
  try {
    return await work({ model, store, unreadable, rooms: () => roomsOf(store, unreadable) })
  } finally {
    stopListening()
    await store.close()
  }
}

/** Closes the folder before a signal ends the process. */
const closeOnSignal = (store: LmdbEventStore): (() => void) => {
  const end = (signal: NodeJS.Signals): void => {
    void store.close().finally(() => process.exit(128 + constants.signals[signal]))
  }
  process.once('SIGINT', end).once('SIGTERM', end)
  return () => {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

export const parseRoom = (name: string): RoomId => {
  if (!isRoomName(name))
    throw new Failure(`${name} is not a room name; use 1 to 128 letters, digits and -_.:`)
  return roomId(name)
}

export const roomNotFound = (room: string): Failure =>
  new Failure(`room ${room} does not exist; "roomreel rooms" lists all rooms`)

export const findRoom = async ({ store }: DataFolder, room: RoomId): Promise<IndexEntry> => {
  const entry = orThrow(await store.find(room)())
  if (O.isNone(entry)) throw roomNotFound(room)
  return entry.value
}

/** The room's log from its first record to the last that its index entry names. */
export async function* recordsOf(
  { store }: DataFolder,
  { room, seq }: Pick<IndexEntry, 'room' | 'seq'>,
): AsyncGenerator<RoomRecord> {
  for (let after = 0; after < seq;) {
    const records = orThrow(await store.read(room, after, Math.min(pageRecords, seq - after))())
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
    const unreadableBefore: number = unreadable.length
    const entries: ReadonlyArray<IndexEntry> = orThrow(await store.list(after, pageRooms)())
    yield* entries
    // A short page is not the end: unreadable rooms are left out.
    const listed: ReadonlyArray<RoomId> = [...entries, ...unreadable.slice(unreadableBefore)].map(
      ({ room }) => room,
    )
    if (listed.length === 0) return
    after = listed.reduce((last, room) => (room > last ? room : last))
  }
}

export const orThrow = <Value>(answer: E.Either<StoreFault, Value>): Value => {
  if (E.isRight(answer)) return answer.right
  throw new Failure(describeFault(answer.left), answer.left.type === 'corrupt' ? exitCodes.found : undefined)
}

export const describeFault = (fault: StoreFault): string =>
  fault.type === 'corrupt' ? `room ${fault.room}: ${fault.problem}` : fault.problem

/** Lists each room: name, records, last write, whether it is occupied, and its next due instant. */
export const listRooms = (
  folder: string,
  json: boolean,
  model: RoomModel,
  terminal: Terminal,
): Promise<void> =>
  withDataFolder(folder, 'read', model, async ({ rooms, unreadable }) => {
    let count = 0
    for await (const entry of rooms()) {
      count++
      await terminal.print(json ? JSON.stringify(entry) : roomLine(entry))
    }
    for (const fault of unreadable) terminal.note(describeFault(fault))
    if (unreadable.length > 0) {
      throw new Failure(`${unreadable.length} rooms cannot be listed`, exitCodes.found)
    }
    if (count === 0) terminal.note(`${folder} has no rooms`)
  })

const roomLine = ({ room, seq, lastAt, occupied, due }: IndexEntry): string =>
  [
    room.padEnd(24),
    `${seq} ${seq === 1 ? 'record ' : 'records'}`.padStart(14),
    formatInstant(lastAt),
    ...(occupied ? ['occupied'] : []),
    ...(due === null ? [] : [`due ${formatInstant(due)}`]),
  ].join('  ')

export const formatInstant = (at: number): string => new Date(at).toISOString()
