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

/** Each part as its length (`u32`) and its bytes, text as UTF-8. Different lists of parts give different bytes. */
export const lengthPrefixed = (...parts: ReadonlyArray<string | Uint8Array>): Uint8Array => {
  const chunks: Array<Uint8Array> = []
  for (const part of parts) {
    const bytes = typeof part === 'string' ? utf8ToBytes(part) : part
    chunks.push(u32(bytes.length), bytes)
  }
  return concatBytes(...chunks)
}

/** Compares every character, so that the time does not reveal how many characters are right. */
export const equalInConstantTime = (left: string, right: string): boolean => {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index++) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  }
  return difference === 0
}
