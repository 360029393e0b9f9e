import type { UserRole } from '../../../src/application/identity/principal.js'
import type { Authenticate } from '../../../src/infrastructure/transport/handshake-guard.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'

/** A token that is its own claims. The verification of real tokens has tests of its own. */
export interface FakeClaims {
  readonly sub: string
  readonly roles?: ReadonlyArray<UserRole>
  /** Epoch ms. */
  readonly exp: number
  readonly iat: number
}

export const fakeToken = (claims: FakeClaims): string => JSON.stringify(claims)

/** As in `AUTH_MODE=open`: a client without a token states its user id itself. */
export const authenticateFake =
  (clock: VirtualClock): Authenticate =>
  ({ auth }) => {
    const { token, userId = null, name = null } = auth as Record<string, string | null>
    if (typeof token !== 'string')
      return { type: 'authenticated', principal: { userId, name, isVerified: false } }
    const { sub, roles = [], exp, iat } = JSON.parse(token) as FakeClaims
    if (exp <= clock.now()) return { type: 'refused', code: 'token-expired' }
    return {
      type: 'authenticated',
      principal: { userId: sub, roles, issuedAt: iat, expiresAt: exp },
    }
  }
