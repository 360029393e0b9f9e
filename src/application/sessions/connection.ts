import { equalInConstantTime, lengthPrefixed, sha256, toHex } from '../../domain/kernel/bytes.js'
import type { ConnectionId, MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import { memberId, sessionKey } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import type { Principal, PrincipalHolder } from '../identity/principal.js'
import type { ClientLink } from '../ports/client-link.js'
import type { Naming } from './encoded-emit.js'

/** The valid part of what a client states when it connects. */
export interface Handshake {
  readonly principal: PrincipalHolder
  readonly naming: Naming
  /** The client accepts several events of a room in one array. */
  readonly acceptsArrays: boolean
  readonly sessionId: string | null
  /** By room: the last `seq` that the client has received completely. */
  readonly offsets: ReadonlyMap<string, number>
}

/** One link and the memberships of its session. */
export interface Connection {
  readonly link: ClientLink
  readonly id: ConnectionId
  /** As of now: a new token of the client, or a revocation, replaces it. */
  readonly principal: Principal
  readonly naming: Naming
  readonly acceptsArrays: boolean
  readonly sessionId: string
  readonly session: SessionKey
  readonly memberships: Map<RoomId, MemberId>
  /** Rooms with an entry whose outcome is unknown, because the store failed and may have written it. */
  readonly uncertainEntries: Map<RoomId, MemberId>
  /** The room of each protocol that has one room at a time. */
  readonly current: Map<ProtocolName, RoomId>
  /** A join or leave in progress; later commands wait for it so that they find the right room. */
  moving: Promise<void> | null
  /** Set when the connection has ended. A reply that comes later must not leave a member behind. */
  ended: { readonly lost: boolean } | null
}

/** The id of this connection's member in the room, or the id that a join would create. */
export const memberIdIn = ({ memberships, id }: Connection, room: RoomId): MemberId =>
  memberships.get(room) ?? memberId(id)

export const isMember = (member: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, member) !== undefined

/** A function, because the value changes while a caller awaits. */
export const hasEnded = ({ ended }: Connection): boolean => ended !== null

/**
 * A session id is `<secret>.<binding>`. The binding is a hash over the secret, the namespace and the user, so the id
 * is unknown to another namespace or user (E-46), and the key is computable from the id alone.
 */
export const sessionIdFor = (secret: Uint8Array, namespace: string, user: SessionUser): string => {
  const text = toHex(secret)
  return `${text}.${bindingOf(text, namespace, user)}`
}

/** A user id that a token proves is another user than the same id without a proof. */
export type SessionUser = Pick<Principal, 'userId' | 'isVerified'>

/** The key under which the log knows a session: the secret cannot be derived from it. */
export const keyOfSessionId = (sessionId: string): SessionKey =>
  sessionKey(toHex(sha256(lengthPrefixed('session/3', sessionId))))

/** Null: the id belongs to another namespace or user. An id without a binding is of version 2, which hashed all three. */
export const keyOfPresentedId = (
  sessionId: string,
  namespace: string,
  user: SessionUser,
): SessionKey | null => {
  const [secret = '', binding] = sessionId.split('.')
  if (binding === undefined) {
    // Sessions of version 2 have no proven user.
    if (user.isVerified) return null
    const userIds = user.userId === null ? [] : [user.userId]
    return sessionKey(toHex(sha256(lengthPrefixed('session/2', namespace, sessionId, ...userIds))))
  }
  const isBound = equalInConstantTime(sessionId, `${secret}.${bindingOf(secret, namespace, user)}`)
  return isBound ? keyOfSessionId(sessionId) : null
}

const bindingOf = (secret: string, namespace: string, { userId, isVerified }: SessionUser): string => {
  const userIds = userId === null ? [] : [userId]
  const label = isVerified ? 'session-binding/4-verified' : 'session-binding/3'
  return toHex(sha256(lengthPrefixed(label, secret, namespace, ...userIds))).slice(0, 32)
}
