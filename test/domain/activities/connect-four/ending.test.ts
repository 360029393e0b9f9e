import { describe, expect, test } from 'vitest'
import type { Column } from '../../../../src/domain/activities/connect-four/board.js'
import { emptyBoard } from '../../../../src/domain/activities/connect-four/board.js'
import type { ConnectFourEvent } from '../../../../src/domain/activities/connect-four/events.js'
import { connectFour } from '../../../../src/domain/activities/connect-four/index.js'
import type { MemberId } from '../../../../src/domain/kernel/ids.js'
import { asking, foldOf, givenActivity, recorded, testRoom } from '../../../kit/index.js'
import {
  ai,
  ann,
  annAndBob,
  bob,
  created,
  cy,
  given,
  human,
  membersAre,
  move,
  moves,
  nobody,
  over,
  started,
} from './scenes.js'

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
    how: { leftActivity?: boolean; isGone?: boolean; reason?: 'left' | 'expired' | 'removed' },
    ...events: ReadonlyArray<ConnectFourEvent>
  ) =>
    connectFour.memberLeft?.(
      asking({ memberId, leftActivity: true, isGone: true, reason: 'left', ...how }, memberId),
      stateOf(...events),
      { id: testRoom, members: [], leader: null },
    )

  test.each([
    ['goes', {}, [over({ winner: 2, reason: 'resigned' })]],
    ['is put out', { reason: 'removed' }, [over({ winner: 2, reason: 'resigned' })]],
    ['stays away', { reason: 'expired' }, [over({ winner: 2, reason: 'forfeit' })]],
    ['leaves the game and stays in the room', { isGone: false }, [over({ winner: 2, reason: 'resigned' })]],
    ['leaves another thing and stays', { isGone: false, leftActivity: false }, []],
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
      connectFour.close(asking(null, by), stateOf(...events), {
        id: testRoom,
        members: membersAre(ann, bob),
        leader: null,
      })
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

  test('has an effect only on the computer’s turn', () => {
    const effectsAfter = (...events: ReadonlyArray<ConnectFourEvent>) => {
      let state = connectFour.initial('connect-four')
      for (const event of recorded(events)) state = connectFour.evolve(state, event)
      return connectFour.effects?.(state)
    }
    expect(effectsAfter(againstAi)).toEqual([])
    expect(effectsAfter(annAndBob, ...moves(3))).toEqual([])
    expect(effectsAfter(againstAi, ...moves(3))).toMatchObject([{ key: '1/2', game: 1, ply: 2, level: 10 }])
    expect(effectsAfter(againstAi, ...moves(3), over({ winner: 2, reason: 'resigned' }))).toEqual([])
    const firstAi = started({ 1: ai(1), 2: human(ann) })
    expect(effectsAfter(firstAi)).toMatchObject([{ key: '1/1', board: emptyBoard }])
    // The game is won, but its end is not recorded yet.
    expect(effectsAfter(againstAi, ...moves(0, 0, 1, 1, 2, 2, 3))).toEqual([])
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
