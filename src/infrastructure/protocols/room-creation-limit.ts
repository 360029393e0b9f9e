import type { Socket } from 'socket.io'
import type { Connection } from '../../application/sessions/index.js'
import type { RoomCreation } from '../limits/room-creation.js'
import { addressKeyOf } from '../transport/connection-state.js'
import type { Denial } from './enter-room.js'

/** The rate at which sockets create rooms. */
export interface RoomCreationLimit extends RoomCreation {
  /** A room was refused to this socket. */
  readonly refused: (socket: Socket) => void
}

/**
 * A denial that also counts a room that does not exist yet. Whether it exists is known only when the room decides, and a
 * join of a room that exists must not be refused.
 */
export const limitCreation = (
  limit: RoomCreationLimit | undefined,
  connection: Connection,
  socket: Socket,
  denial: Denial,
): Denial => {
  if (limit === undefined) return denial
  let isCounted = false
  return (state) => {
    const denied = denial(state)
    if (denied !== undefined || state.phase !== 'absent' || isCounted) return denied
    const retryAfterMs = limit.take({ session: creatorOf(connection), address: addressKeyOf(socket) })
    isCounted = retryAfterMs === 0
    if (isCounted) return undefined
    limit.refused(socket)
    return { type: 'too-many-new-rooms', retryAfterMs }
  }
}

/** The sessions of a verified user count together. */
const creatorOf = ({ principal, session }: Connection): string =>
  principal.isVerified && principal.userId !== null ? `user ${principal.userId}` : `session ${session}`
