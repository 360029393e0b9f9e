import { defineProtocol } from '../define-protocol.js'
import { incoming } from './handlers.js'
import { outgoing } from './messages.js'

/**
 * Operators, on `/admin`: users with the role `admin` or `super_admin`, or with emergency access. Anyone may connect; each
 * event is refused to others.
 *
 * ```ts
 * const socket = io('/admin', { auth: { token } })
 * await socket.emitWithAck('admin:revoke', { userId: 'ann' })
 * ```
 */
export const admin = defineProtocol({
  name: 'admin',
  namespace: '/admin',
  roles: {},
  rooms: 'many',
  logsRequests: true,
  incoming,
  outgoing,
  events: [],
})
