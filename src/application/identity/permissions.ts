import type { Principal, UserRole } from './principal.js'

/**
 * Who may send an event, from the lowest requirement to the highest. `member`: anyone in the room concerned, which the room
 * decides. `user`: a client with a user id. `staff`: any of the roles. `operator`: `admin`, `super_admin`, or emergency
 * access in force.
 */
export const accessLevels = ['anyone', 'member', 'user', 'staff', 'operator'] as const

export type Access = (typeof accessLevels)[number]

/** Why the table of permissions refuses a principal. */
export type PermissionDenied =
  /** It has no user id, so that another identity can help. */
  { readonly type: 'unauthenticated' } | { readonly type: 'access-denied'; readonly cause: 'role' }

/** One row of the table of permissions: an event that clients send, and who may send it. */
export interface Permission {
  readonly namespace: string
  readonly event: string
  readonly protocol: string
  readonly access: Access
  readonly summary: string
}

const operatorRoles: ReadonlyArray<UserRole> = ['admin', 'super_admin']

export const isOperator = ({ roles }: Pick<Principal, 'roles'>): boolean =>
  roles.some((role) => operatorRoles.includes(role))

/** `undefined`: it may. Emergency access gives the rights of `admin`. */
export const denialOf = (
  access: Access,
  principal: Principal,
  hasEmergencyAccess: boolean,
): PermissionDenied | undefined => {
  switch (access) {
    case 'anyone':
    case 'member':
      return undefined
    case 'user':
      return principal.userId === null ? unauthenticated : undefined
    case 'staff':
      return principal.roles.length > 0 || hasEmergencyAccess ? undefined : deniedTo(principal)
    case 'operator':
      return isOperator(principal) || hasEmergencyAccess ? undefined : deniedTo(principal)
  }
}

const unauthenticated: PermissionDenied = { type: 'unauthenticated' }
const accessDenied: PermissionDenied = { type: 'access-denied', cause: 'role' }

const deniedTo = ({ userId }: Principal): PermissionDenied =>
  userId === null ? unauthenticated : accessDenied
