import { hmac } from '@noble/hashes/hmac.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'

export const toHex = (bytes: Uint8Array): string => bytesToHex(bytes)
export const fromHex = (hex: string): Uint8Array => hexToBytes(hex)

/** SHA-256 (FIPS 180-4). */
export const sha256 = (bytes: Uint8Array): Uint8Array => nobleSha256(bytes)

/** HMAC-SHA-256 (RFC 2104). */
export const hmacSha256 = (key: Uint8Array, message: Uint8Array): Uint8Array =>
  hmac(nobleSha256, key, message)

/** `n` as four bytes, big-endian. */
export const u32 = (n: number): Uint8Array => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, n)
  return bytes
}

/** For each part its length as `u32`, then its bytes; text as UTF-8: no two lists of parts give the same bytes. */
export const lengthPrefixed = (...parts: ReadonlyArray<string | Uint8Array>): Uint8Array => {
  const pieces: Array<Uint8Array> = []
  for (const part of parts) {
    const bytes = typeof part === 'string' ? utf8ToBytes(part) : part
    pieces.push(u32(bytes.length), bytes)
  }
  return concatBytes(...pieces)
}

/** Looks at every character whatever it finds, so that the time taken does not tell how much was right. */
export const equalInConstantTime = (left: string, right: string): boolean => {
  if (left.length !== right.length) return false
  let difference = 0
  for (let place = 0; place < left.length; place++) {
    difference |= left.charCodeAt(place) ^ right.charCodeAt(place)
  }
  return difference === 0
}
