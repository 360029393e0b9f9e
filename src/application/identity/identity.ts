import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import { toHex } from '../../domain/kernel/bytes.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { ClientLink } from '../ports/client-link.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { StoreFault } from '../ports/event-store.js'
import type { IdentityStore } from '../ports/identity-store.js'
import type { Access, PermissionDenied } from './permissions.js'
import { denialOf, isOperator } from './permissions.js'
import type { Principal, PrincipalHolder } from './principal.js'
import { createRestrictions, laterLimit } from './restrictions.js'

/** Why a principal may not act. */
export type IdentityRejection =
  | PermissionDenied
  | { readonly type: 'token-expired' }
  | { readonly type: 'token-revoked' }
  /** The new token is for another user, or the connection has no token that it could replace. */
  | { readonly type: 'other-user' }

/** Who acts on each connection, and what it may do: permissions, expiry, new tokens, revocation, emergency access. */
export interface Identity {
  /** Loads what was revoked in earlier runs. To be called before the first connection. */
  readonly start: (store: IdentityStore, key: string) => Promise<Either<StoreFault, void>>
  /** The principal with the rights that it has now, or why it has none. For handshakes and HTTP requests. */
  readonly admit: (principal: Principal) => Either<IdentityRejection, Principal>
  /** A connection begins. It is told before its token expires, and closed when the token expires or is revoked. */
  readonly open: (link: ClientLink, holder: PrincipalHolder) => void
  readonly close: (link: ClientLink) => void
  readonly isExpired: (principal: Principal) => boolean
  readonly denialOf: (principal: Principal, access: Access) => IdentityRejection | undefined
  /** Replaces the token of all links of this link's transport connection that belong to the same user. */
  readonly refresh: (
    link: ClientLink,
    next: Principal,
  ) => TaskEither<IdentityRejection | StoreFault, { readonly expiresAt: Instant | null }>
  /** Refuses every token of the user that was issued until now, and closes the connections with one. */
  readonly revoke: (userId: string) => TaskEither<StoreFault, void>
  /** Gives the user the rights of `admin` for a limited time, and alerts every operator that is connected. */
  readonly takeEmergencyAccess: (
    principal: Principal,
    reason: string,
  ) => TaskEither<IdentityRejection | StoreFault, { readonly until: Instant }>
  readonly hasEmergencyAccess: (principal: Principal) => boolean
  /** Whether the principal has this right only by its emergency access. */
  readonly actsByEmergency: (principal: Principal, access: Access) => boolean
  /** Whether a connection with a token has this user id, so that nobody takes it without a token. */
  readonly isHeldByToken: (userId: string) => boolean
  readonly size: () => number
  readonly stop: () => void
}

export interface IdentityOptions {
  readonly clock: Clock
  readonly entropy: Entropy
  /** The namespace in which operators are alerted. */
  readonly operatorNamespace: string
  readonly emergencyAccessMs: number
  /** The last event of a connection whose token ends (E-44). */
  readonly errorOf: (rejection: IdentityRejection) => object
  /** The roles of a connection have changed: its memberships must be checked again. */
  readonly onRolesChanged: (link: ClientLink) => void
}

/** An open link. Its holder has the rights that are in force, and `token` those that its token states. */
interface OpenLink {
  readonly link: ClientLink
  readonly holder: PrincipalHolder
  token: Principal
  cancel: Cancel | null
}

/** A connection is told this long before its token expires (E-43). */
const noticeMs = 60_000

export const createIdentity = ({
  clock,
  entropy,
  operatorNamespace,
  emergencyAccessMs,
  errorOf,
  onRolesChanged,
}: IdentityOptions): Identity => {
  const restrictions = createRestrictions()
  const open = new Map<ClientLink, OpenLink>()
  /** The number of open links of each verified user. */
  const linkCounts = new Map<string, number>()

  const admit: Identity['admit'] = (principal) => {
    if (isExpired(principal, clock.now())) return E.left({ type: 'token-expired' })
    if (restrictions.isRevoked(principal)) return E.left({ type: 'token-revoked' })
    const roles = restrictions.rolesOf(principal)
    return E.right(roles.length === principal.roles.length ? principal : { ...principal, roles })
  }

  const hasEmergencyAccess = ({ userId, isVerified }: Principal): boolean =>
    isVerified && userId !== null && (restrictions.emergencyUntil(userId) ?? 0) > clock.now()

  const end = (opened: OpenLink, reason: 'token-expired' | 'token-revoked'): void => {
    forget(opened)
    // Requests that wait in a room see it, too.
    opened.holder.current = { ...opened.holder.current, roles: [], expiresAt: clock.now() }
    opened.link.emit('error', errorOf({ type: reason }))
    opened.link.disconnect()
  }

  const forget = (opened: OpenLink): void => {
    opened.cancel?.()
    if (open.delete(opened.link)) countLink(opened.token, -1)
  }

  const countLink = ({ userId, isVerified }: Principal, change: 1 | -1): void => {
    if (userId === null || !isVerified) return
    const count = (linkCounts.get(userId) ?? 0) + change
    if (count > 0) linkCounts.set(userId, count)
    else linkCounts.delete(userId)
  }

  /** Tells the client of the coming expiry, and closes its connection at that instant. */
  const watchExpiry = (opened: OpenLink): void => {
    opened.cancel?.()
    opened.cancel = null
    const { expiresAt } = opened.token
    if (expiresAt === null) return
    const waitForEnd = (): void => {
      opened.cancel = clock.schedule(expiresAt, () => end(opened, 'token-expired'))
    }
    const notify = (): void => {
      opened.link.emit('token-expiring', { expiresAt })
      waitForEnd()
    }
    if (expiresAt - noticeMs <= clock.now()) return notify()
    opened.cancel = clock.schedule(expiresAt - noticeMs, notify)
  }

  /** Applies the restrictions of the present to an open link. */
  const restrict = (opened: OpenLink): void => {
    const admitted = admit(opened.token)
    if (E.isLeft(admitted)) {
      return end(opened, admitted.left.type === 'token-revoked' ? 'token-revoked' : 'token-expired')
    }
    const before = opened.holder.current
    opened.holder.current = { ...admitted.right, name: admitted.right.name ?? before.name }
    if (before.roles.join() !== admitted.right.roles.join()) onRolesChanged(opened.link)
  }

  const linksOf = (userId: string): ReadonlyArray<OpenLink> =>
    [...open.values()].filter(({ token }) => token.isVerified && token.userId === userId)

  /** A token with fewer roles limits those that were issued before it, on other connections and after a restart too. */
  const limitEarlierTokens = async (
    current: Principal,
    next: Principal,
  ): Promise<Either<StoreFault, void>> => {
    if (next.userId === null || current.roles.every((role) => next.roles.includes(role)))
      return E.right(undefined)
    // A token without an instant of issue replaces the current one, so it is no earlier.
    const limit = { issuedUntil: next.issuedAt ?? current.issuedAt ?? 0, roles: next.roles }
    return restrictions.update(next.userId, ({ roleLimit }) => {
      const later = laterLimit(roleLimit, limit)
      return later === roleLimit ? null : { roleLimit: later }
    })()
  }

  const alertOperators = (raisedBy: string, message: string): void => {
    const alert = { id: toHex(entropy.bytes().slice(0, 16)), message, severity: 'critical', raisedBy }
    for (const { link, holder } of open.values()) {
      if (link.namespace === operatorNamespace && isOperator(holder.current)) link.emit('emergency', alert)
    }
  }

  return {
    start: restrictions.start,
    admit,
    open: (link, holder) => {
      const opened: OpenLink = { link, holder, token: holder.current, cancel: null }
      open.set(link, opened)
      countLink(opened.token, 1)
      // A revocation may have come between the handshake and this moment.
      restrict(opened)
      if (open.has(link)) watchExpiry(opened)
    },
    close: (link) => {
      const opened = open.get(link)
      if (opened !== undefined) forget(opened)
    },
    isExpired: (principal) => isExpired(principal, clock.now()),
    denialOf: (principal, access) => {
      // The timer may be late.
      if (isExpired(principal, clock.now())) return { type: 'token-expired' }
      const needsRole = access === 'staff' || access === 'operator'
      return denialOf(access, principal, needsRole && hasEmergencyAccess(principal))
    },
    refresh: (link, next) => async () => {
      const opened = open.get(link)
      const isSameUser =
        opened !== undefined &&
        opened.token.isVerified &&
        next.isVerified &&
        next.userId !== null &&
        opened.token.userId === next.userId
      if (!isSameUser) return E.left({ type: 'other-user' })
      const admitted = admit(next)
      if (E.isLeft(admitted)) return admitted
      const limited = await limitEarlierTokens(opened.token, next)
      if (E.isLeft(limited)) return limited
      for (const each of linksOf(next.userId)) {
        if (each.link.transport === link.transport) {
          each.token = next
          watchExpiry(each)
        }
        if (open.has(each.link)) restrict(each)
      }
      // A revocation may have come while the store saved the limit.
      return E.map(() => ({ expiresAt: next.expiresAt }))(admit(next))
    },
    revoke: (userId) => async () => {
      const saved = await restrictions.update(userId, ({ revokedUntil }) => {
        // An issuer's clock may be ahead of this one, and its tokens are revoked too.
        const issued = linksOf(userId).map(({ token }) => token.issuedAt ?? 0)
        return { revokedUntil: Math.max(clock.now(), revokedUntil ?? 0, ...issued), emergencyUntil: null }
      })()
      if (E.isRight(saved)) for (const each of linksOf(userId)) restrict(each)
      return saved
    },
    takeEmergencyAccess: (principal, reason) => async () => {
      const { userId, isVerified } = principal
      if (userId === null || !isVerified) return E.left({ type: 'unauthenticated' })
      const until = clock.now() + emergencyAccessMs
      // A revocation may be in progress, and ends emergency access.
      const saved = await restrictions.update(userId, () =>
        E.isLeft(admit(principal)) ? null : { emergencyUntil: until },
      )()
      if (E.isLeft(saved)) return saved
      const admitted = admit(principal)
      if (E.isLeft(admitted)) return admitted
      alertOperators(
        userId,
        `${userId} has emergency access for ${emergencyAccessMs / 60_000} minutes: ${reason}`,
      )
      return E.right({ until })
    },
    hasEmergencyAccess,
    actsByEmergency: (principal, access) =>
      denialOf(access, principal, false) !== undefined && hasEmergencyAccess(principal),
    isHeldByToken: (userId) => linkCounts.has(userId),
    size: () => open.size,
    stop: () => {
      for (const opened of open.values()) forget(opened)
    },
  }
}

const isExpired = ({ expiresAt }: Principal, now: Instant): boolean => expiresAt !== null && expiresAt <= now
