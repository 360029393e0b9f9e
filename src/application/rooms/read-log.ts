import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as O from '#fp/Option'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { EventStore, IndexEntry, StoreFault } from '../ports/event-store.js'
import type { Folded, Ledger } from './ledger.js'

/**
 * Folds a room's log into a fresh ledger, page by page so that other rooms get their turn, and shows each step to
 * `seen`. Gives the room's index entry; nothing where the store does not know the room.
 */
export const readLog = async (
  room: RoomId,
  ledger: Ledger,
  store: EventStore,
  page: number,
  seen: (folded: Folded) => void,
): Promise<Either<StoreFault, IndexEntry | null>> => {
  const found = await store.find(room)()
  if (E.isLeft(found)) return found
  if (O.isNone(found.right)) return E.right(null)
  const entry = found.right.value
  while (ledger.seq() < entry.seq) {
    const records = await store.read(room, ledger.seq(), page)()
    if (E.isLeft(records)) return records
    if (records.right.length === 0) return E.left(endsEarly(entry, ledger.seq()))
    for (const record of records.right) seen(ledger.replay(record))
  }
  return E.right(entry)
}

const endsEarly = ({ room, seq }: IndexEntry, last: number): StoreFault => ({
  type: 'corrupt',
  room,
  seq: last + 1,
  problem: `the log ends at ${last}, but its index says ${seq}`,
})
