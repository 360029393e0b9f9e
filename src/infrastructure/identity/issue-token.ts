import { SignJWT } from 'jose'
import type { UserRole } from '../../application/identity/principal.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { ClaimRules } from './claims.js'

export interface NewToken {
  readonly user: string
  readonly name: string | null
  readonly roles: ReadonlyArray<UserRole>
  readonly lifetimeMs: number
}

/** Signs a token that a server with the same secret and the same `iss` and `aud` accepts. */
export const issueToken = (
  { user, name, roles, lifetimeMs }: NewToken,
  secret: string,
  { issuer, audience }: ClaimRules,
  now: Instant,
): Promise<string> => {
  const issuedAt = Math.floor(now / 1_000)
  const token = new SignJWT({
    ...(name === null ? {} : { name }),
    ...(roles.length === 0 ? {} : { roles: [...roles] }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + Math.floor(lifetimeMs / 1_000))
  if (issuer !== null) token.setIssuer(issuer)
  if (audience !== null) token.setAudience(audience)
  return token.sign(Buffer.from(secret))
}
