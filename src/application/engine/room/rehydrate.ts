import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as O from '#fp/Option'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { IndexEntry, StoreFault } from '../../ports/event-store.js'
import { queryStore, problemOf } from '../query-store.js'
import type { FoldStep, Aggregate } from './aggregate.js'
import { newAggregate } from './aggregate.js'
import type { RoomContext } from '../engine-context.js'

/**
 * Rebuilds a room from its log, page by page so that other rooms get their turn, and passes each step to `onStep`. A
 * room that the store does not know gives an empty aggregate. Stops early once `isNeeded` returns false.
 */
export const rehydrate = async (
  { room, model, store, entropy, monitor, limits }: RoomContext,
  onStep: (steps: FoldStep) => void,
  isNeeded: () => boolean,
): Promise<Either<StoreFault, Aggregate>> => {
  const aggregate = newAggregate(room, model, entropy.bytes)
  const found = await queryStore(() => store.find(room))
  if (E.isLeft(found)) return found
  if (O.isNone(found.right)) return E.right(aggregate)
  const entry = found.right.value
  while (aggregate.seq() < entry.seq && isNeeded()) {
    const records = await queryStore(() => store.read(room, aggregate.seq(), limits.maxPageRecords))
    if (E.isLeft(records)) return records
    if (records.right.length === 0) return E.left(endsEarly(entry, aggregate.seq()))
    try {
      for (const record of records.right) {
        if (record.seq !== aggregate.seq() + 1) return E.left(missing(room, aggregate.seq() + 1, record.seq))
        onStep(aggregate.replay(record))
      }
      aggregate.nextTimer()
    } catch (error) {
      // The record's checksum is valid, so our own code cannot fold it, and a retry will fail too.
      monitor.defect(room, error)
      return E.left(notFoldable(room, aggregate.seq() + 1, error))
    }
  }
  return E.right(aggregate)
}

const endsEarly = ({ room, seq }: IndexEntry, last: number): StoreFault => ({
  type: 'corrupt',
  room,
  seq: last + 1,
  problem: `the log ends at ${last}, but its index says ${seq}`,
})

const missing = (room: RoomId, seq: number, instead: number): StoreFault => ({
  type: 'corrupt',
  room,
  seq,
  problem: `is missing: ${instead} stands in its place`,
})

const notFoldable = (room: RoomId, seq: number, error: unknown): StoreFault => ({
  type: 'corrupt',
  room,
  seq,
  problem: `cannot be folded: ${problemOf(error)}`,
})
