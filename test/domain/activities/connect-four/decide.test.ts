import { describe, expect, test } from 'vitest'
import type { Board, Column } from '../../../../src/domain/activities/connect-four/board.js'
import {
  cellsOf,
  drop,
  emptyBoard,
  nextPlayer,
} from '../../../../src/domain/activities/connect-four/board.js'
import type { Create, Drop } from '../../../../src/domain/activities/connect-four/decide.js'
import type { ConnectFourEvent } from '../../../../src/domain/activities/connect-four/events.js'
import { connectFour } from '../../../../src/domain/activities/connect-four/index.js'
import type { Level, Players, Seat } from '../../../../src/domain/activities/connect-four/players.js'
import { nextIn, statusOf } from '../../../../src/domain/activities/connect-four/state.js'
import type { RoomFacts } from '../../../../src/domain/kernel/activity.js'
import type { MemberId } from '../../../../src/domain/kernel/ids.js'
import { withEntry } from '../../../../src/domain/kernel/table.js'
import { asking, foldOf, givenActivity, person, recorded, testRoom } from '../../../kit/index.js'

const [ann, bob, cy] = [person('ann').memberId, person('bob').memberId, person('cy').memberId]
const nobody: MemberId | null = null

const human = (memberId: MemberId): Seat => ({ kind: 'human', memberId })
const ai = (level: Level): Seat => ({ kind: 'ai', level })

const membersAre = (...ids: ReadonlyArray<MemberId>): RoomFacts['members'] =>
  ids.reduce<RoomFacts['members']>(
    (table, id) =>
      withEntry(table, id, { id, name: null, userId: null, entries: {}, presence: { type: 'connected' } }),
    [],
  )

const given = givenActivity(connectFour, membersAre(ann, bob, cy))

const createGame = (wanted: Partial<Create> = {}): Create => ({
  type: 'create',
  opponent: { kind: 'human' },
  first: 'me',
  ...wanted,
})
const created = (players: Players): ConnectFourEvent => ({ type: 'connect-four.created', data: { players } })
const started = (players: Players): ConnectFourEvent => ({
  type: 'connect-four.started',
  data: { players, next: 1, board: cellsOf(emptyBoard) },
})
const annAndBob = started({ 1: human(ann), 2: human(bob) })
const dropping = (column: Column, ply?: number): Drop => ({
  type: 'drop',
  column,
  ...(ply === undefined ? {} : { ply }),
})

/** The moves as they are recorded, without the end that the last of them may be. */
const moves = (...into: ReadonlyArray<Column>): ReadonlyArray<ConnectFourEvent> => {
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
const move = (...into: ReadonlyArray<Column>): ConnectFourEvent => {
  const last = moves(...into).at(-1)
  if (last === undefined) throw new Error('there is no move')
  return last
}
const over = (data: Extract<ConnectFourEvent, { type: 'connect-four.over' }>['data']): ConnectFourEvent => ({
  type: 'connect-four.over',
  data,
})

describe('a game is set up', () => {
  test('and waits for another person, who plays second or, if so wanted, first', () => {
    given()
      .when(asking(createGame(), ann))
      .then(created({ 1: human(ann), 2: null }))
    given()
      .when(asking(createGame({ first: 'them' }), ann))
      .then(created({ 1: null, 2: human(ann) }))
  })

  test('against the computer at once, on either side', () => {
    const opponent = { kind: 'ai', level: 7 } as const
    given()
      .when(asking(createGame({ opponent }), ann))
      .then(started({ 1: human(ann), 2: ai(7) }))
    given()
      .when(asking(createGame({ opponent, first: 'them' }), ann))
      .then(started({ 1: ai(7), 2: human(ann) }))
  })

  test('and begins when somebody takes the other seat', () => {
    given(created({ 1: human(ann), 2: null }))
      .when(asking({ type: 'join' }, bob))
      .then(annAndBob)
    given(created({ 1: null, 2: human(ann) }))
      .when(asking({ type: 'join' }, bob))
      .then(started({ 1: human(bob), 2: human(ann) }))
  })

  test('said twice is once, and nobody joins a game of their own', () => {
    const waiting = given(created({ 1: human(ann), 2: null }))
    waiting.when(asking(createGame(), ann)).thenNothing()
    waiting.when(asking({ type: 'join' }, ann)).thenNothing()
  })

  test('once in a room: others are told that there is one', () => {
    const waiting = given(created({ 1: human(ann), 2: null }))
    waiting.when(asking(createGame(), bob)).thenRejected({ type: 'game-running' })
    waiting.when(asking(createGame({ first: 'them' }), ann)).thenRejected({ type: 'game-running' })
    given(annAndBob).when(asking(createGame(), ann)).thenRejected({ type: 'game-running' })
  })

  test('and whoever joins when both seats are taken, or where there is none, watches', () => {
    given(annAndBob)
      .when(asking({ type: 'join' }, cy))
      .thenNothing()
    given()
      .when(asking({ type: 'join' }, cy))
      .thenNothing()
  })
})

describe('a move', () => {
  test('falls to the lowest free square, and the other side is next', () => {
    given(annAndBob)
      .when(asking(dropping(3), ann))
      .then(move(3))
    given(annAndBob, ...moves(3))
      .when(asking(dropping(3, 2), bob))
      .then(move(3, 3))
  })

  test('is made by whose turn it is', () => {
    given(annAndBob)
      .when(asking(dropping(3), bob))
      .thenRejected({ type: 'not-your-turn' })
    given(annAndBob, ...moves(3))
      .when(asking(dropping(3), ann))
      .thenRejected({ type: 'not-your-turn' })
    given(created({ 1: human(ann), 2: null }))
      .when(asking(dropping(3), ann))
      .thenRejected({ type: 'not-your-turn' })
  })

  test('with a number is the next one, or stale', () => {
    const after = given(annAndBob, ...moves(3))
    for (const ply of [1, 3])
      after.when(asking(dropping(3, ply), bob)).thenRejected({ type: 'stale-move', ply: 2 })
    // Told so also where it would not be her turn: that is how she learns that her move was made.
    after.when(asking(dropping(3, 1), ann)).thenRejected({ type: 'stale-move', ply: 2 })
  })

  test('needs room in its column', () => {
    given(annAndBob, ...moves(0, 0, 0, 0, 0, 0))
      .when(asking(dropping(0), ann))
      .thenRejected({ type: 'column-full', column: 0 })
  })

  test('is for the players, not for those who watch, nor for the room', () => {
    given(annAndBob)
      .when(asking(dropping(3), cy))
      .thenRejected({ type: 'not-a-player' })
    given()
      .when(asking(dropping(3), ann))
      .thenRejected({ type: 'not-a-player' })
    given(annAndBob)
      .when(asking(dropping(3), nobody))
      .thenRejected({ type: 'not-in-room' })
  })

  test('that makes four wins, with the line from the left as the board is seen', () => {
    given(annAndBob, ...moves(0, 0, 1, 1, 2, 2))
      .when(asking(dropping(3), ann))
      .then(
        move(0, 0, 1, 1, 2, 2, 3),
        over({
          winner: 1,
          reason: 'four',
          line: [
            [5, 0],
            [5, 1],
            [5, 2],
            [5, 3],
          ],
        }),
      )
  })

  test('that fills the board without a four is a draw', () => {
    const columns: ReadonlyArray<Column> = [
      0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 2, 3, 2, 3, 2, 3, 3, 2, 3, 2, 3, 2, 4, 5, 4, 5, 4, 5, 5, 4, 5, 4, 5,
      4, 6, 6, 6, 6, 6, 6,
    ]
    expect(columns).toHaveLength(42)
    given(annAndBob, ...moves(...columns.slice(0, -1)))
      .when(asking(dropping(6), bob))
      .then(move(...columns), over({ winner: null, reason: 'full' }))
  })

  test('comes too late once the game is over', () => {
    given(annAndBob, over({ winner: 1, reason: 'resigned' }))
      .when(asking(dropping(3), ann))
      .thenRejected({ type: 'game-over' })
  })
})

describe('an end', () => {
  test('by resigning, whoever has the turn', () => {
    given(annAndBob)
      .when(asking({ type: 'resign' }, bob))
      .then(over({ winner: 1, reason: 'resigned' }))
    given(annAndBob)
      .when(asking({ type: 'resign' }, ann))
      .then(over({ winner: 2, reason: 'resigned' }))
    given(annAndBob)
      .when(asking({ type: 'resign' }, cy))
      .thenRejected({ type: 'not-a-player' })
    given(annAndBob, over({ winner: 1, reason: 'resigned' }))
      .when(asking({ type: 'resign' }, ann))
      .thenRejected({ type: 'game-over' })
  })

  test('of a game that nobody joined has no winner', () => {
    given(created({ 1: human(ann), 2: null }))
      .when(asking({ type: 'resign' }, ann))
      .then(over({ winner: null, reason: 'resigned' }))
  })

  const stateOf = (...events: ReadonlyArray<ConnectFourEvent>) => {
    let state = connectFour.initial('connect-four')
    for (const event of recorded(events)) state = connectFour.evolve(state, event)
    return state
  }
  const left = (
    memberId: MemberId,
    how: { dialects?: ReadonlyArray<string>; isGone?: boolean; reason?: 'left' | 'expired' | 'removed' },
    ...events: ReadonlyArray<ConnectFourEvent>
  ) =>
    connectFour.memberLeft?.(
      asking({ memberId, dialects: ['connect-four'], isGone: true, reason: 'left', ...how }, memberId),
      stateOf(...events),
      { id: testRoom, members: [] },
    )

  test.each([
    ['goes', {}, [over({ winner: 2, reason: 'resigned' })]],
    ['is put out', { reason: 'removed' }, [over({ winner: 2, reason: 'resigned' })]],
    ['stays away', { reason: 'expired' }, [over({ winner: 2, reason: 'forfeit' })]],
    ['leaves the game and stays in the room', { isGone: false }, [over({ winner: 2, reason: 'resigned' })]],
    ['leaves another thing and stays', { isGone: false, dialects: ['picker'] }, []],
  ] as const)('when a player %s', (_what, how, events) => {
    expect(left(ann, how, annAndBob)).toEqual(events)
  })

  test('does not come by those who watch, nor twice', () => {
    expect(left(cy, {}, annAndBob)).toEqual([])
    expect(left(ann, {}, annAndBob, over({ winner: 1, reason: 'resigned' }))).toEqual([])
    expect(left(ann, {})).toEqual([])
    expect(left(ann, {}, created({ 1: human(ann), 2: null }))).toEqual([
      over({ winner: null, reason: 'resigned' }),
    ])
  })

  test('by turning the game off is for players', () => {
    const closed = (by: MemberId, ...events: ReadonlyArray<ConnectFourEvent>) =>
      connectFour.close(asking(null, by), stateOf(...events), { id: testRoom, members: membersAre(ann, bob) })
    expect(closed(cy, annAndBob)).toEqual({ _tag: 'Left', left: { type: 'not-a-player' } })
    expect(closed(bob, annAndBob)).toEqual({
      _tag: 'Right',
      right: [over({ winner: 1, reason: 'resigned' })],
    })
    expect(closed(cy)).toEqual({ _tag: 'Right', right: [] })
  })
})

describe('a rematch', () => {
  const ended = [annAndBob, over({ winner: 1, reason: 'resigned' })]
  const asked = (player: 1 | 2): ConnectFourEvent => ({
    type: 'connect-four.rematch-asked',
    data: { player },
  })

  test('starts when both have asked, with the sides changed', () => {
    given(...ended)
      .when(asking({ type: 'rematch' }, bob))
      .then(asked(2))
    given(...ended, asked(2))
      .when(asking({ type: 'rematch' }, bob))
      .thenNothing()
    given(...ended, asked(2))
      .when(asking({ type: 'rematch' }, ann))
      .then(started({ 1: human(bob), 2: human(ann) }))
  })

  test('against the computer starts at once', () => {
    given(started({ 1: human(ann), 2: ai(3) }), over({ winner: 2, reason: 'four' }))
      .when(asking({ type: 'rematch' }, ann))
      .then(started({ 1: ai(3), 2: human(ann) }))
  })

  test('is for players of a game that is over, with somebody who is still there', () => {
    given(...ended)
      .when(asking({ type: 'rematch' }, cy))
      .thenRejected({ type: 'not-a-player' })
    given(annAndBob)
      .when(asking({ type: 'rematch' }, ann))
      .thenRejected({ type: 'game-running' })
    givenActivity(
      connectFour,
      membersAre(ann),
    )(...ended)
      .when(asking({ type: 'rematch' }, ann))
      .thenRejected({ type: 'target-not-found' })
    given(created({ 1: human(ann), 2: null }), over({ winner: null, reason: 'resigned' }))
      .when(asking({ type: 'rematch' }, ann))
      .thenRejected({ type: 'target-not-found' })
  })
})

describe('the computer', () => {
  const againstAi = started({ 1: human(ann), 2: ai(10) })
  const thought = (game: number, ply: number, column: Column) =>
    ({ type: 'play-thought', game, ply, column }) as const

  test('moves where it is its turn, once', () => {
    given(againstAi, ...moves(3))
      .when(asking(thought(1, 2, 3), nobody))
      .then(move(3, 3))
    given(againstAi, ...moves(3, 3))
      .when(asking(thought(1, 2, 3), nobody))
      .thenNothing()
  })

  test('has thought too long for another move, another game, or one that is over', () => {
    given(againstAi)
      .when(asking(thought(1, 1, 3), nobody))
      .thenNothing()
    given(againstAi, ...moves(3))
      .when(asking(thought(2, 2, 3), nobody))
      .thenNothing()
    given(againstAi, ...moves(3), over({ winner: 2, reason: 'resigned' }))
      .when(asking(thought(1, 2, 3), nobody))
      .thenNothing()
    given(annAndBob, ...moves(3))
      .when(asking(thought(1, 2, 3), nobody))
      .thenNothing()
  })

  test('is spoken for by the room alone', () => {
    given(againstAi, ...moves(3))
      .when(asking(thought(1, 2, 3), ann))
      .thenRejected({ type: 'not-a-player' })
    given(againstAi, ...moves(3))
      .when(asking({ type: 'give-up', game: 1, ply: 2 }, ann))
      .thenRejected({ type: 'not-a-player' })
  })

  test('resigns when it cannot think', () => {
    const stuck = given(againstAi, ...moves(3))
    stuck
      .when(asking({ type: 'give-up', game: 1, ply: 2 }, nobody))
      .then(over({ winner: 1, reason: 'resigned' }))
    stuck.when(asking({ type: 'give-up', game: 1, ply: 1 }, nobody)).thenNothing()
  })

  test('is wanted exactly while it is its turn', () => {
    const wanted = (...events: ReadonlyArray<ConnectFourEvent>) => {
      let state = connectFour.initial('connect-four')
      for (const event of recorded(events)) state = connectFour.evolve(state, event)
      return connectFour.wants?.(state)
    }
    expect(wanted(againstAi)).toBeUndefined()
    expect(wanted(annAndBob, ...moves(3))).toBeUndefined()
    expect(wanted(againstAi, ...moves(3))).toMatchObject({ key: '1/2', game: 1, ply: 2, level: 10 })
    expect(wanted(againstAi, ...moves(3), over({ winner: 2, reason: 'resigned' }))).toBeUndefined()
    const firstAi = started({ 1: ai(1), 2: human(ann) })
    expect(wanted(firstAi)).toMatchObject({ key: '1/1', board: emptyBoard })
    // Won already, though its end is not recorded yet.
    expect(wanted(againstAi, ...moves(0, 0, 1, 1, 2, 2, 3))).toBeUndefined()
  })
})

test('the state of a game is known in the room under its name', () => {
  const room = foldOf(
    recorded([
      { type: 'room.created', data: { room: testRoom, isPrivate: false, maxPeers: 10, history: 'own' } },
      {
        type: 'room.activity-activated',
        data: { activity: 'connect-four', runBy: 'connect-four', options: null },
      },
      annAndBob,
    ]),
  )
  expect(room).toMatchObject({
    modules: { 'connect-four': { active: true, state: { games: 1, phase: { type: 'playing' } } } },
  })
})
