import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { ConnectionId, MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { ProtocolName } from '../../domain/room/index.js'
import type { GivenIceServers, IceServersFor } from './ice-servers-for.js'

/** What is asked of a connection here; `Connection` is one. */
export interface Holder {
  readonly id: ConnectionId
  /** Not `null` once it is closed. */
  readonly ended: object | null
  readonly memberships: ReadonlyMap<RoomId, MemberId>
  /** In which room it is, by each dialect that has one at a time. */
  readonly current: ReadonlyMap<ProtocolName, RoomId>
  readonly link: { readonly emit: (event: string, given: GivenIceServers) => void }
}

/**
 * Sees to it that whoever is in a call holds credentials that are good: at every instant, from the join to the end of the
 * connection. Where nothing ends, because no TURN server is set up, it does nothing.
 */
export interface IceRenewal {
  /** For the answer to a join. From then on `ice-servers { iceServers, expiresAt }` comes before each end. */
  readonly give: (holder: Holder, member: MemberId) => GivenIceServers
  /** The connection goes on where another has ended, with no join to answer: it is sent new ones, if it is in a call. */
  readonly resume: (holder: Holder) => void
  /** The connection has ended. Harmless for one that was given nothing. */
  readonly gone: (connection: ConnectionId) => void
  /** How many connections are renewed. */
  readonly size: () => number
}

export interface IceRenewalOptions {
  readonly clock: Clock
  readonly iceServersFor: IceServersFor
  readonly protocols: ReadonlyArray<{ readonly name: ProtocolName; readonly outgoing: object }>
}

/** Enough for a client that reads slowly, or starts over; of what lives shorter, a quarter of its life. */
const leadMs = 5 * 60_000

interface Renewal {
  readonly holder: Holder
  /** For whom it was last given. */
  member: MemberId
  readonly cancel: Cancel
}

export const createIceRenewal = ({ clock, iceServersFor, protocols }: IceRenewalOptions): IceRenewal => {
  /** The protocols of calls: those that send `ice-servers`. A connection that has left all their rooms gets none. */
  const callProtocols = protocols.filter(({ outgoing }) => 'ice-servers' in outgoing)
  const renewals = new Map<ConnectionId, Renewal>()

  const give: IceRenewal['give'] = (holder, member) => {
    const given = iceServersFor(member)
    // An answer that came too late for its client would be renewed for ever.
    if (given.expiresAt === null || holder.ended !== null) return given
    const known = renewals.get(holder.id)
    // What it was given for another room ends sooner and may be in use: that stays when new ones are due.
    if (known !== undefined) known.member = member
    else renewals.set(holder.id, planned(holder, member, given.expiresAt))
    return given
  }

  const planned = (holder: Holder, member: MemberId, expiresAt: Instant): Renewal => {
    const lifetimeMs = expiresAt - clock.now()
    const at = expiresAt - Math.min(leadMs, Math.ceil(lifetimeMs / 4))
    const renewal: Renewal = { holder, member, cancel: clock.schedule(at, () => renew(renewal)) }
    return renewal
  }

  const renew = ({ holder, member }: Renewal): void => {
    renewals.delete(holder.id)
    if (callOf(holder) !== undefined) send(holder, member)
  }

  const send = (holder: Holder, member: MemberId): void => {
    const given = give(holder, member)
    if (given.expiresAt !== null) holder.link.emit('ice-servers', given)
  }

  const callOf = ({ current }: Holder): RoomId | undefined => {
    for (const { name } of callProtocols) {
      const room = current.get(name)
      if (room !== undefined) return room
    }
    return undefined
  }

  return {
    give,
    resume: (holder) => {
      const room = callOf(holder)
      const member = room === undefined ? undefined : holder.memberships.get(room)
      if (member !== undefined) send(holder, member)
    },
    gone: (connection) => {
      renewals.get(connection)?.cancel()
      renewals.delete(connection)
    },
    size: () => renewals.size,
  }
}
