import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../../domain/kernel/ids.js'
import type { Viewer } from '../../../domain/kernel/activity.js'
import type { StoreFault } from '../../../application/ports/event-store.js'
import type { Engine } from '../../../application/engine/index.js'
import type { ShownEvent } from './encode.js'
import { shownEvent } from './encode.js'

/** What the acknowledgement of a join carries at most; what is before comes first, as `events`. */
const missedAtMost = 500
/** Of these so many at once: between two of them it is seen whether the client reads. */
const earlierAtOnce = 100

/**
 * The events over `after` up to `seq` that this member may see. All but the last of them go to `earlier`, page by page,
 * and as fast as it takes them.
 */
export const missedEvents = async (
  engine: Engine,
  room: RoomId,
  member: MemberId,
  after: number,
  seq: number,
  earlier: (events: ReadonlyArray<ShownEvent>) => Promise<void>,
): Promise<Either<StoreFault, ReadonlyArray<ShownEvent>>> => {
  const viewer: Viewer = { type: 'member', id: member }
  const lastPage = Math.max(after, seq - missedAtMost)
  let read = after
  while (read < seq) {
    const end = read < lastPage ? Math.min(read + earlierAtOnce, lastPage) : seq
    const records = await engine.records(room, read, end - read)()
    if (E.isLeft(records)) return records
    const shown = records.right.flatMap((record) => shownEvent(viewer, record, engine.model) ?? [])
    if (end === seq) return E.right(shown)
    await earlier(shown)
    read = end
  }
  return E.right([])
}
