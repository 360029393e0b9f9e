import { describe, expect, test } from 'vitest'
import type { Column } from '../../../../src/domain/activities/connect-four/board.js'
import { emptyBoard } from '../../../../src/domain/activities/connect-four/board.js'
import type { ConnectFourEvent } from '../../../../src/domain/activities/connect-four/events.js'
import { connectFour } from '../../../../src/domain/activities/connect-four/index.js'
import type { MemberId } from '../../../../src/domain/kernel/ids.js'
import { contextOf, foldOf, givenActivity, recorded, testRoom } from '../../../kit/index.js'
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
  over,
  started,
} from './scenes.js'

describe('the end of a game', () => {
  test('by resignation does not depend on the turn', () => {
    given(annAndBob)
      .when(contextOf({ type: 'resign' }, bob))
      .then(over({ winner: 1, reason: 'resigned' }))
    given(annAndBob)
      .when(contextOf({ type: 'resign' }, ann))
      .then(over({ winner: 2, reason: 'resigned' }))
    given(annAndBob)
      .when(contextOf({ type: 'resign' }, cy))
      .thenRejected({ type: 'not-a-player' })
    given(annAndBob, over({ winner: 1, reason: 'resigned' }))
      .when(contextOf({ type: 'resign' }, ann))
      .thenRejected({ type: 'game-over' })
  })

  test('without a second player has no winner', () => {
    given(created({ 1: human(ann), 2: null }))
      .when(contextOf({ type: 'resign' }, ann))
      .then(over({ winner: null, reason: 'resigned' }))
  })

  const stateOf = (...events: ReadonlyArray<ConnectFourEvent>) => {
    let state = connectFour.initial('connect-four')
    for (const event of recorded(events)) state = connectFour.evolve(state, event)
    return state
  }
  const decideDeparture = (
    memberId: MemberId,
    departure: { leftActivity?: boolean; isGone?: boolean; reason?: 'left' | 'expired' | 'removed' },
    ...events: ReadonlyArray<ConnectFourEvent>
  ) =>
    connectFour.memberLeft?.(
      contextOf({ memberId, leftActivity: true, isGone: true, reason: 'left', ...departure }, memberId),
      stateOf(...events),
      { id: testRoom, members: [], leader: null },
    )

  test.each([
    ['leaves', {}, [over({ winner: 2, reason: 'resigned' })]],
    ['is removed', { reason: 'removed' }, [over({ winner: 2, reason: 'resigned' })]],
    ['expires', { reason: 'expired' }, [over({ winner: 2, reason: 'forfeit' })]],
    ['leaves the game and stays in the room', { isGone: false }, [over({ winner: 2, reason: 'resigned' })]],
    ['leaves another protocol and stays', { isGone: false, leftActivity: false }, []],
  ] as const)('when a player %s', (_condition, departure, events) => {
    expect(decideDeparture(ann, departure, annAndBob)).toEqual(events)
  })

  test('does not follow from the departure of a watcher, and comes once', () => {
    expect(decideDeparture(cy, {}, annAndBob)).toEqual([])
    expect(decideDeparture(ann, {}, annAndBob, over({ winner: 1, reason: 'resigned' }))).toEqual([])
    expect(decideDeparture(ann, {})).toEqual([])
    expect(decideDeparture(ann, {}, created({ 1: human(ann), 2: null }))).toEqual([
      over({ winner: null, reason: 'resigned' }),
    ])
  })

  test('by deactivation is rejected from a watcher during a game', () => {
    const close = (by: MemberId, ...events: ReadonlyArray<ConnectFourEvent>) =>
      connectFour.close(contextOf(null, by), stateOf(...events), {
        id: testRoom,
        members: membersAre(ann, bob),
        leader: null,
      })
    expect(close(cy, annAndBob)).toEqual({ _tag: 'Left', left: { type: 'not-a-player' } })
    expect(close(bob, annAndBob)).toEqual({
      _tag: 'Right',
      right: [over({ winner: 1, reason: 'resigned' })],
    })
    expect(close(cy)).toEqual({ _tag: 'Right', right: [] })
  })
})

describe('a rematch', () => {
  const ended = [annAndBob, over({ winner: 1, reason: 'resigned' })]
  const rematchAsked = (player: 1 | 2): ConnectFourEvent => ({
    type: 'connect-four.rematch-asked',
    data: { player },
  })

  test('starts when both players have asked, with the sides swapped', () => {
    given(...ended)
      .when(contextOf({ type: 'rematch' }, bob))
      .then(rematchAsked(2))
    given(...ended, rematchAsked(2))
      .when(contextOf({ type: 'rematch' }, bob))
      .thenNothing()
    given(...ended, rematchAsked(2))
      .when(contextOf({ type: 'rematch' }, ann))
      .then(started({ 1: human(bob), 2: human(ann) }))
  })

  test('against the computer starts at once', () => {
    given(started({ 1: human(ann), 2: ai(3) }), over({ winner: 2, reason: 'four' }))
      .when(contextOf({ type: 'rematch' }, ann))
      .then(started({ 1: ai(3), 2: human(ann) }))
  })

  test('is rejected from watchers, during a game and without an opponent in the room', () => {
    given(...ended)
      .when(contextOf({ type: 'rematch' }, cy))
      .thenRejected({ type: 'not-a-player' })
    given(annAndBob)
      .when(contextOf({ type: 'rematch' }, ann))
      .thenRejected({ type: 'game-running' })
    givenActivity(
      connectFour,
      membersAre(ann),
    )(...ended)
      .when(contextOf({ type: 'rematch' }, ann))
      .thenRejected({ type: 'target-not-found' })
    given(created({ 1: human(ann), 2: null }), over({ winner: null, reason: 'resigned' }))
      .when(contextOf({ type: 'rematch' }, ann))
      .thenRejected({ type: 'target-not-found' })
  })
})

describe('the computer', () => {
  const againstAi = started({ 1: human(ann), 2: ai(10) })
  const aiMove = (game: number, ply: number, column: Column) =>
    ({ type: 'play-thought', game, ply, column }) as const

  test('moves once when it is its turn', () => {
    given(againstAi, ...moves(3))
      .when(contextOf(aiMove(1, 2, 3), null))
      .then(move(3, 3))
    given(againstAi, ...moves(3, 3))
      .when(contextOf(aiMove(1, 2, 3), null))
      .thenNothing()
  })

  test('has no effect with a move for another ply, another game or a game that is over', () => {
    given(againstAi)
      .when(contextOf(aiMove(1, 1, 3), null))
      .thenNothing()
    given(againstAi, ...moves(3))
      .when(contextOf(aiMove(2, 2, 3), null))
      .thenNothing()
    given(againstAi, ...moves(3), over({ winner: 2, reason: 'resigned' }))
      .when(contextOf(aiMove(1, 2, 3), null))
      .thenNothing()
    given(annAndBob, ...moves(3))
      .when(contextOf(aiMove(1, 2, 3), null))
      .thenNothing()
  })

  test('rejects its commands from members', () => {
    given(againstAi, ...moves(3))
      .when(contextOf(aiMove(1, 2, 3), ann))
      .thenRejected({ type: 'not-a-player' })
    given(againstAi, ...moves(3))
      .when(contextOf({ type: 'give-up', game: 1, ply: 2 }, ann))
      .thenRejected({ type: 'not-a-player' })
  })

  test('resigns when its effect fails', () => {
    const aiTurn = given(againstAi, ...moves(3))
    aiTurn
      .when(contextOf({ type: 'give-up', game: 1, ply: 2 }, null))
      .then(over({ winner: 1, reason: 'resigned' }))
    aiTurn.when(contextOf({ type: 'give-up', game: 1, ply: 1 }, null)).thenNothing()
  })

  test('has an effect exactly while it is its turn', () => {
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

test('the room holds the state of a game under the name of its module', () => {
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
