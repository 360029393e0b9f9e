import * as E from '#fp/Either'
import type { TokenRejection, TokenVerifier } from '../../application/ports/token-verifier.js'
import type { Authenticate, HandshakeRequest } from '../transport/handshake-guard.js'
import { statedPrincipal } from '../transport/stated-principal.js'

/** The token of a request, unverified. `malformed`: something else is in its place, and must not count as no token. */
export type PresentedToken =
  | { readonly type: 'none' }
  | { readonly type: 'presented'; readonly token: string }
  | { readonly type: 'malformed' }

/** From `auth.token`, else from `Authorization: Bearer`, else from `query.token` (E-38). */
export const tokenOfHandshake = ({ auth, headers, query }: HandshakeRequest): PresentedToken => {
  for (const value of [auth['token'], bearerIn(headers.authorization), query['token']]) {
    // Clients send null if nobody is signed in.
    if (value === undefined || value === null) continue
    return typeof value === 'string' ? { type: 'presented', token: value } : { type: 'malformed' }
  }
  return { type: 'none' }
}

/** The credentials after `Bearer`, which may be empty; `undefined` for another scheme. */
export const bearerIn = (authorization: string | undefined): string | undefined => {
  const match = /^bearer(?:\s+(.*))?$/is.exec(authorization ?? '')
  return match === null ? undefined : (match[1] ?? '')
}

/** A rejection as the wire shows it: in `connect_error` with `data.code`, or in the error of a response. */
export interface TokenError {
  readonly code: 'unauthenticated' | 'token-expired'
  readonly message: string
  readonly retryable?: true
}

export const errorOf = (rejection: TokenRejection): TokenError => {
  switch (rejection.type) {
    case 'unauthenticated':
      return { code: 'unauthenticated', message: rejection.problem }
    case 'token-expired':
      return { code: 'token-expired', message: 'The token has expired; sign in again' }
    case 'keys-unavailable':
      return {
        code: 'unauthenticated',
        message: 'The keys of the issuer cannot be fetched at present; try again with the same token',
        retryable: true,
      }
  }
}

const malformedToken: TokenError = { code: 'unauthenticated', message: 'The token must be a text' }

const missingToken: TokenError = {
  code: 'unauthenticated',
  message: 'This server needs a token; connect again with auth.token',
}

/** Names the user of a connection by its token; `open` (E-42) also takes what a client without a token states itself. */
export const createAuthenticate =
  (mode: 'open' | 'jwt', { verify }: TokenVerifier): Authenticate =>
  async (handshake) => {
    const presented = tokenOfHandshake(handshake)
    switch (presented.type) {
      case 'malformed':
        return { type: 'refused', ...malformedToken }
      case 'none':
        return mode === 'open'
          ? { type: 'authenticated', principal: statedPrincipal(handshake.auth) }
          : { type: 'refused', ...missingToken }
      case 'presented': {
        const principal = await verify(presented.token)()
        return E.isRight(principal)
          ? { type: 'authenticated', principal: principal.right }
          : { type: 'refused', ...errorOf(principal.left) }
      }
    }
  }
