import { describe, expect, test } from 'vitest'
import type { Column } from '../../../../src/domain/activities/connect-four/board.js'
import { contextOf } from '../../../kit/index.js'
import {
  ai,
  ann,
  annAndBob,
  bob,
  createGame,
  created,
  cy,
  dropping,
  given,
  human,
  move,
  moves,
  over,
  started,
} from './scenes.js'

describe('creating a game', () => {
  test('leaves the second seat, or on request the first, to another person', () => {
    given()
      .when(contextOf(createGame(), ann))
      .then(created({ 1: human(ann), 2: null }))
    given()
      .when(contextOf(createGame({ first: 'them' }), ann))
      .then(created({ 1: null, 2: human(ann) }))
  })

  test('against the computer starts it at once, on either side', () => {
    const opponent = { kind: 'ai', level: 7 } as const
    given()
      .when(contextOf(createGame({ opponent }), ann))
      .then(started({ 1: human(ann), 2: ai(7) }))
    given()
      .when(contextOf(createGame({ opponent, first: 'them' }), ann))
      .then(started({ 1: ai(7), 2: human(ann) }))
  })

  test('is followed by its start when a person takes the other seat', () => {
    given(created({ 1: human(ann), 2: null }))
      .when(contextOf({ type: 'join' }, bob))
      .then(annAndBob)
    given(created({ 1: null, 2: human(ann) }))
      .when(contextOf({ type: 'join' }, bob))
      .then(started({ 1: human(bob), 2: human(ann) }))
  })

  test('twice has no further effect, and neither has joining the own game', () => {
    const waiting = given(created({ 1: human(ann), 2: null }))
    waiting.when(contextOf(createGame(), ann)).thenNothing()
    waiting.when(contextOf({ type: 'join' }, ann)).thenNothing()
  })

  test('is rejected while the room has a game', () => {
    const waiting = given(created({ 1: human(ann), 2: null }))
    waiting.when(contextOf(createGame(), bob)).thenRejected({ type: 'game-running' })
    waiting.when(contextOf(createGame({ first: 'them' }), ann)).thenRejected({ type: 'game-running' })
    given(annAndBob).when(contextOf(createGame(), ann)).thenRejected({ type: 'game-running' })
  })

  test('does not seat a member that joins when both seats are taken or no game exists', () => {
    given(annAndBob)
      .when(contextOf({ type: 'join' }, cy))
      .thenNothing()
    given()
      .when(contextOf({ type: 'join' }, cy))
      .thenNothing()
  })
})

describe('a move', () => {
  test('falls to the lowest free square, and the other side is next', () => {
    given(annAndBob)
      .when(contextOf(dropping(3), ann))
      .then(move(3))
    given(annAndBob, ...moves(3))
      .when(contextOf(dropping(3, 2), bob))
      .then(move(3, 3))
  })

  test('is rejected out of turn', () => {
    given(annAndBob)
      .when(contextOf(dropping(3), bob))
      .thenRejected({ type: 'not-your-turn' })
    given(annAndBob, ...moves(3))
      .when(contextOf(dropping(3), ann))
      .thenRejected({ type: 'not-your-turn' })
    given(created({ 1: human(ann), 2: null }))
      .when(contextOf(dropping(3), ann))
      .thenRejected({ type: 'not-your-turn' })
  })

  test('with a number that is not the next one is rejected as stale', () => {
    const after = given(annAndBob, ...moves(3))
    for (const ply of [1, 3])
      after.when(contextOf(dropping(3, ply), bob)).thenRejected({ type: 'stale-move', ply: 2 })
    // The same rejection out of turn: a client that repeats its move learns that it was made.
    after.when(contextOf(dropping(3, 1), ann)).thenRejected({ type: 'stale-move', ply: 2 })
  })

  test('into a full column is rejected', () => {
    given(annAndBob, ...moves(0, 0, 0, 0, 0, 0))
      .when(contextOf(dropping(0), ann))
      .thenRejected({ type: 'column-full', column: 0 })
  })

  test('is rejected from watchers and without an actor', () => {
    given(annAndBob)
      .when(contextOf(dropping(3), cy))
      .thenRejected({ type: 'not-a-player' })
    given()
      .when(contextOf(dropping(3), ann))
      .thenRejected({ type: 'not-a-player' })
    given(annAndBob)
      .when(contextOf(dropping(3), null))
      .thenRejected({ type: 'not-in-room' })
  })

  test('that completes a line of four wins, with the cells of the line from the left', () => {
    given(annAndBob, ...moves(0, 0, 1, 1, 2, 2))
      .when(contextOf(dropping(3), ann))
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

  test('that fills the board without a line of four is a draw', () => {
    const columns: ReadonlyArray<Column> = [
      0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 2, 3, 2, 3, 2, 3, 3, 2, 3, 2, 3, 2, 4, 5, 4, 5, 4, 5, 5, 4, 5, 4, 5,
      4, 6, 6, 6, 6, 6, 6,
    ]
    expect(columns).toHaveLength(42)
    given(annAndBob, ...moves(...columns.slice(0, -1)))
      .when(contextOf(dropping(6), bob))
      .then(move(...columns), over({ winner: null, reason: 'full' }))
  })

  test('is rejected after the end of the game', () => {
    given(annAndBob, over({ winner: 1, reason: 'resigned' }))
      .when(contextOf(dropping(3), ann))
      .thenRejected({ type: 'game-over' })
  })
})
