import { defineProtocol } from '../define-protocol.js'
import { events, signal } from './encode.js'
import { incoming } from './handlers.js'
import { outgoing } from './messages.js'

/**
 * WebRTC rooms by code, on `/`: up to ten peers, each connected with each other.
 *
 * ```ts
 * const { peerId, peers } = await socket.emitWithAck('join:room', { roomCode: 'ABC123', create: true })
 * for (const peer of peers) await socket.emitWithAck('webrtc:offer', { targetPeerId: peer.id, offer, negotiation: 1 })
 * socket.on('webrtc:answer', ({ from, answer }) => …)
 * ```
 *
 * Signals are passed on and not stored.
 */
export const mesh = defineProtocol({
  name: 'mesh',
  namespace: '/',
  roles: { peer: { takesPeerSlot: true } },
  rooms: 'one',
  incoming,
  outgoing,
  events,
  signals: { kinds: 'negotiation', rank: 1, encode: signal },
})
