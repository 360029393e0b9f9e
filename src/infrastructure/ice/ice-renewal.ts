import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { ConnectionId, MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { ProtocolName } from '../../domain/room/index.js'
import type { GivenIceServers, IceServersFor } from './ice-servers-for.js'

/** A connection, as far as the renewal needs it. */
export interface IceConnection {
  readonly id: ConnectionId
  /** `null` while the connection is open. */
  readonly ended: object | null
  readonly memberships: ReadonlyMap<RoomId, MemberId>
  /** The current room by each protocol that has one room at a time. */
  readonly current: ReadonlyMap<ProtocolName, RoomId>
  readonly link: { readonly emit: (event: string, given: GivenIceServers) => void }
}

/**
 * Gives the members of calls ICE servers, and new ones before they expire, until the connection ends. Without a TURN server
 * nothing expires, and nothing is renewed.
 */
export interface IceRenewal {
  /** For the reply to a join. Afterwards `ice-servers { iceServers, expiresAt }` is emitted before they expire. */
  readonly give: (connection: IceConnection, member: MemberId) => GivenIceServers
  /** For a connection that resumes a session, and therefore gets no reply to a join: emits ICE servers in a call. */
  readonly resume: (connection: IceConnection) => void
  /** Ends the renewal for a closed connection, if it has one. */
  readonly gone: (connection: ConnectionId) => void
  /** The number of connections with a renewal. */
  readonly size: () => number
}

export interface IceRenewalOptions {
  readonly clock: Clock
  readonly iceServersFor: IceServersFor
  readonly protocols: ReadonlyArray<{ readonly name: ProtocolName; readonly outgoing: object }>
}

/** Time for a client that reads slowly or reconnects; for a shorter lifetime, a quarter of it is used instead. */
const leadMs = 5 * 60_000

interface Renewal {
  readonly connection: IceConnection
  /** The member of the last `give`. */
  member: MemberId
  readonly cancel: Cancel
}

export const createIceRenewal = ({ clock, iceServersFor, protocols }: IceRenewalOptions): IceRenewal => {
  /** Protocols that send `ice-servers`. A connection without a room of theirs gets none. */
  const callProtocols = protocols.filter(({ outgoing }) => 'ice-servers' in outgoing)
  const renewals = new Map<ConnectionId, Renewal>()

  const give: IceRenewal['give'] = (connection, member) => {
    const given = iceServersFor(member)
    // A renewal for a closed connection would never end.
    if (given.expiresAt === null || connection.ended !== null) return given
    const renewal = renewals.get(connection.id)
    // Earlier ICE servers, for another room, expire first and may be in use: their renewal keeps its time.
    if (renewal !== undefined) renewal.member = member
    else renewals.set(connection.id, scheduleRenewal(connection, member, given.expiresAt))
    return given
  }

  const scheduleRenewal = (connection: IceConnection, member: MemberId, expiresAt: Instant): Renewal => {
    const lifetimeMs = expiresAt - clock.now()
    const at = expiresAt - Math.min(leadMs, Math.ceil(lifetimeMs / 4))
    const renewal: Renewal = { connection, member, cancel: clock.schedule(at, () => renew(renewal)) }
    return renewal
  }

  const renew = ({ connection, member }: Renewal): void => {
    renewals.delete(connection.id)
    if (callOf(connection) !== undefined) send(connection, member)
  }

  const send = (connection: IceConnection, member: MemberId): void => {
    const given = give(connection, member)
    if (given.expiresAt !== null) connection.link.emit('ice-servers', given)
  }

  const callOf = ({ current }: IceConnection): RoomId | undefined => {
    for (const { name } of callProtocols) {
      const room = current.get(name)
      if (room !== undefined) return room
    }
    return undefined
  }

  return {
    give,
    resume: (connection) => {
      const room = callOf(connection)
      const member = room === undefined ? undefined : connection.memberships.get(room)
      if (member !== undefined) send(connection, member)
    },
    gone: (connection) => {
      renewals.get(connection)?.cancel()
      renewals.delete(connection)
    },
    size: () => renewals.size,
  }
}
