import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { importJWK } from 'jose'
import type { CryptoKey } from 'jose'
import { z } from 'zod'
import type { Algorithm, TokenHeader } from './signed-token.js'

export type KeyLookup =
  | { readonly type: 'found'; readonly key: CryptoKey }
  /** No key fits the header, or several do. */
  | { readonly type: 'unknown' }
  | { readonly type: 'unavailable' }

/** The keys of the trusted issuer. */
export interface KeySource {
  /** A key with the algorithm of the header. Never rejects. */
  readonly find: (header: TokenHeader) => Promise<KeyLookup>
  /** Ends a fetch that is under way. */
  readonly close: () => Promise<void>
}

/** A shared secret of at least 32 bytes, for HS256 only. */
export const secretKey = (secret: string): KeySource => {
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const imported = crypto.subtle.importKey('raw', Buffer.from(secret), hmac, false, ['verify'])
  return {
    find: async ({ algorithm }) =>
      algorithm === 'HS256' ? { type: 'found', key: await imported } : { type: 'unknown' },
    close: () => Promise.resolve(),
  }
}

/** A public key. The issuer's document, and not the token, says which algorithm it has. */
export interface VerificationKey {
  readonly id: string | null
  readonly algorithm: Algorithm
  readonly key: CryptoKey
}

/** Without a `kid` the only key of the algorithm is meant; trying several would cost a signature check each. */
export const findKey = (
  keys: ReadonlyArray<VerificationKey>,
  { algorithm, keyId }: TokenHeader,
): KeyLookup => {
  const fitting = keys.filter((each) => each.algorithm === algorithm && (keyId ?? each.id) === each.id)
  const [first] = fitting
  return first !== undefined && fitting.length === 1 ? { type: 'found', key: first.key } : { type: 'unknown' }
}

const maxKeys = 50

const keySet = z.object({ keys: z.array(z.unknown()).max(maxKeys) })

const text = z.string().exactOptional()

/** The public parameters. A key with a private parameter is no public key, and everybody may have read it. */
const publicKey = z.object({
  kty: z.enum(['RSA', 'EC', 'OKP']),
  kid: text,
  alg: text,
  use: z.literal('sig').exactOptional(),
  key_ops: z
    .array(z.string())
    .refine((operations) => operations.includes('verify'))
    .exactOptional(),
  crv: text,
  n: text,
  e: text,
  x: text,
  y: text,
  d: z.undefined().optional(),
})

type PublicKey = z.output<typeof publicKey>

const algorithmOf = ({ kty, crv, alg, n = '' }: PublicKey): Algorithm | undefined => {
  if (kty === 'RSA' && Buffer.from(n, 'base64url').length < minRsaBytes) return undefined
  const own = kty === 'RSA' ? 'RS256' : curves.get(`${kty} ${crv}`)
  return alg === undefined || alg === own ? own : undefined
}

/** 2 048 bits (RFC 7518, 3.3). */
const minRsaBytes = 256

const curves: ReadonlyMap<string, Algorithm> = new Map([
  ['EC P-256', 'ES256'],
  ['OKP Ed25519', 'EdDSA'],
])

/**
 * The usable keys of a JSON Web Key Set. Keys of other kinds are left out (RFC 7517, 5). `malformed`: it is no key set,
 * or has more than `maxKeys` keys.
 */
export const keysIn = async (
  document: unknown,
): Promise<Either<'malformed', ReadonlyArray<VerificationKey>>> => {
  const set = keySet.safeParse(document)
  if (!set.success) return E.left('malformed')
  const keys = await Promise.all(set.data.keys.map(verificationKeyOf))
  return E.right(keys.filter((key) => key !== undefined))
}

const verificationKeyOf = async (value: unknown): Promise<VerificationKey | undefined> => {
  const { data } = publicKey.safeParse(value)
  const algorithm = data === undefined ? undefined : algorithmOf(data)
  if (data === undefined || algorithm === undefined) return undefined
  const { kid, alg: _alg, use: _use, key_ops: _operations, d: _d, ...parameters } = data
  try {
    const key = await importJWK(parameters, algorithm)
    return key instanceof Uint8Array ? undefined : { id: kid ?? null, algorithm, key }
  } catch {
    return undefined
  }
}
