import type { Chunk } from '../kernel/table.js'
import { memoizePerChunk } from '../kernel/table.js'
import type { ProtocolName, Role } from './events.js'
import type { Entry, Member, Room, RoomState } from './state.js'

/** The picker's leader, if the room has one, also while it is away. */
export const broadcasterOf = ({ members }: Pick<Room, 'members'>): Member | undefined =>
  broadcasters(members).find((member) => member !== undefined)

const broadcasters = memoizePerChunk((members: Chunk<Member>) =>
  Object.values(members).find(({ entries }) => entries.picker?.role === 'broadcaster'),
)

/** Those who are connected with each other by WebRTC take up a place in the room, and there are not many. */
export const takesPeerSlot = (role: Role): boolean => role === 'peer' || role === 'user'

export const isPeer = ({ entries }: Pick<Member, 'entries'>): boolean =>
  Object.values(entries).some(({ role }) => takesPeerSlot(role))

/** By which entry a member is one of the mesh's peers: its own vocabulary, or the native one in that role. */
export const peerEntryOf = ({ entries }: Pick<Member, 'entries'>): Entry | undefined => {
  if (entries.mesh !== undefined) return entries.mesh
  return entries.native?.role === 'peer' ? entries.native : undefined
}

/** Whether anybody is in the room by this vocabulary, also somebody who is away. */
export const usesProtocol = (dialect: ProtocolName, state: RoomState): boolean =>
  state.phase !== 'absent' && spoken(state.members).some((dialects) => dialects.has(dialect))

const spoken = memoizePerChunk(
  (members: Chunk<Member>): ReadonlySet<string> =>
    new Set(Object.values(members).flatMap(({ entries }) => Object.keys(entries))),
)
