import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { EventStore, IndexEntry, StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Cursor, Cursors } from './cursors.js'

const pageRooms = 1_000

/**
 * Before the first room runs. Where webhooks were off, logs that have no cursor begin at their end: what is in them
 * happened while nobody was to be told. Those that have one go on from there.
 */
export const switchedOn = async (
  store: Pick<EventStore, 'list'>,
  cursors: Cursors,
): Promise<Either<StoreFault, void>> => {
  const on = await queryStore(() => cursors.isOn)
  if (E.isLeft(on)) return on
  if (on.right) return E.right(undefined)
  let after: RoomId | null = null
  for (;;) {
    const from: RoomId | null = after
    const listed: Either<StoreFault, ReadonlyArray<IndexEntry>> = await queryStore(() =>
      store.list(from, pageRooms),
    )
    if (E.isLeft(listed)) return listed
    const last = listed.right.at(-1)
    // Only now: a crash before this begins anew, and after it every log without a cursor is a new one.
    if (last === undefined) return queryStore(() => cursors.turn(true))
    const written = await atTheirEnds(listed.right, cursors)
    if (E.isLeft(written)) return written
    after = last.room
  }
}

const atTheirEnds = async (
  entries: ReadonlyArray<IndexEntry>,
  cursors: Cursors,
): Promise<Either<StoreFault, void>> => {
  const found = await queryStore(() => cursors.find(entries.map(({ room }) => room)))
  if (E.isLeft(found)) return found
  const ends = new Map<RoomId, Cursor>()
  for (const { room, epoch, seq } of entries) {
    if (found.right.get(room)?.epoch !== epoch) ends.set(room, { epoch, seq, failingSince: null })
  }
  return queryStore(() => cursors.write(ends))
}

/** Rooms that begin from now on are none of the receiver's affair, also when webhooks are on again. */
export const switchedOff = (cursors: Cursors): Promise<Either<StoreFault, void>> =>
  queryStore(() => cursors.turn(false))
