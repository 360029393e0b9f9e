import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

/** Bytes that own their buffer: what `crypto.subtle` takes. */
export type Bytes = Uint8Array<ArrayBuffer>

/** The two functions on which a draw relies. `name` is shown with the result of a check. */
export interface Hashing {
  readonly name: string
  readonly sha256: (bytes: Bytes) => Promise<Bytes>
  /** HMAC-SHA-256 */
  readonly hmac: (key: Bytes, message: Bytes) => Promise<Bytes>
}

/** The part of `crypto.subtle` that is used, so that this file needs neither the types of a browser nor those of Node. */
export interface SubtleHashing<Key> {
  digest(algorithm: 'SHA-256', bytes: Bytes): Promise<ArrayBuffer>
  importKey(
    format: 'raw',
    key: Bytes,
    algorithm: { name: 'HMAC'; hash: 'SHA-256' },
    extractable: false,
    usages: ['sign'],
  ): Promise<Key>
  sign(algorithm: 'HMAC', key: Key, message: Bytes): Promise<ArrayBuffer>
}

/** The platform's own implementation. Browsers have it on HTTPS and localhost only. */
export const webCryptoHashing = <Key>(subtle: SubtleHashing<Key>): Hashing => ({
  name: 'WebCrypto',
  sha256: async (bytes) => new Uint8Array(await subtle.digest('SHA-256', bytes)),
  hmac: async (key, message) => {
    const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    return new Uint8Array(await subtle.sign('HMAC', imported, message))
  },
})

/** For pages on plain HTTP, where `crypto.subtle` is undefined. */
export const bundledHashing: Hashing = {
  name: 'bundled SHA-256',
  sha256: async (bytes) => new Uint8Array(sha256(bytes)),
  hmac: async (key, message) => new Uint8Array(hmac(sha256, key, message)),
}

export const bestHashing = <Key>(subtle: SubtleHashing<Key> | undefined): Hashing =>
  subtle === undefined ? bundledHashing : webCryptoHashing(subtle)
