import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Principal } from './principal.js'
import type { AuditEntry, AuditSubject } from '../ports/audit-trail.js'

/** The audit record of one request while that is served. Its handler completes it. */
export interface AuditScope extends AuditSubject {
  user: string | null
  isVerified: boolean
  roles: Principal['roles']
  room: RoomId | null
  target: string | null
  /** The user has the right only by its emergency access. */
  emergency: true | undefined
  /** Recorded with an accepted request: why the user says that it acts. */
  statement: string | null
  /** A room that rejects with this code is asked again under another name, so that is not the outcome yet. */
  retriedCode: string | null
  /** Its record is durable, or it needs none. */
  isRecorded: boolean
}

/** A request whose user is known only after it was read. */
export const setUser = (scope: AuditScope, { userId, isVerified, roles }: AuditedPrincipal): void => {
  scope.user = userId
  scope.isVerified = isVerified
  scope.roles = roles
}

export type AuditedPrincipal = Pick<Principal, 'userId' | 'isVerified' | 'roles'>

/** When, where and how the request ended. A refused one has an error code. */
export interface AuditOutcome {
  readonly at: Instant
  readonly room: RoomId | null
  readonly code: string | null
  readonly node: string
}

/** Named one by one: V8 takes half a microsecond for each field that is added to a spread object. */
export const entryOf = (scope: AuditScope, { at, room, code, node }: AuditOutcome): AuditEntry => ({
  at,
  user: scope.user,
  isVerified: scope.isVerified,
  roles: scope.roles,
  room,
  action: scope.action,
  // The client has invented a target that does not exist.
  target: code === 'target-not-found' ? null : scope.target,
  outcome: code === null ? 'accepted' : 'refused',
  reason: code ?? scope.statement,
  node,
  address: scope.address,
  request: scope.request,
  emergency: scope.emergency,
  count: undefined,
})

/** Many requests of one user and action as one entry. */
export const summedEntryOf = (
  subject: AuditSubject,
  { at, room, code, node }: AuditOutcome,
  action: string,
  target: string | null,
  count: number,
): AuditEntry => ({
  at,
  user: subject.user,
  isVerified: subject.isVerified,
  roles: subject.roles,
  room,
  action,
  target,
  outcome: code === null ? 'accepted' : 'refused',
  reason: code,
  node,
  address: subject.address,
  request: subject.request,
  emergency: undefined,
  count: count > 1 ? count : undefined,
})
