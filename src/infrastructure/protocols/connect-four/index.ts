import { defineProtocol } from '../define-protocol.js'
import { events } from './encode.js'
import { incoming } from './handlers.js'
import { outgoing } from './messages.js'

/**
 * Connect Four on `/`, for two players, or one against the computer; other members watch.
 *
 * ```ts
 * const { room, you } = await socket.emitWithAck('createGame', { opponent: 'ai', level: 7 })
 * socket.on('aiMove', ({ column, row, board, next }) => …)
 * await socket.emitWithAck('dropDisc', { column: 3, ply: 1, moveId: 'a1' }) // { success: true, ply: 1, row: 5 }
 * ```
 *
 * Every member enters with the role `player`; the state of the game says which members have a seat.
 */
export const connectFour = defineProtocol({
  name: 'connect-four',
  namespace: '/',
  roles: { player: {}, watcher: {} },
  activity: 'connect-four',
  rooms: 'one',
  incoming,
  outgoing,
  events,
  failureEmit: (_event, { code, message, timestamp }) => ({
    event: 'gameError',
    payload: { code, message, timestamp },
  }),
})
