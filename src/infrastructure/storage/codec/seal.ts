import type { RecordedEvent } from '../../../domain/kernel/domain-event.js'
import type { Flaw } from './flaw.js'
import { flaw } from './flaw.js'
import type { Frame } from './frame.js'
import { frameOf } from './frame.js'
import type { Hash } from './hashing.js'
import type { Vocabulary } from './kept-as.js'
import { builtInVocabulary } from './kept-as.js'
import type { Seals } from './linked.js'
import { linkedText } from './linked.js'
import { personalOf, textWithout } from './personal.js'
import type { Piece } from './piece.js'
import { salted, sealOf } from './piece.js'

/**
 * A record as it is stored: what is personal or secret is cut out and kept beside the chain, which has a salted hash
 * of it, so that it can be left out of an export, or be forgotten, and the chain still holds.
 */
export const seal = (
  record: RecordedEvent,
  previous: Hash,
  vocabulary: Vocabulary = builtInVocabulary,
): Frame | Flaw => {
  const { type, data, secret, room, epoch, seq, at, by, cause } = record
  const keptAs = vocabulary(type)
  if (keptAs === undefined) return flaw(seq, `is of a type that nobody knows: ${type}`)
  try {
    const apart = personalOf(data, keptAs.personal)
    const personalPiece = apart === undefined ? undefined : salted(apart)
    const secretPiece = secret === undefined ? undefined : salted(secret)
    const seals = sealsOf(personalPiece, secretPiece)
    const text = linkedText({
      at,
      by,
      cause,
      data: textWithout(data, keptAs.personal),
      epoch,
      room,
      seals,
      seq,
      type,
      v: keptAs.v,
    })
    return frameOf(previous, text, personalPiece, secretPiece)
  } catch (error) {
    // What JSON cannot say: a BigInt, a circle, a nesting deeper than the stack.
    return flaw(seq, `cannot be written: ${String(error)}`)
  }
}

const sealsOf = (personal: Piece | undefined, secret: Piece | undefined): Seals | undefined => {
  if (personal === undefined) return secret === undefined ? undefined : { secret: sealOf(secret) }
  if (secret === undefined) return { personal: sealOf(personal) }
  return { personal: sealOf(personal), secret: sealOf(secret) }
}
