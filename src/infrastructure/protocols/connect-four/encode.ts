import { connectFour, sideOf } from '../../../domain/activities/connect-four/index.js'
import type { ConnectFourState, Players, Seat } from '../../../domain/activities/connect-four/index.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import { entryIn } from '../../../domain/kernel/table.js'
import type { RoomState } from '../../../domain/room/index.js'
import { stateOf } from '../../../domain/room/index.js'
import { on, room, toEveryone } from '../event-family.js'

export const events = [
  on(room, {
    'room.member-away': ({ at, data: { memberId, until } }, _before, after) => {
      const player = runningSideOf(memberId, after)
      return player === undefined ? [] : [toEveryone('playerDisconnected', { player, graceMs: until - at })]
    },
    'room.member-back': ({ data: { memberId } }, before, after) => {
      const player = runningSideOf(memberId, after)
      // A member that was not away has only changed its connection.
      if (player === undefined || !isAway(memberId, before)) return []
      return [toEveryone('playerReconnected', { player })]
    },
    'room.created': null,
    'room.member-joined': null,
    'room.member-left': null,
    'room.role-changed': null,
    'room.activity-activated': null,
    'room.activity-deactivated': null,
    'room.signalled': null,
    'room.closed': null,
  }),
  on(connectFour, {
    'connect-four.created': null,
    'connect-four.started': ({ data: { players, next, board } }, _before, after) => [
      toEveryone('gameStarted', { players: withNames(players, after), next, board }),
    ],
    'connect-four.moved': ({ data }, before) => {
      const seat = playersIn(before)?.[data.player]
      return [toEveryone(seat?.kind === 'ai' ? 'aiMove' : 'playerMove', data)]
    },
    'connect-four.over': ({ data }) => [toEveryone('gameOver', data)],
    'connect-four.rematch-asked': null,
  }),
]

export const gameIn = (state: RoomState): ConnectFourState | undefined => stateOf(connectFour, state)

const playersIn = (state: RoomState): Players | undefined => {
  const phase = gameIn(state)?.phase
  return phase === undefined || phase.type === 'none' ? undefined : phase.players
}

/** The side of a member in a game that is not over. */
const runningSideOf = (member: MemberId, state: RoomState): 1 | 2 | undefined => {
  const phase = gameIn(state)?.phase
  return phase?.type === 'playing' || phase?.type === 'waiting' ? sideOf(member, phase.players) : undefined
}

const isAway = (member: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, member)?.presence.type === 'away'

/** The seats with their members' names. */
export const withNames = (players: Players, state: RoomState) => ({
  1: withName(players[1], state),
  2: withName(players[2], state),
})

const withName = (seat: Seat | null, state: RoomState): (Seat & { readonly name?: string }) | null => {
  if (seat?.kind !== 'human' || state.phase === 'absent') return seat
  const name = entryIn(state.members, seat.memberId)?.name ?? null
  return name === null ? seat : { ...seat, name }
}
