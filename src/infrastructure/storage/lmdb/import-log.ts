import type { AppendOutcome } from '../../../application/ports/event-store.js'
import type { RecordedEvent } from '../../../domain/kernel/domain-event.js'
import type { Epoch } from '../../../domain/kernel/ids.js'
import { appended, unfit } from '../append.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import { isFlaw } from '../codec/flaw.js'
import { hashIn, layoutIn } from '../codec/frame.js'
import type { VerifiedLog } from '../codec/log-file.js'
import { relinked } from '../codec/log-file.js'
import { parsedLinked } from '../codec/open.js'
import { seal } from '../codec/seal.js'
import { corruptFault, headIn } from './read-log.js'
import type { Tables } from './tables.js'
import { write } from './write-log.js'

/** What of a verified log is written. */
export type ImportedLog = Pick<VerifiedLog, 'header' | 'frames'>

/**
 * Its records, linked anew under the epoch that it gets here, so that nobody who resumes takes it for the log it was
 * copied from; and a last one that closes the room, for its members are elsewhere. That happens now: a room that was
 * old where it comes from would otherwise have outlived its time at the next start.
 */
export const importLog = async (
  tables: Tables,
  { header: { room }, frames }: ImportedLog,
  epoch: Epoch,
  now: Instant,
): Promise<AppendOutcome> => {
  const found = headIn(tables, room)
  if (found !== undefined && isFlaw(found)) return { type: 'fault', fault: corruptFault(room, found) }
  if (found !== undefined) {
    return { type: 'conflict', actual: { epoch: found.entry.epoch, seq: found.entry.seq } }
  }
  const lastFrame = frames.at(-1)
  if (lastFrame === undefined) return unfit(room, 1, 'is missing: a log without records is no room')
  const last = parsedLinked(lastFrame, layoutIn(lastFrame))
  const at = Math.max(now, last.at)
  const log = relinked(frames, room, epoch)
  const seq = last.seq + 1
  const closed: RecordedEvent = {
    type: 'room.closed',
    data: { reason: 'imported' },
    room,
    epoch,
    seq,
    at,
    by: null,
    cause: null,
  }
  const frame = seal(closed, log.last, tables.vocabulary)
  if (isFlaw(frame)) return { type: 'fault', fault: corruptFault(room, frame) }
  const entry = { room, epoch, seq, lastAt: at, due: null, occupied: false }
  await write(tables, [
    {
      room,
      after: 0,
      frames: [...log.frames, frame],
      head: { entry, hash: hashIn(frame, layoutIn(frame)) },
      wasAwaiting: false,
      sessionsIn: [],
      sessionsOut: [],
    },
  ])
  return appended
}
