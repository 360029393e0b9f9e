import { setImmediate as nextTurn } from 'node:timers/promises'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomRecord, StoreFault, IndexEntry } from '../../../application/ports/event-store.js'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Corruption, Position } from '../codec/record-codec.js'
import { corruption, isCorruption, decodeRecord } from '../codec/record-codec.js'
import type { Frame, Hash } from '../codec/frame.js'
import { hashIn, parseLayout, genesisHash } from '../codec/frame.js'
import { readHead, parseHead } from './head-cache.js'
import type { Head } from './head-cache.js'
import type { Tables } from './tables.js'

/** Between two slices the event loop runs other work: a long log must not block every room. */
const sliceRecords = 512
const sliceBytes = 512 * 1024

/** What is returned for each frame: the record, or the verified frame. */
type Select<Result> = (frame: Frame, record: RoomRecord) => Result

/** A page ends with the record that reaches `maxBytes` of stored bytes. */
interface PageLimits {
  readonly limit: number
  readonly maxBytes?: number | undefined
}

/** Reads at most `limit` records after `after`, each verified against the one before it. */
export const readLog = async <Result>(
  tables: Tables,
  room: RoomId,
  after: number,
  { limit, maxBytes = Infinity }: PageLimits,
  select: Select<Result>,
): Promise<Either<StoreFault, ReadonlyArray<Result>>> => {
  const results: Array<Result> = []
  let expected = readHead(tables, room)
  if (expected === undefined) return E.right([])
  let previous: Hash | undefined
  let last = after
  let bytesLeft = maxBytes
  for (;;) {
    const head = readHead(tables, room)
    if (head === undefined) return E.right([])
    if (isCorruption(head)) return corrupt(room, head)
    if (isCorruption(expected)) return corrupt(room, expected)
    if (head.entry.epoch !== expected.entry.epoch) {
      // The room was removed and created again between two slices: the records so far belong to the old log.
      expected = head
      previous = undefined
      last = after
      bytesLeft = maxBytes
      results.length = 0
    }
    const end = Math.min(expected.entry.seq, after + limit)
    if (last >= end || bytesLeft <= 0) return E.right(results)
    previous ??= previousHashAt(tables, expected, last)
    if (previous === undefined) return corrupt(room, corruption(last, 'is missing'))
    const slice = readSlice(
      tables,
      expected,
      { after: last, end, previous, maxBytes: bytesLeft },
      results,
      select,
    )
    if (isCorruption(slice)) return corrupt(room, slice)
    previous = slice.previous
    last = slice.last
    bytesLeft -= slice.bytes
    if (last < end && bytesLeft > 0) await nextTurn()
  }
}

interface Slice {
  readonly after: number
  readonly end: number
  readonly previous: Hash
  readonly maxBytes: number
}

const readSlice = <Result>(
  { records, schemas }: Tables,
  { entry: { room, epoch, seq: lastSeq }, hash: lastHash }: Head,
  { after, end, previous, maxBytes }: Slice,
  results: Array<Result>,
  select: Select<Result>,
): { readonly last: number; readonly previous: Hash; readonly bytes: number } | Corruption => {
  const until = Math.min(end, after + sliceRecords)
  let bytes = 0
  let seq = after
  let hash = previous
  for (const { key, value: frame } of records.getRange({
    start: [room, after + 1],
    end: [room, until + 1],
  })) {
    seq += 1
    if (key[1] !== seq) return corruption(seq, 'is missing')
    const place: Position = { room, epoch, seq, previous: hash }
    const decoded = decodeRecord(frame, place, schemas)
    if (isCorruption(decoded)) return decoded
    results.push(select(frame, decoded.record))
    hash = decoded.hash
    bytes += frame.length
    if (bytes >= Math.min(sliceBytes, maxBytes)) return { last: seq, previous: hash, bytes }
  }
  if (seq < until) return corruption(seq + 1, 'is missing')
  if (seq === lastSeq && hash !== lastHash) return corruption(seq, 'is not the record that was appended last')
  return { last: seq, previous: hash, bytes }
}

/** The hash that the record after `seq` must follow. */
const previousHashAt = (
  { records }: Tables,
  { entry: { room, epoch } }: Head,
  seq: number,
): Hash | undefined => {
  if (seq === 0) return genesisHash(room, epoch)
  const frame = records.get([room, seq])
  const layout = frame === undefined ? undefined : parseLayout(frame)
  return frame === undefined || layout === undefined ? undefined : hashIn(frame, layout)
}

export const corruptFault = (room: RoomId, { seq, problem }: Corruption): StoreFault => ({
  type: 'corrupt',
  room,
  seq,
  problem,
})

const corrupt = (room: RoomId, found: Corruption): Either<StoreFault, never> =>
  E.left(corruptFault(room, found))

/** Receives the faults of rooms that are left out. */
type Report = (fault: StoreFault) => void

export const listedEntries = (
  { heads }: Tables,
  after: RoomId | null,
  limit: number,
  report: Report,
): ReadonlyArray<IndexEntry> => {
  const entries: Array<IndexEntry> = []
  const range = after === null ? { limit } : { start: after, exclusiveStart: true, limit }
  for (const { key: room, value } of heads.getRange(range)) {
    const head = parseHead(room, value)
    if (isCorruption(head)) report(corruptFault(room, head))
    else entries.push(head.entry)
  }
  return entries
}

/** After this number of rooms the event loop runs other work. */
const sliceRooms = 2_000

export const awaitingEntries = async (tables: Tables, report: Report): Promise<ReadonlyArray<IndexEntry>> => {
  const entries: Array<IndexEntry> = []
  let count = 0
  const rooms = Array.from(tables.awaiting.getKeys({}))
  for (const room of rooms) {
    count += 1
    if (count % sliceRooms === 0) await nextTurn()
    const head = readHead(tables, room)
    if (head === undefined) continue
    if (isCorruption(head)) report(corruptFault(room, head))
    else entries.push(head.entry)
  }
  return entries
}
