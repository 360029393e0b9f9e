import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Principal, UserRole } from '../../application/identity/principal.js'
import { isUserText, userRoles } from '../../application/identity/principal.js'
import type { TokenRejection } from '../../application/ports/token-verifier.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { JsonObject } from './signed-token.js'
import { refuse } from './signed-token.js'

/** The values that `iss` and `aud` must have; null: any. */
export interface ClaimRules {
  readonly issuer: string | null
  readonly audience: string | null
}

/** The clock of an issuer may be ahead by this much. */
const maxIssuedAheadMs = 5_000

/** Beyond this, an instant is no date. */
const maxSeconds = 8.64e12

/** The principal that a token's claims name. `exp` is checked last, so that only a token of this issuer is "expired". */
export const principalIn = (
  claims: JsonObject,
  rules: ClaimRules,
  now: Instant,
): Either<TokenRejection, Principal> => {
  const { sub, exp, nbf, iat, iss, aud } = claims
  if (!isUserText(sub)) return refuse('The claim "sub" must be a text of 1 to 200 characters')
  if (!isNumericDate(exp)) return refuse('The claim "exp" must be a number of seconds')
  if (nbf !== undefined && !isNumericDate(nbf)) return refuse('The claim "nbf" must be a number of seconds')
  if (nbf !== undefined && now < nbf * 1_000) return refuse('The token is not valid yet, by its claim "nbf"')
  if (iat !== undefined && !isNumericDate(iat)) return refuse('The claim "iat" must be a number of seconds')
  if (iat !== undefined && iat * 1_000 > now + maxIssuedAheadMs)
    return refuse('The claim "iat" is in the future')
  if (rules.issuer !== null && iss !== rules.issuer) return refuse('The claim "iss" names another issuer')
  if (rules.audience !== null && !isFor(rules.audience, aud))
    return refuse('The claim "aud" does not name this server')
  const expiresAt = Math.floor(exp * 1_000)
  if (now >= expiresAt) return E.left({ type: 'token-expired' })
  return E.right({
    userId: sub,
    name: isUserText(claims['name']) ? claims['name'] : null,
    roles: rolesIn(claims),
    isVerified: true,
    issuedAt: iat === undefined ? null : Math.floor(iat * 1_000),
    expiresAt,
  })
}

const isNumericDate = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) <= maxSeconds

const isFor = (audience: string, aud: unknown): boolean =>
  aud === audience || (Array.isArray(aud) && aud.includes(audience))

/** Exact names only (E-39): a role that is guessed from another form would be a right that the issuer did not give. */
const rolesIn = ({ role, roles }: JsonObject): ReadonlyArray<UserRole> => {
  const named = [role, roles].flatMap((claim): ReadonlyArray<unknown> =>
    Array.isArray(claim) ? claim : [claim],
  )
  return userRoles.filter((each) => named.includes(each))
}
