import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { firstInstant } from '../../kit/index.js'

// Makes tokens of any form, also those that a library refuses to make.

export const secret = 'a secret of the tests, 32 bytes or more'

/** The present second of a virtual clock that nobody has advanced. */
export const nowSeconds = firstInstant / 1_000

/** Claims that are valid for an hour. */
export const validClaims = { sub: 'ann', exp: nowSeconds + 3_600 }

export const encoded = (part: unknown): string =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')

/** A string is taken as the JSON text itself. */
export const forge = (
  header: unknown,
  claims: unknown,
  signatureOf: (input: Buffer) => Buffer = hs256(),
): string => {
  const input = `${encoded(header)}.${encoded(claims)}`
  return `${input}.${signatureOf(Buffer.from(input)).toString('base64url')}`
}

export const hs256 =
  (key: string | Buffer = secret) =>
  (input: Buffer): Buffer =>
    createHmac('sha256', key).update(input).digest()

/** A token with these claims beside the valid ones; `undefined` removes a claim. */
export const tokenWith = (claims: object = {}, key: string = secret): string =>
  forge({ alg: 'HS256', typ: 'JWT' }, { ...validClaims, ...claims }, hs256(key))

export interface KeyPair {
  readonly algorithm: 'RS256' | 'ES256' | 'EdDSA'
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
  readonly sign: (input: Buffer) => Buffer
  readonly jwk: (fields?: object) => object
}

const keyPair = (
  algorithm: KeyPair['algorithm'],
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): KeyPair => ({
  algorithm,
  publicKey,
  privateKey,
  sign: (input) =>
    sign(algorithm === 'EdDSA' ? null : 'sha256', input, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  jwk: (fields = {}) => ({ ...publicKey.export({ format: 'jwk' }), ...fields }),
})

export const rsaPair = (modulusLength = 2_048): KeyPair =>
  keyPair('RS256', generateKeyPairSync('rsa', { modulusLength }))

export const ecPair = (namedCurve = 'P-256'): KeyPair =>
  keyPair('ES256', generateKeyPairSync('ec', { namedCurve }))

export const edPair = (): KeyPair => keyPair('EdDSA', generateKeyPairSync('ed25519'))

export const signedBy = (
  { algorithm, sign: signatureOf }: KeyPair,
  header: object = {},
  claims: object = {},
): string => forge({ alg: algorithm, ...header }, { ...validClaims, ...claims }, signatureOf)
