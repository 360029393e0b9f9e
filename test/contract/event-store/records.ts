import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import { expect } from 'vitest'
import type {
  Append,
  EventStore,
  IndexEntry,
  AppendOutcome,
  RoomRecord,
  StoreFault,
} from '../../../src/application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../src/domain/kernel/ids.js'
import { commandId, epoch, memberId, roomId, sessionKey } from '../../../src/domain/kernel/ids.js'
import { roomRecord } from '../../kit/built-in-events.js'

/** A store under test and its failure injections; those that a store does not support are absent. */
export interface StoreUnderTest {
  /** Opens an empty store. */
  readonly open: () => Promise<EventStore>
  /** Removes what `open` and the others created. Called after each test. */
  readonly dispose?: () => Promise<void>
  /** Closes this store and opens its data again. */
  readonly reopen?: (store: EventStore) => Promise<EventStore>
  /** Changes the bytes of one stored record without the store. */
  readonly damage?: (store: EventStore, room: RoomId, seq: number) => Promise<void>
  /** Removes one stored record without the store. */
  readonly lose?: (store: EventStore, room: RoomId, seq: number) => Promise<void>
  /** The same for a record of the audit trail. */
  readonly damageAudit?: (store: EventStore, seq: number) => Promise<void>
  readonly loseAudit?: (store: EventStore, seq: number) => Promise<void>
}

export type Open = StoreUnderTest['open']

export const first = epoch('epoch-1')
export const second = epoch('epoch-2')
export const room = roomId('room-1')
export const ann = sessionKey('a'.repeat(64))
export const bob = sessionKey('b'.repeat(64))

export const appended: AppendOutcome = { type: 'appended' }

/** `room-01`, `room-02` …, in order. */
export const names = (count: number): ReadonlyArray<RoomId> =>
  Array.from({ length: count }, (_, index) => roomId(`room-${String(index + 1).padStart(2, '0')}`))

export const relayed = (
  of: RoomId,
  seq: number,
  inEpoch: Epoch,
  payload: unknown = { number: seq, of },
): RoomRecord =>
  roomRecord({
    type: 'relay.event',
    data: { module: 'quiz', event: 'said', payload },
    room: of,
    epoch: inEpoch,
    seq,
    at: 1_700_000_000_000 + seq,
    by: memberId('socket-1'),
    cause: { id: commandId(`command-${seq}`), digest: 'd1' },
  })

export const records = (
  of: RoomId,
  after: number,
  count: number,
  inEpoch: Epoch = first,
): ReadonlyArray<RoomRecord> =>
  Array.from({ length: count }, (_, index) => relayed(of, after + index + 1, inEpoch))

export const append = (
  of: RoomId,
  expectedSeq: number,
  count: number,
  rest: Partial<Append> = {},
): Append => ({
  room: of,
  epoch: first,
  expectedSeq,
  records: records(of, expectedSeq, count, rest.epoch),
  due: null,
  occupied: false,
  addedSessions: [],
  removedSessions: [],
  ...rest,
})

export const entry = (of: RoomId, seq: number, rest: Partial<IndexEntry> = {}): IndexEntry => ({
  room: of,
  epoch: first,
  seq,
  lastAt: 1_700_000_000_000 + seq,
  due: null,
  occupied: false,
  ...rest,
})

export const outcomes = (
  store: EventStore,
  appends: ReadonlyArray<Append>,
): Promise<ReadonlyArray<AppendOutcome>> => store.commit(appends)()

export const wrote = async (store: EventStore, toAppend: Append): Promise<void> =>
  expect(await outcomes(store, [toAppend])).toEqual([appended])

export const right = async <Found>(query: TaskEither<StoreFault, Found>): Promise<Found> => {
  const found = await query()
  if (E.isLeft(found)) throw new Error(found.left.problem)
  return found.right
}

export const read = (store: EventStore, of: RoomId): Promise<ReadonlyArray<RoomRecord>> =>
  right(store.read(of, 0, 1_000_000))

export const seen = async (store: EventStore, rooms: ReadonlyArray<RoomId>) => ({
  logs: await Promise.all(rooms.map((of) => read(store, of))),
  listed: await right(store.list(null, 1_000)),
  awaiting: await right(store.awaiting()),
  rooms: await right(store.roomsOf(ann)),
})
