import { roomId } from '../../domain/kernel/ids.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Entropy } from '../../application/ports/entropy.js'

/** Without 0 O 1 I L, which look alike, and without U, as in Crockford's Base32. */
const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A multiple of the number of letters. Bytes from it on are skipped: they would make some letters likelier. */
const fairBelow = 256 - (256 % letters.length)

const groupLength = 4

/** A code that is easy to read out: `7QKM-X2TD`. There are 30⁸, so collisions are rare; a code is no secret. */
export const generateRoomCode = (entropy: Entropy): string => {
  let code = ''
  while (code.length < 2 * groupLength) {
    for (const byte of entropy.bytes()) {
      if (byte < fairBelow && code.length < 2 * groupLength) code += letters.charAt(byte % letters.length)
    }
  }
  return `${code.slice(0, groupLength)}-${code.slice(groupLength)}`
}

/** `ABC123` and `abc123` are the same room (M-2). */
export const roomIdOfCode = (code: string): RoomId => roomId(`room_${code.toLowerCase()}`)

/** A token of 128 bits for a private room; the log contains only its hash. */
export const generateRoomToken = (entropy: Entropy): string =>
  Buffer.from(entropy.bytes().subarray(0, 16)).toString('base64url')
