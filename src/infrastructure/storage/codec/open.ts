import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../domain/kernel/ids.js'
import type { Flaw } from './flaw.js'
import { flaw, isFlaw } from './flaw.js'
import type { Frame, Layout } from './frame.js'
import { hashIn, hashOver, layoutOf, linkedIn, personalIn, previousOf, secretIn } from './frame.js'
import type { Hash } from './hashing.js'
import type { KeptAs, Vocabulary } from './kept-as.js'
import { builtInVocabulary } from './kept-as.js'
import type { Linked } from './linked.js'
import type { Members } from './personal.js'
import { filled, merged } from './personal.js'
import type { Piece } from './piece.js'
import { sealOf, textIn } from './piece.js'

/** Where a record has to be, and what it has to be linked to. */
export interface Place {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly seq: number
  readonly previous: Hash
}

export interface Opened {
  readonly record: RoomRecord
  /** What the next record has to be linked to. */
  readonly hash: Hash
}

/** A stored record, checked against its hash, its seals and its place, in the words of today's schema. */
export const open = (
  frame: Frame,
  place: Place,
  vocabulary: Vocabulary = builtInVocabulary,
): Opened | Flaw => {
  try {
    return opened(frame, place, vocabulary)
  } catch (error) {
    return flaw(place.seq, `cannot be read: ${String(error)}`)
  }
}

const opened = (frame: Frame, place: Place, vocabulary: Vocabulary): Opened | Flaw => {
  const { seq } = place
  const layout = layoutOf(frame)
  if (layout === undefined) return flaw(seq, 'has been changed: its layout cannot be read')
  const hash = hashIn(frame, layout)
  if (hash !== hashOver(frame, layout)) return flaw(seq, 'has been changed: its hash is another')
  if (previousOf(frame) !== place.previous) return flaw(seq, 'breaks the chain: it follows another record')
  const linked = parsedLinked(frame, layout)
  const { type, at, by, cause } = linked
  const { room, epoch } = place
  if (linked.seq !== seq || linked.room !== room || linked.epoch !== epoch) {
    return flaw(seq, `is out of its place: it says ${linked.room}, ${linked.epoch}, ${linked.seq}`)
  }
  const personal = personalIn(frame, layout)
  const secret = secretIn(frame, layout)
  if (!fits(personal, linked.seals?.personal) || !fits(secret, linked.seals?.secret)) {
    return flaw(seq, 'has been changed: what is kept apart does not fit its seal')
  }
  const keptAs = vocabulary(type)
  if (keptAs === undefined) return flaw(seq, `is of a type that this program does not know: ${type}`)
  const data = dataOf(linked, personal, keptAs)
  if (isFlaw(data)) return data
  const event = { type, data: data.value, room, epoch, seq, at, by, cause }
  const record: unknown = secret === undefined ? event : { ...event, secret: parsed(secret) }
  // The hash says that these bytes are what `seal` made of a RoomRecord, and the upcasters that they are of today.
  return { record: record as RoomRecord, hash }
}

/** The hashed part as it was first written. What the hash vouches for has the shape in which it was written. */
export const parsedLinked = (frame: Frame, layout: Layout): Linked => JSON.parse(linkedIn(frame, layout))

/** What is absent has been cut out or forgotten; what is there has to be what was sealed. */
const fits = (piece: Piece | undefined, seal: string | undefined): boolean =>
  piece === undefined || sealOf(piece) === seal

const parsed = (piece: Piece): Members => JSON.parse(textIn(piece))

const dataOf = (
  { data, seq, type, v, seals }: Linked,
  personal: Piece | undefined,
  { v: newest, personal: paths, upcasters, forgotten }: KeptAs,
): { readonly value: unknown } | Flaw => {
  if (v > newest) return flaw(seq, `is of version ${v} of ${type}; this program knows it up to ${newest}`)
  let value = personal === undefined ? data : merged(data, parsed(personal))
  for (let from = v; from < newest; from++) {
    const upcast = upcasters[from - 1]
    if (upcast === undefined) return flaw(seq, `is of version ${from} of ${type}, which nothing brings up`)
    value = upcast(value)
  }
  const isForgotten = personal === undefined && seals?.personal !== undefined
  return { value: isForgotten ? filled(value, paths, forgotten) : value }
}
