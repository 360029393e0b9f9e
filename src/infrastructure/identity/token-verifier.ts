import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { compactVerify } from 'jose'
import type { CryptoKey } from 'jose'
import type { Principal } from '../../application/identity/principal.js'
import type { Clock } from '../../application/ports/clock.js'
import type { TokenRejection, TokenVerifier } from '../../application/ports/token-verifier.js'
import type { TokenSettings } from '../config/settings.js'
import type { ClaimRules } from './claims.js'
import { principalIn } from './claims.js'
import { fetchKeysFrom } from './fetch-keys.js'
import type { KeySetPorts } from './key-set.js'
import { createKeySet } from './key-set.js'
import { headerOf, jsonObjectIn, refuse } from './signed-token.js'
import type { KeySource } from './verification-key.js'
import { secretKey } from './verification-key.js'

export type ClosableTokenVerifier = TokenVerifier & Pick<KeySource, 'close'>

/**
 * Verifies tokens by these keys and rules. `jose` checks the signature only; the claims are read by our own clock, in
 * milliseconds, because `jose` rounds the present instant down to a second.
 */
const createTokenVerifier = (
  keys: KeySource,
  rules: ClaimRules,
  { now }: Pick<Clock, 'now'>,
): ClosableTokenVerifier => ({
  verify: (token) => async () => {
    const header = headerOf(token)
    if (E.isLeft(header)) return header
    const found = await keys.find(header.right)
    if (found.type === 'unavailable') return E.left({ type: 'keys-unavailable' })
    if (found.type === 'unknown') return refuse('No key of this server fits the headers "alg" and "kid"')
    const payload = await verifiedPayload(token, found.key, header.right.algorithm)
    return E.isLeft(payload) ? payload : principalOfPayload(payload.right, rules, now())
  },
  close: keys.close,
})

const principalOfPayload = (
  payload: Uint8Array,
  rules: ClaimRules,
  now: number,
): Either<TokenRejection, Principal> => {
  const claims = jsonObjectIn(payload)
  return claims === undefined
    ? refuse('The payload of the token is not a JSON object')
    : principalIn(claims, rules, now)
}

const verifiedPayload = async (
  token: string,
  key: CryptoKey,
  algorithm: string,
): Promise<Either<TokenRejection, Uint8Array>> => {
  try {
    return E.right((await compactVerify(token, key, { algorithms: [algorithm] })).payload)
  } catch {
    return refuse('The signature of the token is wrong')
  }
}

/** Refuses every token: a token whose signature nobody can check must not count as none (E-39). */
const noKey: ClosableTokenVerifier = {
  verify: () => async () => refuse('This server accepts no tokens: it has no JWT_SECRET or JWKS_URL'),
  close: () => Promise.resolve(),
}

/** The verifier of the server's settings. */
export const tokenVerifierOf = (
  { key, issuer, audience }: TokenSettings,
  { clock, onFetch }: Pick<KeySetPorts, 'clock' | 'onFetch'>,
): ClosableTokenVerifier => {
  if (key === null) return noKey
  const keys =
    key.type === 'secret'
      ? secretKey(key.secret)
      : createKeySet({ fetchKeys: fetchKeysFrom(key.url, clock), clock, onFetch })
  return createTokenVerifier(keys, { issuer, audience }, clock)
}
