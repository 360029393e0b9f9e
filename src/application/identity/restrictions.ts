import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import { lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { UserKey } from '../../domain/kernel/ids.js'
import { userKey } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { StoreFault } from '../ports/event-store.js'
import type { IdentityStore, UserRestrictions } from '../ports/identity-store.js'
import type { Principal, UserRole } from './principal.js'

/** The restrictions of all users: durable, and in memory for every handshake. */
export interface Restrictions {
  /** Reads the restrictions of earlier runs. `key` is that of the store: user ids are stored as keyed hashes. */
  readonly start: (store: IdentityStore, key: string) => Promise<Either<StoreFault, void>>
  /** Whether every token of this principal was revoked. */
  readonly isRevoked: (principal: Principal) => boolean
  /** The roles of the principal, without those that a later token took away. */
  readonly rolesOf: (principal: Principal) => ReadonlyArray<UserRole>
  /** The end of the user's emergency access; null: it never had any. */
  readonly emergencyUntil: (userId: string) => Instant | null
  /** Updates of one user run one after another: `change` gets what the earlier ones have saved. Null: no change. */
  readonly update: (
    userId: string,
    change: (before: UserRestrictions) => Partial<Omit<UserRestrictions, 'user'>> | null,
  ) => TaskEither<StoreFault, void>
}

type RoleLimit = NonNullable<UserRestrictions['roleLimit']>

/** The latest token says which roles all earlier ones may have, in whatever order the tokens are presented. */
export const laterLimit = (before: RoleLimit | null, next: RoleLimit): RoleLimit => {
  if (before === null || next.issuedUntil > before.issuedUntil) return next
  if (next.issuedUntil < before.issuedUntil) return before
  const roles = before.roles.filter((role) => next.roles.includes(role))
  return roles.length === before.roles.length ? before : { ...before, roles }
}

export const createRestrictions = (): Restrictions => {
  const byUser = new Map<UserKey, UserRestrictions>()
  /** The last update of each user that has one in progress. */
  const updates = new Map<UserKey, Promise<unknown>>()
  let started: { readonly store: IdentityStore; readonly key: string } | null = null

  const running = (): NonNullable<typeof started> => {
    if (started === null) throw new Error('The restrictions of users are read before they were loaded')
    return started
  }

  const keyOf = (userId: string): UserKey =>
    userKey(toHex(sha256(lengthPrefixed('user/1', running().key, userId))))

  const restrictionsOf = ({ userId, isVerified }: Principal): UserRestrictions | undefined =>
    // Most servers have none, and a hash takes microseconds.
    !isVerified || userId === null || byUser.size === 0 ? undefined : byUser.get(keyOf(userId))

  return {
    start: async (store, key) => {
      started = { store, key }
      const loaded = await store.load()()
      return E.map((all: ReadonlyArray<UserRestrictions>) => {
        for (const each of all) byUser.set(each.user, each)
      })(loaded)
    },
    isRevoked: (principal) => {
      const revokedUntil = restrictionsOf(principal)?.revokedUntil ?? null
      return revokedUntil !== null && (principal.issuedAt ?? 0) <= revokedUntil
    },
    rolesOf: (principal) => {
      const limit = restrictionsOf(principal)?.roleLimit ?? null
      return limit === null || (principal.issuedAt ?? 0) > limit.issuedUntil
        ? principal.roles
        : principal.roles.filter((role) => limit.roles.includes(role))
    },
    emergencyUntil: (userId) =>
      byUser.size === 0 ? null : (byUser.get(keyOf(userId))?.emergencyUntil ?? null),
    update: (userId, change) => async () => {
      const user = keyOf(userId)
      const earlier = updates.get(user)
      const saving = (async (): Promise<Either<StoreFault, void>> => {
        await earlier
        const before = byUser.get(user) ?? { user, revokedUntil: null, roleLimit: null, emergencyUntil: null }
        const changed = change(before)
        if (changed === null) return E.right(undefined)
        const after = { ...before, ...changed }
        const saved = await running().store.save(after)()
        if (E.isRight(saved)) byUser.set(user, after)
        return saved
      })()
      updates.set(user, saving)
      try {
        return await saving
      } finally {
        if (updates.get(user) === saving) updates.delete(user)
      }
    },
  }
}
