import * as E from '#fp/Either'
import * as O from '#fp/Option'
import type { IndexEntry, RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { isRoomName, roomId } from '../../domain/kernel/ids.js'
import type { LmdbEventStore } from '../event-stores/lmdb-event-store.js'
import { openLmdbEventStore } from '../event-stores/lmdb-event-store.js'
import { Failure } from './failure.js'

const page = 1_000

/** Opens the data folder for as long as `work` takes. A folder that a server has open is refused. */
export const withDataFolder = async <Result>(
  folder: string,
  access: 'read' | 'write',
  work: (store: LmdbEventStore) => Promise<Result>,
): Promise<Result> => {
  const opened = await openLmdbEventStore({ folder, durability: 'disk', access })()
  if (E.isLeft(opened)) throw new Failure(opened.left.problem)
  try {
    return await work(opened.right)
  } finally {
    await opened.right.close()
  }
}

export const roomNamed = (name: string): RoomId => {
  if (!isRoomName(name)) throw new Failure(`${name} is no room's name: 1 to 128 of letters, digits and -_.:`)
  return roomId(name)
}

export const found = async (store: LmdbEventStore, room: RoomId): Promise<IndexEntry> => {
  const entry = orThrow(await store.find(room)())
  if (O.isNone(entry)) throw new Failure(`there is no room ${room}; "roomreel rooms" lists those there are`)
  return entry.value
}

/** The room's log from its beginning to where its index says that it ends. */
export async function* recordsOf(
  store: LmdbEventStore,
  { room, seq }: IndexEntry,
): AsyncGenerator<RoomRecord> {
  for (let after = 0; after < seq;) {
    const records = orThrow(await store.read(room, after, page)())
    if (records.length === 0)
      throw new Failure(`the log of ${room} ends at ${after}, but its index says ${seq}`)
    yield* records
    after += records.length
  }
}

export async function* roomsOf(store: LmdbEventStore): AsyncGenerator<IndexEntry> {
  for (let after: RoomId | null = null; ;) {
    const entries: ReadonlyArray<IndexEntry> = orThrow(await store.list(after, page)())
    yield* entries
    const last = entries.at(-1)
    if (last === undefined || entries.length < page) return
    after = last.room
  }
}

export const orThrow = <Value>(answer: E.Either<StoreFault, Value>): Value => {
  if (E.isRight(answer)) return answer.right
  throw new Failure(described(answer.left))
}

export const described = (fault: StoreFault): string =>
  fault.type === 'corrupt' ? `room ${fault.room}: ${fault.problem}` : fault.problem
