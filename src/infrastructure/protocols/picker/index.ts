import { defineProtocol } from '../define-protocol.js'
import { count, events, signal } from './encode.js'
import { incoming } from './handlers.js'
import { outgoing } from './messages.js'

/**
 * The team random picker on `/`: a broadcaster starts the draws, viewers watch, and all see the same draw.
 *
 * ```ts
 * const socket = io('http://localhost:3000', { auth: { names: 'kebab' } })
 * await socket.emitWithAck('broadcaster-join', { room: 'friday', name: 'Lea' })
 * // { success: true, room, memberId, role: 'broadcaster', viewers, next: { drawNo, commitment }, iceServers }
 * await socket.emitWithAck('start-random', ['Ann', 'Bob'])
 * // { success: true, drawId, drawNo, commitment }; random-started, 50 × random-highlight and random-complete follow
 * ```
 */
export const picker = defineProtocol({
  name: 'picker',
  namespace: '/',
  roles: { broadcaster: { exclusive: { yieldsTo: 'viewer' }, leads: true }, viewer: {} },
  rooms: 'one',
  incoming,
  outgoing,
  events,
  count,
  signals: { kinds: 'negotiation', rank: 2, encode: signal },
})
