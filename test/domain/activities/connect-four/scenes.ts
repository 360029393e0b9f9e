import type { Board, Column } from '../../../../src/domain/activities/connect-four/board.js'
import {
  cellsOf,
  drop,
  emptyBoard,
  nextPlayer,
} from '../../../../src/domain/activities/connect-four/board.js'
import type { Create, Drop } from '../../../../src/domain/activities/connect-four/commands.js'
import type { ConnectFourEvent } from '../../../../src/domain/activities/connect-four/events.js'
import { connectFour } from '../../../../src/domain/activities/connect-four/index.js'
import type { Level, Players, Seat } from '../../../../src/domain/activities/connect-four/players.js'
import { nextIn, statusOf } from '../../../../src/domain/activities/connect-four/state.js'
import type { RoomView } from '../../../../src/domain/kernel/activity.js'
import type { MemberId } from '../../../../src/domain/kernel/ids.js'
import { withEntry } from '../../../../src/domain/kernel/table.js'
import { givenActivity, person } from '../../../kit/index.js'

/** Ann and Bob play, Cy watches. */
export const [ann, bob, cy] = [person('ann').memberId, person('bob').memberId, person('cy').memberId]
export const nobody: MemberId | null = null

export const human = (memberId: MemberId): Seat => ({ kind: 'human', memberId })
export const ai = (level: Level): Seat => ({ kind: 'ai', level })

export const membersAre = (...ids: ReadonlyArray<MemberId>): RoomView['members'] =>
  ids.reduce<RoomView['members']>(
    (table, id) => withEntry(table, id, { id, name: null, userId: null, presence: { type: 'connected' } }),
    [],
  )

export const given = givenActivity(connectFour, membersAre(ann, bob, cy))

export const createGame = (wanted: Partial<Create> = {}): Create => ({
  type: 'create',
  opponent: { kind: 'human' },
  first: 'me',
  ...wanted,
})
export const created = (players: Players): ConnectFourEvent => ({
  type: 'connect-four.created',
  data: { players },
})
export const started = (players: Players): ConnectFourEvent => ({
  type: 'connect-four.started',
  data: { players, next: 1, board: cellsOf(emptyBoard) },
})
export const annAndBob = started({ 1: human(ann), 2: human(bob) })
export const dropping = (column: Column, ply?: number): Drop => ({
  type: 'drop',
  column,
  ...(ply === undefined ? {} : { ply }),
})

/** The moves as they are recorded, without the end that the last of them may be. */
export const moves = (...into: ReadonlyArray<Column>): ReadonlyArray<ConnectFourEvent> => {
  let board: Board = emptyBoard
  return into.map((column, place): ConnectFourEvent => {
    const player = nextPlayer(board)
    const disc = drop(board, column)
    if (disc === undefined) throw new Error(`column ${column} is full`)
    board = disc.board
    return {
      type: 'connect-four.moved',
      data: {
        player,
        column,
        row: disc.row,
        ply: place + 1,
        board: cellsOf(board),
        next: nextIn(board),
        status: statusOf(board),
      },
    }
  })
}
export const move = (...into: ReadonlyArray<Column>): ConnectFourEvent => {
  const last = moves(...into).at(-1)
  if (last === undefined) throw new Error('there is no move')
  return last
}
export const over = (
  data: Extract<ConnectFourEvent, { type: 'connect-four.over' }>['data'],
): ConnectFourEvent => ({
  type: 'connect-four.over',
  data,
})
