import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomRecord, StoreFault } from '../../../application/ports/event-store.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Flaw } from '../codec/flaw.js'
import { flaw, isFlaw } from '../codec/flaw.js'
import type { Frame } from '../codec/frame.js'
import { hashIn, layoutOf } from '../codec/frame.js'
import type { Hash } from '../codec/hashing.js'
import { firstLink } from '../codec/hashing.js'
import type { Place } from '../codec/open.js'
import { open } from '../codec/open.js'
import type { Head } from './head.js'
import { headOf } from './head.js'
import type { Tables } from './tables.js'

/** After so much, others get their turn: one long log must not hold up every room. */
const sliceRecords = 512
const sliceBytes = 512 * 1024

/** What is made of each frame: a record to fold, or the frame as it is once it has been checked. */
type Take<Taken> = (frame: Frame, record: RoomRecord) => Taken

/** A page ends with the record that reaches `maxBytes` of stored bytes. */
interface PageLimits {
  readonly limit: number
  readonly maxBytes?: number | undefined
}

/** The records after `after`, at most `limit`, each checked and linked to the one before it. */
export const readLog = async <Taken>(
  tables: Tables,
  room: RoomId,
  after: number,
  { limit, maxBytes = Infinity }: PageLimits,
  take: Take<Taken>,
): Promise<Either<StoreFault, ReadonlyArray<Taken>>> => {
  const taken: Array<Taken> = []
  let wanted = headIn(tables, room)
  if (wanted === undefined) return E.right([])
  let previous: Hash | undefined
  let last = after
  let bytesLeft = maxBytes
  for (;;) {
    const head = headIn(tables, room)
    if (head === undefined) return E.right([])
    if (isFlaw(head)) return corrupt(room, head)
    if (isFlaw(wanted)) return corrupt(room, wanted)
    if (head.entry.epoch !== wanted.entry.epoch) {
      // While we waited for our turn the room was removed and made anew: what was read is of another log.
      wanted = head
      previous = undefined
      last = after
      bytesLeft = maxBytes
      taken.length = 0
    }
    const end = Math.min(wanted.entry.seq, after + limit)
    if (last >= end || bytesLeft <= 0) return E.right(taken)
    previous ??= linkAt(tables, wanted, last)
    if (previous === undefined) return corrupt(room, flaw(last, 'is missing'))
    const slice = readSlice(tables, wanted, { after: last, end, previous, maxBytes: bytesLeft }, taken, take)
    if (isFlaw(slice)) return corrupt(room, slice)
    previous = slice.previous
    last = slice.last
    bytesLeft -= slice.bytes
    if (last < end && bytesLeft > 0) await turnOfOthers()
  }
}

interface Slice {
  readonly after: number
  readonly end: number
  readonly previous: Hash
  readonly maxBytes: number
}

const readSlice = <Taken>(
  { records, vocabulary }: Tables,
  { entry: { room, epoch, seq: lastSeq }, hash: lastHash }: Head,
  { after, end, previous, maxBytes }: Slice,
  taken: Array<Taken>,
  take: Take<Taken>,
): { readonly last: number; readonly previous: Hash; readonly bytes: number } | Flaw => {
  const until = Math.min(end, after + sliceRecords)
  let bytes = 0
  let seq = after
  let link = previous
  for (const { key, value: frame } of records.getRange({
    start: [room, after + 1],
    end: [room, until + 1],
  })) {
    seq += 1
    if (key[1] !== seq) return flaw(seq, 'is missing')
    const place: Place = { room, epoch, seq, previous: link }
    const opened = open(frame, place, vocabulary)
    if (isFlaw(opened)) return opened
    taken.push(take(frame, opened.record))
    link = opened.hash
    bytes += frame.length
    if (bytes >= Math.min(sliceBytes, maxBytes)) return { last: seq, previous: link, bytes }
  }
  if (seq < until) return flaw(seq + 1, 'is missing')
  if (seq === lastSeq && link !== lastHash) return flaw(seq, 'is another than the one that was appended last')
  return { last: seq, previous: link, bytes }
}

/** A room's head; a flaw where it cannot be read, nothing where there is none. */
export const headIn = ({ heads }: Tables, room: RoomId): Head | Flaw | undefined => {
  const text = heads.get(room)
  return text === undefined ? undefined : headOf(room, text)
}

/** The hash that the record after `seq` is linked to. */
const linkAt = ({ records }: Tables, { entry: { room, epoch } }: Head, seq: number): Hash | undefined => {
  if (seq === 0) return firstLink(room, epoch)
  const frame = records.get([room, seq])
  const layout = frame === undefined ? undefined : layoutOf(frame)
  return frame === undefined || layout === undefined ? undefined : hashIn(frame, layout)
}

export const corruptFault = (room: RoomId, { seq, problem }: Flaw): StoreFault => ({
  type: 'corrupt',
  room,
  seq,
  problem,
})

const corrupt = (room: RoomId, found: Flaw): Either<StoreFault, never> => E.left(corruptFault(room, found))

export const turnOfOthers = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
