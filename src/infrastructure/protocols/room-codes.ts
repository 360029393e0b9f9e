import { roomId } from '../../domain/kernel/ids.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Entropy } from '../../application/ports/entropy.js'

/** Without 0 O 1 I L U, which are misread or, beside others, read. */
const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** The largest multiple of their number that a byte can be: bytes over it would make some letters likelier. */
const fairBelow = 256 - (256 % letters.length)

const groupLength = 4

/** A code to be read out: `7QKM-X2TD`. 30⁸ of them, so two rooms seldom want the same; they are no secret. */
export const freshCode = (entropy: Entropy): string => {
  let code = ''
  while (code.length < 2 * groupLength) {
    for (const byte of entropy.bytes()) {
      if (byte < fairBelow && code.length < 2 * groupLength) code += letters.charAt(byte % letters.length)
    }
  }
  return `${code.slice(0, groupLength)}-${code.slice(groupLength)}`
}

/** `ABC123` and `abc123` are one room. */
export const roomOfCode = (code: string): RoomId => roomId(`room_${code.toLowerCase()}`)

/** 128 bits that open a private room; the log has only their hash. */
export const freshToken = (entropy: Entropy): string =>
  Buffer.from(entropy.bytes().subarray(0, 16)).toString('base64url')
