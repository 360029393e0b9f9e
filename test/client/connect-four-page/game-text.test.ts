import { describe, expect, test } from 'vitest'
import { evolveGame, unknownGame, type Game } from '../../../src/client/connect-four/game.js'
import type { ConnectFourEmit, GameSnapshot } from '../../../src/client/connect-four/connect-four-wire.js'
import { nameOf, gameText } from '../../../src/web/connect-four/game/game-text.js'
import { gameChangeText } from '../../../src/web/connect-four/game/game-changes.js'
import { gameErrorText } from '../../../src/web/connect-four/game/game-text.js'
import { spectators, playedGame, type Happening } from '../connect-four/played-game.js'

const names = { 0: 'Ann', 1: 'Bob' } as const

/** The game as one of the three sees it, with the announcement of each step. */
const lookedAt = (
  happenings: ReadonlyArray<Happening>,
  who: 0 | 1 | 2,
  named: boolean = true,
): { readonly game: Game; readonly news: ReadonlyArray<string> } => {
  const played = playedGame({ first: 'me', happenings })
  const snapshot = played.answer(spectators[who], played.enteredAt(spectators[1]))
  const players: GameSnapshot['players'] = {
    1: { kind: 'human', memberId: spectators[0].memberId, ...(named && { name: names[0] }) },
    2: { kind: 'human', memberId: spectators[1].memberId, ...(named && { name: names[1] }) },
  }
  const news: Array<string> = []
  let game = unknownGame
  const see = (next: Game): void => {
    const told = gameChangeText(game, next)
    if (told !== null) news.push(told)
    game = next
  }
  see(evolveGame(game, { type: 'snapshot', you: snapshot.you, state: { ...snapshot.state, players } }))
  const withNames = (emit: ConnectFourEmit): ConnectFourEmit =>
    emit.event === 'gameStarted' ? { ...emit, payload: { ...emit.payload, players } } : emit
  for (const emit of played.told(played.enteredAt(spectators[1]), played.length))
    see(evolveGame(game, { type: 'emit', emit: withNames(emit), receivedAtMs: 0 }))
  return { game, news }
}

const drops = (...columns: ReadonlyArray<0 | 1 | 2 | 3 | 4 | 5 | 6>): ReadonlyArray<Happening> =>
  columns.map((column) => ({ type: 'drops', column }))

describe('announcements', () => {
  test('give a player each move, the next turn, and the end', () => {
    expect(lookedAt(drops(3, 0, 3, 0, 3, 0, 3), 0).news).toEqual([
      'The game begins. You play red. Your turn.',
      'Move 1: you, red, in column 4. Bob’s turn.',
      'Move 2: Bob, yellow, in column 1. Your turn.',
      'Move 3: you, red, in column 4. Bob’s turn.',
      'Move 4: Bob, yellow, in column 1. Your turn.',
      'Move 5: you, red, in column 4. Bob’s turn.',
      'Move 6: Bob, yellow, in column 1. Your turn.',
      'Move 7: you, red, in column 4. You won! Four red discs in a line.',
    ])
  })

  test('give a watcher the names of the players', () => {
    expect(lookedAt(drops(3), 2).news).toEqual([
      'The game begins. You are watching. Ann’s turn.',
      'Move 1: Ann, red, in column 4. Bob’s turn.',
    ])
    expect(lookedAt(drops(3), 2, false).news[1]).toBe('Move 1: Player 1, red, in column 4. Player 2’s turn.')
    expect(lookedAt(drops(3), 1, false).news[1]).toBe('Move 1: your opponent, red, in column 4. Your turn.')
  })

  test('report an absent and a returning player to the others', () => {
    const away: ReadonlyArray<Happening> = [
      { type: 'goes-away', who: 1 },
      { type: 'comes-back', who: 1 },
    ]
    expect(lookedAt(away, 0).news.slice(1)).toEqual([
      'Bob lost the connection, and the place is kept for a while.',
      'Bob is back.',
    ])
    expect(lookedAt(away, 1).news.slice(1)).toEqual([])
  })

  test('give the sides of a rematch', () => {
    const again: ReadonlyArray<Happening> = [
      { type: 'resigns', who: 0 },
      { type: 'wants-rematch', who: 0 },
      { type: 'wants-rematch', who: 1 },
    ]
    expect(lookedAt(again, 0).news.slice(1, 2)).toEqual(['Bob won. You gave up.'])
  })
})

describe('the headline', () => {
  test.each<[ReadonlyArray<Happening>, 0 | 1 | 2, string, string]>([
    [[], 0, 'Your turn', 'Move 1: choose a column for your red disc.'],
    [[], 1, 'Ann’s turn', 'Move 1. You play yellow.'],
    [[], 2, 'Ann’s turn', 'Move 1. You are watching.'],
    [[{ type: 'resigns', who: 0 }], 1, 'You won!', 'Ann gave up.'],
    [[{ type: 'resigns', who: 0 }], 2, 'Bob won.', 'Ann gave up.'],
    [
      [
        { type: 'goes-away', who: 1 },
        { type: 'time-passes', ms: 15_000 },
      ],
      0,
      'You won!',
      'Bob stayed away for too long.',
    ],
  ])('after %j for %j: %s %s', (happenings, who, headline, detail) => {
    expect(gameText(lookedAt(happenings, who).game, false)).toEqual({ headline, detail })
  })

  test('covers a pending move, a join without an answer, and a game without an opponent', () => {
    expect(gameText(lookedAt([], 0).game, true).detail).toBe('Your disc is on its way.')
    expect(gameText(unknownGame, false)).toEqual({ headline: 'Coming in …', detail: '' })
    const end = { winner: null, reason: 'resigned', line: null } as const
    expect(gameText({ ...unknownGame, phase: { type: 'over', end } }, false)).toEqual({
      headline: 'The game is over.',
      detail: 'It was called off.',
    })
  })

  test('says that the computer is thinking', () => {
    const { game } = lookedAt(drops(3), 0)
    const players = { ...game.players, 2: { kind: 'ai', level: 7 } as const }
    expect(gameText({ ...game, players }, false).headline).toBe('The computer is thinking …')
    expect(nameOf({ ...game, players }, 2)).toBe('The computer')
  })
})

test('prefers the error text of the game to the general one', () => {
  const codes = ['not-your-turn', 'column-full', 'stale-move', 'game-over', 'not-a-player', 'room-not-found']
  for (const code of [...codes, 'access-denied', 'rate-limited', 'shutting-down'])
    expect(gameErrorText({ code, message: 'raw' })).not.toContain('raw')
  expect(gameErrorText({ code: 'made-up', message: 'raw' })).toBe('raw (made-up)')
})
