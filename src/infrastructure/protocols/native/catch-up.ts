import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../../domain/kernel/ids.js'
import type { Viewer } from '../../../domain/kernel/activity.js'
import type { StoreFault } from '../../../application/ports/event-store.js'
import type { Engine } from '../../../application/engine/index.js'
import type { ShownEvent } from './encode.js'
import { shownEvent } from './encode.js'

/** The acknowledgement of a join carries at most these; earlier events come before it, as `events`. */
const maxMissed = 500
const eventsPerPage = 100

export type ShownEvents = Either<StoreFault, ReadonlyArray<ShownEvent>>

/** The events after `after` up to `seq` that this member may see. */
const readEvents = async (
  engine: Engine,
  room: RoomId,
  member: MemberId,
  after: number,
  seq: number,
): Promise<ShownEvents> => {
  if (after >= seq) return E.right([])
  const viewer: Viewer = { type: 'member', id: member }
  const records = await engine.records(room, after, seq - after)()
  if (E.isLeft(records)) return records
  return E.right(records.right.flatMap((record) => shownEvent(viewer, record, engine.model) ?? []))
}

/**
 * Sends the events after `after` that the acknowledgement of a join at `seq` does not carry, page by page at the
 * client's pace. Returns how to read the events that it carries.
 */
export const sendEarlierEvents = async (
  engine: Engine,
  room: RoomId,
  member: MemberId,
  after: number,
  seq: number,
  send: (events: ReadonlyArray<ShownEvent>) => Promise<void>,
): Promise<Either<StoreFault, () => Promise<ShownEvents>>> => {
  const lastPage = Math.max(after, seq - maxMissed)
  for (let read = after; read < lastPage; read += eventsPerPage) {
    const events = await readEvents(engine, room, member, read, Math.min(read + eventsPerPage, lastPage))
    if (E.isLeft(events)) return events
    await send(events.right)
  }
  return E.right(() => readEvents(engine, room, member, lastPage, seq))
}
