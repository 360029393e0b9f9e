import type { AppendOutcome } from '../../../application/ports/event-store.js'
import type { RecordedEvent } from '../../../domain/kernel/domain-event.js'
import type { Epoch, RoomId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import { appended, invalidRecord } from '../append.js'
import { isCorruption, parseHashedPart, encodeRecord } from '../codec/record-codec.js'
import type { Frame } from '../codec/frame.js'
import { hashIn, layoutOf } from '../codec/frame.js'
import type { LogHeader } from '../codec/log-file.js'
import { rechain } from '../codec/log-file.js'
import { readHead } from './head-cache.js'
import { corruptFault } from './read-log.js'
import type { Tables } from './tables.js'
import { writeGroup } from './group-commit.js'
import { secondKeysOf } from './tables.js'

/** The part of a verified log that is written. */
export interface ImportedLog {
  readonly header: LogHeader
  readonly frames: ReadonlyArray<Frame>
}

/**
 * Writes the records under a new epoch, so that a client of the original log cannot resume here, and a last record
 * that closes the room, because its members are elsewhere. The closing is dated now: otherwise the retention period
 * of an old room would already be over.
 */
export const importLog = async (
  tables: Tables,
  { header: { room }, frames }: ImportedLog,
  epoch: Epoch,
  now: Instant,
): Promise<AppendOutcome> => {
  const found = readHead(tables, room)
  if (found !== undefined && isCorruption(found)) return { type: 'fault', fault: corruptFault(room, found) }
  if (found !== undefined) {
    return { type: 'conflict', actual: { epoch: found.entry.epoch, seq: found.entry.seq } }
  }
  const lastFrame = frames.at(-1)
  if (lastFrame === undefined) return invalidRecord(room, 1, 'is missing: the log has no records')
  const last = parseHashedPart(lastFrame, layoutOf(lastFrame))
  const at = Math.max(now, last.at)
  const log = rechain(frames, room, epoch)
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
  const frame = encodeRecord(closed, log.lastHash, tables.schemas)
  if (isCorruption(frame)) return { type: 'fault', fault: corruptFault(room, frame) }
  const entry = { room, epoch, seq, lastAt: at, due: null, occupied: false }
  const write = {
    room,
    after: 0,
    frames: [...log.frames, frame],
    head: { entry, hash: hashIn(frame, layoutOf(frame)) },
    wasAwaiting: false,
    addedSessions: [],
    removedSessions: [],
  }
  await writeGroup(tables, { writes: [write] })
  return appended
}

/** Records that one transaction removes: a long log must not block the event loop. */
const sliceRecords = 2_000

/**
 * Removes a room, then its records. The first transaction removes the head and stores the number of records to
 * remove; after a crash, `clearRemoved` continues.
 */
export const removeLog = async (tables: Tables, room: RoomId, seq: number): Promise<void> => {
  const { root, heads, awaiting, roomsBySession, sessionsByRoom, removals, webhookCheckpoints } = tables
  const sessions = secondKeysOf(room, sessionsByRoom)
  await root.batch(() => {
    void heads.remove(room)
    void awaiting.remove(room)
    void webhookCheckpoints.remove(room)
    void removals.put(room, seq)
    for (const session of sessions) {
      void roomsBySession.remove([session, room])
      void sessionsByRoom.remove([room, session])
    }
  })
  await removeRecords(tables, room, seq)
}

/** Finishes removals that a crash interrupted. It runs before all writes, because the names may be used again. */
export const clearRemoved = async (tables: Tables): Promise<void> => {
  const unfinished = Array.from(tables.removals.getRange({}))
  for (const { key: room, value: seq } of unfinished) await removeRecords(tables, room, seq)
}

const removeRecords = async (
  { root, records, removals }: Tables,
  room: RoomId,
  seq: number,
): Promise<void> => {
  for (let done = 0; done < seq; done += sliceRecords) {
    const until = Math.min(seq, done + sliceRecords)
    await root.batch(() => {
      for (let place = done + 1; place <= until; place++) void records.remove([room, place])
      if (until === seq) void removals.remove(room)
    })
  }
}
