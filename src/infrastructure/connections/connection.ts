import type { Socket } from 'socket.io'
import type { ConnectionId, MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import type { Dialect } from '../../domain/room/index.js'

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
  readonly sessionId: string
  readonly session: SessionKey
  readonly memberships: Map<RoomId, MemberId>
  /** The room of each dialect in which one is in a single room at a time. */
  readonly current: Map<Dialect, RoomId>
  /** Joins under way: what comes behind one waits for it, so that it finds the room the client means. */
  joining: Promise<unknown> | null
  /** How it ended, once it has: an answer that comes later must not leave a member behind. */
  ended: { readonly lost: boolean } | null
}

/** The id under which this connection is, or would become, a member of the room. */
export const memberIdIn = (connection: Connection, room: RoomId, fresh: MemberId): MemberId =>
  connection.memberships.get(room) ?? fresh
