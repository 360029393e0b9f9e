import { defineProtocol } from '../define-protocol.js'
import { events, moduleEvents, signal } from './encode.js'
import { incoming } from './handlers.js'
import { namedRoom, outgoing } from './messages.js'

/**
 * Rooms with activity modules, on `/`. A user that joins a room that does not exist creates it, and gets the token with which
 * others enter. A module is the activity of that name, or a relay if the server has no such activity.
 *
 * ```ts
 * const { joinToken } = await socket.emitWithAck('JOIN_USER_REQUEST', { roomId: 'friday', user: { id: 'u1', name: 'Lea' } })
 * await socket.emitWithAck('ACTIVATE_MODULE', { module: 'random-picker' })
 * await socket.emitWithAck('CUSTOM_MODULE_EVENT', { module: 'random-picker', event: 'start', payload: ['Ann', 'Bob'] })
 * await socket.emitWithAck('join-activity-request', { activity: 'random-picker' })
 * // { success: true, activity: 'random-picker', state: { draws, phase, lastDrawNo } }
 * ```
 *
 * State of the random picker: `draws` are the last twenty completed or cancelled draws, oldest first, each
 * `{ drawNo, drawId, at, members, winner, cancelled }` with `members` their number and `winner` `{ id, name }` or
 * `null`; `phase` is `{ type: 'committed', next: { drawNo, commitment, contributions } }` or
 * `{ type: 'running', draw: { drawId, drawNo, members, tick, index, startedAt, … } }`.
 *
 * State of the telequiz: `host` is `{ member, userId }`, `table` the scores as of the last question that closed; `phase` is
 * `{ type: 'asking', question: { number, of, text, choices, openedAt, closesAt }, answers }` with the member's own answer in
 * `answers` if there is one, `{ type: 'closed', question, answer, counts, at }`, `{ type: 'finished' }` or, before the
 * first quiz, `{ type: 'idle' }`.
 */
export const party = defineProtocol({
  name: 'party',
  namespace: '/',
  roles: { user: { takesPeerSlot: true, onePerUser: true } },
  rooms: 'one',
  incoming,
  outgoing,
  events,
  otherEvents: moduleEvents,
  signals: { kinds: 'all', rank: 3, encode: signal },
  displacementNotice: { event: 'FORCED_DISCONNECT', payload: { reason: 'duplicate-session' } },
  failureEmit: (event, { code }, payload) =>
    event === 'JOIN_USER_REQUEST'
      ? { event: 'JOIN_USER_DENIED', payload: { ...namedRoom(payload), reason: code } }
      : undefined,
})
