import type { Instant } from '../../domain/kernel/instant.js'

/** The roles that a token can give (E-39), from the lowest to the highest. */
export const userRoles = ['staff', 'admin', 'super_admin'] as const

export type UserRole = (typeof userRoles)[number]

/** The text of a user's id (E-23) or name. */
export const isUserText = (value: unknown): value is string =>
  typeof value === 'string' && value.length >= 1 && value.length <= 200 && value.isWellFormed()

/** Who acts: the user of a connection or of an HTTP request. */
export interface Principal {
  /** Null for an anonymous connection. */
  readonly userId: string | null
  readonly name: string | null
  readonly roles: ReadonlyArray<UserRole>
  /** False: the client has stated its user id itself, and nobody has verified it (`AUTH_MODE=open`). */
  readonly isVerified: boolean
  /** The instants of its token; null: it has no token, or the token does not say. */
  readonly issuedAt: Instant | null
  readonly expiresAt: Instant | null
}

/** A connection without a token: what the client states about itself. */
export const unverifiedPrincipal = (userId: string | null, name: string | null): Principal => ({
  userId,
  name,
  roles: [],
  isVerified: false,
  issuedAt: null,
  expiresAt: null,
})

/** The principal of one connection, as of now: a new token or a revocation replaces it. */
export interface PrincipalHolder {
  current: Principal
}
