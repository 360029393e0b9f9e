import { defineProtocol } from '../define-protocol.js'
import { events } from './encode.js'
import { incoming } from './handlers.js'
import { outgoing } from './messages.js'

/**
 * Connect Four on `/`, for two people or one against the computer; everybody else who joins watches.
 *
 * ```ts
 * const { room, you } = await socket.emitWithAck('createGame', { opponent: 'ai', level: 7 })
 * socket.on('aiMove', ({ column, row, board, next }) => …)
 * await socket.emitWithAck('dropDisc', { column: 3, ply: 1, moveId: 'a1' }) // { success: true, ply: 1, row: 5 }
 * ```
 *
 * The game's state says who plays: to the room, all who enter by this protocol are its `players`.
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
