import type { Bytes } from './hashing.js'

const utf8 = new TextEncoder()

export const u32 = (n: number): Bytes => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, n)
  return bytes
}

/**
 * `LP(x1, …, xk)` of fairness.md: each part preceded by its length in bytes, so that `["ab", "c"]` and `["a", "bc"]`
 * never hash alike. Text is UTF-8, and its length is counted after the encoding.
 */
export const lengthPrefixed = (parts: ReadonlyArray<string | Bytes>): Bytes => {
  const encoded = parts.map((part) => (typeof part === 'string' ? utf8.encode(part) : part))
  const whole = new Uint8Array(encoded.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(whole.buffer)
  let offset = 0
  for (const part of encoded) {
    view.setUint32(offset, part.length)
    whole.set(part, offset + 4)
    offset += 4 + part.length
  }
  return whole
}

/** Half a surrogate pair has no UTF-8: every encoder replaces it, and two different names would hash alike. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text)

export const isHex = (text: string): boolean => text.length % 2 === 0 && /^[0-9a-f]*$/i.test(text)

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Only for text that `isHex` has accepted. */
export const fromHex = (hex: string): Bytes => {
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16)
  return bytes
}
