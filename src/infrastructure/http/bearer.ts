import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Identity, IdentityRejection } from '../../application/identity/identity.js'
import type { Principal } from '../../application/identity/principal.js'
import type { Clock } from '../../application/ports/clock.js'
import type { TokenRejection, TokenVerifier } from '../../application/ports/token-verifier.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { bearerIn, errorOf } from '../identity/authenticate.js'
import { errorFor } from '../protocols/error-mapping.js'
import { errorResponse } from './responses.js'
import type { HttpResponse, Request } from './responses.js'

/**
 * The user of an HTTP request by `Authorization: Bearer`, with its rights as of now, or the response that refuses it:
 * with the message `missing` if it has no token.
 */
export const authenticateRequest = async (
  { headers }: Pick<Request, 'headers'>,
  { verify }: TokenVerifier,
  { admit }: Pick<Identity, 'admit'>,
  { now }: Pick<Clock, 'now'>,
  missing?: string,
): Promise<Either<HttpResponse, Principal>> => {
  const token = bearerIn(headers.authorization)
  if (token === undefined) return E.left(missingCredentials(now(), missing))
  const principal = await verify(token)()
  if (E.isLeft(principal)) return E.left(tokenResponse(principal.left, now()))
  return E.mapLeft((rejection: IdentityRejection) => identityResponse(rejection, now()))(
    admit(principal.right),
  )
}

/** The response to a user that is known, and may not do this. */
export const identityResponse = (rejection: IdentityRejection, now: Instant): HttpResponse => {
  const { code, message } = errorFor(rejection, '', now)
  if (code === 'access-denied') return errorResponse(code, now, { message })
  return invalidToken(errorResponse(code === 'token-expired' ? code : 'unauthenticated', now, { message }))
}

/** The client of a 503 keeps its token: the keys of the issuer cannot be fetched at present. */
const tokenResponse = (rejection: TokenRejection, now: Instant): HttpResponse => {
  const { code, ...details } = errorOf(rejection)
  const response = errorResponse(code, now, details)
  return details.retryable === true
    ? { ...response, status: 503, headers: { 'retry-after': '5' } }
    : invalidToken(response)
}

/** As in RFC 6750, section 3. */
const invalidToken = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
})

const missingCredentials = (now: Instant, message: string | undefined): HttpResponse => ({
  ...errorResponse('unauthenticated', now, message === undefined ? {} : { message }),
  headers: { 'www-authenticate': message === undefined ? 'Session, Bearer' : 'Bearer' },
})
