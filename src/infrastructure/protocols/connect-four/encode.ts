import type { ConnectFourState, Players, Seat } from '../../../domain/activities/connect-four/index.js'
import { connectFour, sideOf } from '../../../domain/activities/connect-four/index.js'
import type { MemberId } from '../../../domain/kernel/ids.js'
import { entryIn } from '../../../domain/kernel/table.js'
import type { RoomState } from '../../../domain/room/index.js'
import { eventOf, stateOf } from '../../../domain/room/index.js'
import type { RoomRecord } from '../../../application/ports/event-store.js'
import type { Emit, Encoder } from '../../../application/ports/encoder.js'

/** Of everything that the game's clients have no word for they hear nothing. */
const encode = (record: RoomRecord, before: RoomState, after: RoomState): ReadonlyArray<Emit> => {
  const played = eventOf(connectFour, record)
  if (played?.type === 'connect-four.started') {
    const { players, next, board } = played.data
    return [everyone('gameStarted', { players: named(players, after), next, board })]
  }
  if (played?.type === 'connect-four.moved') {
    const seat = playersIn(before)?.[played.data.player]
    return [everyone(seat?.kind === 'ai' ? 'aiMove' : 'playerMove', played.data)]
  }
  if (played?.type === 'connect-four.over') return [everyone('gameOver', played.data)]
  if (record.type === 'room.member-away') {
    const { memberId, until } = record.data
    const player = runningSideOf(memberId, after)
    if (player === undefined) return []
    return [everyone('playerDisconnected', { player, graceMs: until - record.at })]
  }
  if (record.type === 'room.member-back') {
    const { memberId } = record.data
    const player = runningSideOf(memberId, after)
    // A member that was there all the time has only come in by a newer connection.
    if (player === undefined || !isAway(memberId, before)) return []
    return [everyone('playerReconnected', { player })]
  }
  return []
}

const everyone = (event: string, payload: object): Emit => ({ to: { type: 'everyone' }, event, payload })

export const gameIn = (state: RoomState): ConnectFourState | undefined => stateOf(connectFour, state)

const playersIn = (state: RoomState): Players | undefined => {
  const phase = gameIn(state)?.phase
  return phase === undefined || phase.type === 'none' ? undefined : phase.players
}

/** For which side a member plays in a game that is not over. */
const runningSideOf = (member: MemberId, state: RoomState): 1 | 2 | undefined => {
  const phase = gameIn(state)?.phase
  return phase?.type === 'playing' || phase?.type === 'waiting' ? sideOf(member, phase.players) : undefined
}

const isAway = (member: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, member)?.presence.type === 'away'

/** With the names by which the room knows them. */
export const named = (players: Players, state: RoomState): object => ({
  1: withName(players[1], state),
  2: withName(players[2], state),
})

const withName = (seat: Seat | null, state: RoomState): object | null => {
  if (seat?.kind !== 'human' || state.phase === 'absent') return seat
  const name = entryIn(state.members, seat.memberId)?.name ?? null
  return name === null ? seat : { ...seat, name }
}

export const connectFourEncoder: Encoder = {
  dialect: 'connect-four',
  namespace: '/',
  resumes: 'at-once',
  encode,
}
