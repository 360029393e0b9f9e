import type { AuditScope } from '../../application/identity/audit-scope.js'
import type { AuditTrail } from '../../application/identity/audit-trail.js'
import type { Principal } from '../../application/identity/principal.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { recordEnd } from '../protocols/request-audit.js'
import { addressOf } from '../transport/handshake-guard.js'
import type { Request } from './responses.js'

/** The audit records of HTTP requests. */
export interface HttpAudit {
  /** Null: nothing is recorded. `action` is the method and the pattern of the path. */
  readonly scopeOf: (
    request: Request,
    action: string,
    rest?: { readonly principal?: Principal | null; readonly room?: RoomId },
  ) => AuditScope | null
  /**
   * Records the end of a request, unless its room has; `code` is its error. To be called before the response. False: the
   * trail cannot be written, so the response must be `store-unavailable`.
   */
  readonly record: (scope: AuditScope | null, code: string | null) => Promise<boolean>
}

export const createHttpAudit = (trail: AuditTrail | null, trustProxy: number): HttpAudit => ({
  scopeOf: (request, action, { principal = null, room } = {}) =>
    trail === null
      ? null
      : trail.scopeOf({
          principal,
          address: addressOf(request, trustProxy),
          action,
          ...(room === undefined ? {} : { room }),
        }),
  record: (scope, code) => new Promise((resolve) => recordEnd(trail, scope, code, resolve)),
})
