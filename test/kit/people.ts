import type { ConnectionId, MemberId, SessionKey } from '../../src/domain/kernel/ids.js'
import type { ActivityCommand, RoomView } from '../../src/domain/kernel/activity.js'
import { connectionId, memberId, sessionKey } from '../../src/domain/kernel/ids.js'
import { emptyTable, withEntry } from '../../src/domain/kernel/table.js'
import type { Enter, RoomCommand, RoomRules } from '../../src/domain/room/commands.js'
import type { ProtocolName, Role } from '../../src/domain/room/events.js'

/** A test person with one of its connections. */
export interface Person {
  readonly memberId: MemberId
  readonly session: SessionKey
  readonly connection: ConnectionId
  readonly name: string | null
  readonly userId: string | null
}

/** The person with this name, with its first connection. */
export const person = (name: string, userId: string | null = null): Person => ({
  memberId: memberId(`socket-of-${name}`),
  session: sessionKey(`session-of-${name}`),
  connection: connectionId(`connection-1-of-${name}`),
  name,
  userId,
})

/** The person with another connection. */
export const at = (who: Person, number: number): Person => ({
  ...who,
  connection: connectionId(`connection-${number}-of-${who.name}`),
})

/** The members of a room as an activity sees them, all connected. */
export const membersOf = (...all: ReadonlyArray<Person>): RoomView['members'] =>
  all.reduce<RoomView['members']>(
    (table, { memberId: id, name, userId }) =>
      withEntry(table, id, {
        id,
        name,
        userId,
        presence: { type: 'connected' },
      }),
    emptyTable,
  )

export const openRules: RoomRules = { maxPeers: 10, history: 'own' }

/** A command that enters the room and creates it if it does not exist; `rest` replaces its fields. */
export const entering = (
  { memberId: id, session, connection, name, userId }: Person,
  dialect: ProtocolName,
  role: Role,
  rest: Partial<Enter> = {},
): Enter => ({
  type: 'enter',
  dialect,
  role,
  memberId: id,
  session,
  connection,
  name,
  userId,
  token: null,
  creates: true,
  rules: openRules,
  activates: null,
  ...rest,
})

/** A command for a module, without a check against the commands of its activity. */
export const act = <Command extends ActivityCommand>(module: string, command: Command): RoomCommand => ({
  type: 'act',
  module,
  command,
})
