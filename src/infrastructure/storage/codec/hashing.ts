import { hash, randomFillSync } from 'node:crypto'
import type { Epoch, RoomId } from '../../../domain/kernel/ids.js'
import { lengthPrefixed } from '../../../domain/kernel/bytes.js'

/** A SHA-256 as 32 characters, one for each byte: as a string it is made and compared faster than as a buffer. */
export type Hash = string

export const hashSize = 32

/** Node's one-shot hash: a third of the time of an object that is made, fed and asked. */
export const hashOf = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'binary')
export const hexHashOf = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex')

export const hashToHex = (of: Hash): string => Buffer.from(of, 'latin1').toString('hex')
export const hashFromHex = (hex: string): Hash => Buffer.from(hex, 'hex').toString('latin1')

/** What the first record of a log is linked to: no log can be passed off as another's. */
export const firstLink = (room: RoomId, epoch: Epoch): Hash =>
  hashOf(lengthPrefixed('log/1/first', room, epoch))

/** Writes 32 random bytes. Drawn by the page: one call of the system for each salt would cost more than its hash. */
export const writeSalt = (into: Buffer, offset: number): void => {
  if (saltsUsed === salts.length) {
    randomFillSync(salts)
    saltsUsed = 0
  }
  salts.copy(into, offset, saltsUsed, saltsUsed + hashSize)
  saltsUsed += hashSize
}

const salts = Buffer.alloc(256 * hashSize)
let saltsUsed = salts.length
