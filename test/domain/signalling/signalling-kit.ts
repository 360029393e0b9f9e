import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { ProtocolName, Role, RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import type { Signal, Target } from '../../../src/domain/signalling/index.js'
import type { Person } from '../../kit/index.js'
import { created, foldOf, hasJoined, recorded } from '../../kit/index.js'

export const to = (member: Person): Target => ({ type: 'member', id: member.memberId })

export const toUser = (id: string): Target => ({ type: 'user', id })

export const toBroadcaster: Target = { type: 'leader' }

/** A signal of a hundred bytes that belongs to no negotiation; what else it is goes into `rest`. */
export const signal = (target: Target, rest: Partial<Signal> = {}): Signal => ({
  to: target,
  dialect: 'mesh',
  kind: 'offer',
  negotiation: null,
  bytes: 100,
  ...rest,
})

/** Somebody by a vocabulary, in its usual role. */
export type Entering = readonly [who: Person, dialect: ProtocolName, role?: Role]

const usualRole: Readonly<Record<ProtocolName, Role>> = {
  native: 'member',
  picker: 'viewer',
  mesh: 'peer',
  party: 'user',
  'connect-four': 'player',
  chat: 'member',
}

export const roomOf = (entries: ReadonlyArray<Entering>, ...then: ReadonlyArray<RoomEvent>): RoomState =>
  foldOf(
    recorded<RoomEvent>([
      created,
      ...entries.map(([who, dialect, role = usualRole[dialect] ?? 'member']) =>
        hasJoined(who, dialect, role),
      ),
      ...then,
    ]),
  )

export const nobody: MemberId | null = null
