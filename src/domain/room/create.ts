import * as E from '#fp/Either'
import { equalInConstantTime, lengthPrefixed, sha256, toHex } from '../kernel/bytes.js'
import type { RoomId } from '../kernel/ids.js'
import type { Create, RoomRules } from './commands.js'
import type { Decision } from './decision.js'
import type { RoomCreated } from './events.js'
import type { Room, RoomState } from './state.js'

export const createRoom = (command: Create, state: RoomState): Decision =>
  state.phase === 'absent'
    ? E.right([roomCreated(state.id, command.rules, command.token)])
    : E.left({ type: 'room-exists' })

/** A room that is made with a token is private. */
export const roomCreated = (
  room: RoomId,
  { maxPeers, history }: RoomRules,
  token: string | null,
): RoomCreated => {
  const data = { room, isPrivate: token !== null, maxPeers, history }
  return token === null
    ? { type: 'room.created', data }
    : { type: 'room.created', data, secret: { tokenHash: tokenHashOf(room, token) } }
}

/** A log that is read by others must not open the room: it has this, and not the token. */
const tokenHashOf = (room: RoomId, token: string): string =>
  toHex(sha256(lengthPrefixed('room/1/token', room, token)))

/** Whether this token opens the room; one that is not private takes any. */
export const acceptsToken = (token: string | null, room: Room): boolean => {
  if (!room.isPrivate) return true
  if (token === null || room.secret === undefined) return false
  return equalInConstantTime(tokenHashOf(room.id, token), room.secret.tokenHash)
}

/** Whether the room is private, and this is what opens it. */
export const isPrivateWithToken = (token: string, state: RoomState): boolean =>
  state.phase !== 'absent' && state.isPrivate && acceptsToken(token, state)
