import type { TaskEither } from '#fp/TaskEither'
import type { UserKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { UserRole } from '../identity/principal.js'
import type { StoreFault } from './store-fault.js'

/** What the server remembers of a user beyond its tokens. It names the user by a key, so it has no personal data. */
export interface UserRestrictions {
  readonly user: UserKey
  /** Tokens that were issued until then are refused; null: none. */
  readonly revokedUntil: Instant | null
  /** Tokens that were issued until then have at most these roles, because a later token has fewer; null: no limit. */
  readonly roleLimit: { readonly issuedUntil: Instant; readonly roles: ReadonlyArray<UserRole> } | null
  /** The end of its emergency access; null: it never had any. */
  readonly emergencyUntil: Instant | null
}

/** The durable restrictions of users. */
export interface IdentityStore {
  readonly load: () => TaskEither<StoreFault, ReadonlyArray<UserRestrictions>>
  /** Replaces the restrictions of this user. Resolves once they are as durable as an append. */
  readonly save: (restrictions: UserRestrictions) => TaskEither<StoreFault, void>
}
