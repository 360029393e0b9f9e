import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as O from '#fp/Option'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { IndexEntry, StoreFault } from '../ports/event-store.js'
import { asked, problemOf } from './query-store.js'
import type { Folded, Ledger } from './aggregate.js'
import { newLedger } from './aggregate.js'
import type { Surroundings } from './engine-context.js'

/**
 * Folds a room's log, page by page so that other rooms get their turn, and shows each step to `seen`. A room that the
 * store does not know gives an empty ledger. Stops early once it is not `wanted` any more.
 */
export const foldLog = async (
  room: RoomId,
  surroundings: Pick<Surroundings, 'store' | 'entropy' | 'monitor' | 'limits'>,
  seen: (folded: Folded) => void,
  wanted: () => boolean,
): Promise<Either<StoreFault, Ledger>> => {
  const { store, entropy, monitor, limits } = surroundings
  const ledger = newLedger(room, entropy.bytes)
  const found = await asked(() => store.find(room))
  if (E.isLeft(found)) return found
  if (O.isNone(found.right)) return E.right(ledger)
  const entry = found.right.value
  while (ledger.seq() < entry.seq && wanted()) {
    const records = await asked(() => store.read(room, ledger.seq(), limits.page))
    if (E.isLeft(records)) return records
    if (records.right.length === 0) return E.left(endsEarly(entry, ledger.seq()))
    try {
      for (const record of records.right) {
        if (record.seq !== ledger.seq() + 1) return E.left(missing(room, ledger.seq() + 1, record.seq))
        seen(ledger.replay(record))
      }
      ledger.due()
    } catch (error) {
      // The store gave it as sound, so it is our own code that cannot read it; that will not pass either.
      monitor.defect(room, error)
      return E.left(notFoldable(room, ledger.seq() + 1, error))
    }
  }
  return E.right(ledger)
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
