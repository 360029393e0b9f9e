import type { ProtocolName, Role, RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import type { Signal, Target } from '../../../src/domain/signalling/index.js'
import type { Person } from '../../kit/index.js'
import { created, foldOf, hasJoined, recorded } from '../../kit/index.js'

export const to = (member: Person): Target => ({ type: 'member', id: member.memberId })

export const toUser = (id: string): Target => ({ type: 'user', id })

export const toBroadcaster: Target = { type: 'leader' }

/** An offer of 100 bytes in the mesh protocol without a negotiation; `rest` replaces its fields. */
export const signal = (target: Target, rest: Partial<Signal> = {}): Signal => ({
  to: target,
  protocol: 'mesh',
  kind: 'offer',
  negotiation: null,
  bytes: 100,
  ...rest,
})

/** A member in a protocol, in the protocol's usual role unless given. */
export type Joined = readonly [member: Person, protocol: ProtocolName, role?: Role]

const usualRole: Readonly<Record<ProtocolName, Role>> = {
  native: 'member',
  picker: 'viewer',
  mesh: 'peer',
  party: 'user',
  'connect-four': 'player',
  chat: 'member',
}

export const roomOf = (members: ReadonlyArray<Joined>, ...then: ReadonlyArray<RoomEvent>): RoomState =>
  foldOf(
    recorded<RoomEvent>([
      created,
      ...members.map(([member, protocol, role = usualRole[protocol] ?? 'member']) =>
        hasJoined(member, protocol, role),
      ),
      ...then,
    ]),
  )
