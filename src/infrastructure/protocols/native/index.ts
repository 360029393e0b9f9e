import { defineProtocol } from '../define-protocol.js'
import { encodeEvent, signal } from './encode.js'
import { incoming } from './handlers.js'
import { outgoing } from './messages.js'

/**
 * For the client SDK, the replay page and other programs, on `/rooms`: every event of a room, with its position in the
 * log, and every command by its type.
 *
 * ```ts
 * const socket = io('http://localhost:3000/rooms')
 * const { epoch, seq, state } = await socket.emitWithAck('join', { room: 'friday', create: true })
 * socket.on('event', ({ seq, type, data }) => …)
 * await socket.emitWithAck('command', { room: 'friday', id: 'a1', type: 'poll.vote', payload: { for: 'tea' } })
 * // After a lost connection, with the sessionId of `session` in `auth`, `missed` has all events since then.
 * await socket.emitWithAck('join', { room: 'friday', after: { epoch, seq } })
 * ```
 */
export const native = defineProtocol({
  name: 'native',
  namespace: '/rooms',
  roles: { member: {}, peer: { takesPeerSlot: true } },
  rooms: 'many',
  resumption: 'on-join',
  incoming,
  outgoing,
  events: [],
  otherEvents: encodeEvent,
  batch: { of: 'event', as: 'events' },
  signals: { kinds: 'all', rank: 4, encode: signal },
})
