import type { Socket } from 'socket.io'
import type { AuditScope } from '../../application/identity/audit-scope.js'
import type { AuditTrail } from '../../application/identity/audit-trail.js'
import { clientAddressOf, principalOf } from '../transport/handshake-guard.js'
import type { RequestTarget } from '../transport/reply.js'
import type { TransportPorts } from '../transport/transport.js'

/** Errors of a flood, or of a trail that cannot be written. They are counted, and one record has all of a second. */
const summedCodes: ReadonlySet<string> = new Set(['rate-limited', 'shutting-down', 'store-unavailable'])

/**
 * Records how a request ended, unless its room has, and then calls `send`: with false if the trail cannot be written. The
 * request must not have an effect then, and its reply is `store-unavailable`. `code` is its error; null: it succeeded.
 */
export const recordEnd = (
  trail: AuditTrail | null,
  scope: AuditScope | null,
  code: string | null,
  send: (isRecorded: boolean) => void,
): void => {
  if (trail === null || scope === null || scope.isRecorded) return send(true)
  if (code === null || !summedCodes.has(code)) return trail.record(scope, code, send)
  trail.countRefused(scope, code)
  send(true)
}

/** Records the requests and handshakes that the transport refuses itself. */
export const auditPortsOf = (
  isKnown: (target: RequestTarget) => boolean,
  trail: () => AuditTrail | null,
): Required<Pick<TransportPorts, 'refused' | 'handshakeRefused'>> => ({
  refused: (socket, target, code, send) => {
    const found = trail()
    if (found === null) return send(true)
    // Clients can invent event names.
    const event = isKnown(target) ? target.event : '?'
    recordEnd(found, scopeOfSocket(found, socket, `${target.namespace} ${event}`), code, send)
  },
  handshakeRefused: (address, namespace, code) => {
    const found = trail()
    if (found === null) return
    found.countRefused(found.scopeOf({ principal: null, address, action: `${namespace} connect` }), code)
  },
})

const scopeOfSocket = (trail: AuditTrail, socket: Socket, action: string): AuditScope =>
  trail.scopeOf({ principal: principalOf(socket) ?? null, address: clientAddressOf(socket), action })

/** Records the connection of a verified user. Resolves to false if it cannot be recorded, and must be closed. */
export const recordConnection = async (trail: AuditTrail | null, socket: Socket): Promise<boolean> => {
  if (trail === null || principalOf(socket)?.isVerified !== true) return true
  const scope = scopeOfSocket(trail, socket, `${socket.nsp.name} connect`)
  return new Promise((resolve) => trail.record(scope, null, resolve))
}
