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

/** Ann and Bob play; Cy watches. */
export const [ann, bob, cy] = [person('ann').memberId, person('bob').memberId, person('cy').memberId]

export const human = (memberId: MemberId): Seat => ({ kind: 'human', memberId })
export const ai = (level: Level): Seat => ({ kind: 'ai', level })

export const membersAre = (...ids: ReadonlyArray<MemberId>): RoomView['members'] =>
  ids.reduce<RoomView['members']>(
    (table, id) => withEntry(table, id, { id, name: null, userId: null, presence: { type: 'connected' } }),
    [],
  )

export const given = givenActivity(connectFour, membersAre(ann, bob, cy))

export const createGame = (rest: Partial<Create> = {}): Create => ({
  type: 'create',
  opponent: { kind: 'human' },
  first: 'me',
  ...rest,
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

/** The events of these moves, without the end of the game that the last one may cause. */
export const moves = (...columns: ReadonlyArray<Column>): ReadonlyArray<ConnectFourEvent> => {
  let board: Board = emptyBoard
  return columns.map((column, index): ConnectFourEvent => {
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
        ply: index + 1,
        board: cellsOf(board),
        next: nextIn(board),
        status: statusOf(board),
      },
    }
  })
}
export const move = (...columns: ReadonlyArray<Column>): ConnectFourEvent => {
  const last = moves(...columns).at(-1)
  if (last === undefined) throw new Error('move() needs a column')
  return last
}
export const over = (
  data: Extract<ConnectFourEvent, { type: 'connect-four.over' }>['data'],
): ConnectFourEvent => ({
  type: 'connect-four.over',
  data,
})
