import type { Socket } from 'socket.io'
import type { ConnectionId, MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import { memberId } from '../../domain/kernel/ids.js'
import type { ProtocolName } from '../../domain/room/index.js'

/** Who is at the other end, as far as the handshake says. */
export interface Peer {
  readonly userId: string | null
  readonly name: string | null
}

/** How a client wants the picker's outgoing events to be named. */
export type Naming = 'camel' | 'kebab'

/** One socket of one namespace, and the memberships for which it speaks. */
export interface Connection {
  readonly socket: Socket
  readonly namespace: string
  readonly id: ConnectionId
  readonly peer: Peer
  readonly naming: Naming
  /** It takes news of a room several at a time (`auth.batch`). */
  readonly takesSeveral: boolean
  readonly sessionId: string
  readonly session: SessionKey
  readonly memberships: Map<RoomId, MemberId>
  /** Rooms of which nobody knows whether this connection has come into them: the store failed, and may have written it. */
  readonly unsure: Map<RoomId, MemberId>
  /** The room of each dialect in which one is in a single room at a time. */
  readonly current: Map<ProtocolName, RoomId>
  /** A join or leave under way: what comes behind it waits, so that it finds the rooms that the client means. */
  moving: Promise<void> | null
  /** How it ended, once it has: an answer that comes later must not leave a member behind. */
  ended: { readonly lost: boolean } | null
}

/** The id under which this connection is, or would become, a member of the room. */
export const memberIdIn = ({ memberships, socket }: Connection, room: RoomId): MemberId =>
  memberships.get(room) ?? memberId(socket.id)

/**
 * Closes what is under the socket, which clients take for a lost connection and come back from. After a `disconnect`
 * they would not: it says that they are not wanted.
 */
export const cut = ({ socket }: Pick<Connection, 'socket'>): void => {
  socket.conn.close(true)
}
