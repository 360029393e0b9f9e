import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { TokenRejection } from '../../application/ports/token-verifier.js'

/** The algorithms that a key can have; a key has exactly one of them. */
const algorithms = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const

export type Algorithm = (typeof algorithms)[number]

/** What selects the key of a token. */
export interface TokenHeader {
  readonly algorithm: Algorithm
  readonly keyId: string | null
}

/** A proxy's limit for headers is about this long, and reading costs time before the signature is checked. */
const maxTokenBytes = 8 * 1024

/** Headers that bring a key or a rule of their own. A trusted issuer needs none of them. */
const refusedHeaders = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'] as const

/** Other types are tokens for another purpose, such as a logout token of the same issuer (RFC 8725, 3.11). */
const accessTokenType = /^(application\/)?(jwt|at\+jwt)$/i

/** Checks the form of a signed token, and its header, before a key is looked up. */
export const headerOf = (token: string): Either<TokenRejection, TokenHeader> => {
  if (token.length > maxTokenBytes)
    return refuse(`The token is too long; it may have at most ${maxTokenBytes} bytes`)
  const parts = token.split('.')
  if (parts.length !== 3 || !parts.every(isBase64Url)) return refuse('The token is not a signed JWT')
  const header = jsonObjectIn(Buffer.from(parts[0] ?? '', 'base64url'))
  if (header === undefined) return refuse('The header of the token is not a JSON object')
  return checkHeader(header)
}

const checkHeader = (header: JsonObject): Either<TokenRejection, TokenHeader> => {
  const refused = refusedHeaders.find((name) => Object.hasOwn(header, name))
  if (refused !== undefined) return refuse(`The header "${refused}" of the token is not allowed`)
  const { alg, kid, typ } = header
  const algorithm = algorithms.find((each) => each === alg)
  if (algorithm === undefined) return refuse('The header "alg" of the token names no accepted algorithm')
  if (kid !== undefined && typeof kid !== 'string')
    return refuse('The header "kid" of the token is not a text')
  if (typ !== undefined && !(typeof typ === 'string' && accessTokenType.test(typ)))
    return refuse('The header "typ" of the token is not JWT')
  return E.right({ algorithm, keyId: kid ?? null })
}

export const refuse = (problem: string): Either<TokenRejection, never> =>
  E.left({ type: 'unauthenticated', problem })

/** Only the one text that encodes these bytes: a lenient decoder ignores the last bits, and accepts several texts. */
const isBase64Url = (text: string): boolean =>
  text !== '' && Buffer.from(text, 'base64url').toString('base64url') === text

export type JsonObject = Readonly<Record<string, unknown>>

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `undefined`: the bytes are no JSON object in UTF-8. */
export const jsonObjectIn = (bytes: Uint8Array): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(utf8.decode(bytes))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? { ...value } : undefined
  } catch {
    return undefined
  }
}
