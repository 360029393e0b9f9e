import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  awayUntil,
  evolveGame,
  ownSide,
  unknownGame,
  type Game,
  type GameSignal,
} from '../../../src/client/connect-four/game.js'
import type { ConnectFourEmit } from '../../../src/client/connect-four/connect-four-wire.js'
import { gameIn } from '../../../src/infrastructure/protocols/connect-four/encode.js'
import { entryIn } from '../../../src/domain/kernel/table.js'
import type { Person } from '../../kit/index.js'
import { playedGame, plans, spectators, type PlayedGame } from './played-game.js'

const heard = (emit: ConnectFourEmit): GameSignal => ({ type: 'emit', emit, receivedAtMs: 0 })

/** One connection of a client, as fractions of what is possible. */
interface Connection {
  readonly resumedAtSeq: number
  readonly answeredAt: number
  /** the fraction of the missed emits that come after the answer */
  readonly answerAfter: number
  readonly cutAt: number
  readonly isReload: boolean
  /** the fraction of the received emits that are repeated */
  readonly repeats: number
}

const share = fc.double({ min: 0, max: 1, noNaN: true })

const connections: fc.Arbitrary<ReadonlyArray<Connection>> = fc.array(
  fc.record({
    resumedAtSeq: share,
    answeredAt: share,
    answerAfter: share,
    cutAt: share,
    isReload: fc.boolean(),
    repeats: share,
  }),
  { minLength: 1, maxLength: 5 },
)

const between = (from: number, to: number, part: number): number => from + Math.round((to - from) * part)

/** The game at the end of the log, for a client with these connections. */
const followed = (game: PlayedGame, who: Person, all: ReadonlyArray<Connection>): Game => {
  let known = unknownGame
  // As the stored session has it: 0 before the first emit of a room.
  let offset = 0
  const see = (signal: GameSignal): void => {
    known = evolveGame(known, signal)
    if (signal.type === 'emit') offset = Math.max(offset, signal.emit.payload.seq ?? 0)
  }
  const cutAts = [...all.map(({ cutAt }) => cutAt).slice(1), 1]
  const entered = game.enteredAt(who)
  let end = between(entered, game.length, all[0]?.cutAt ?? 1)
  see({ type: 'session', membership: null })
  see({ type: 'snapshot', ...game.answer(who, entered) })
  for (const emit of game.told(entered, end)) see(heard(emit))
  for (const [place, connection] of all.entries()) {
    if (connection.isReload) {
      known = unknownGame
      offset = 0
    }
    const after = Math.max(offset, sinceOf(game, who))
    const resumedAtSeq = between(end, game.length, connection.resumedAtSeq)
    const answeredAt = between(resumedAtSeq, game.length, connection.answeredAt)
    end = between(answeredAt, game.length, cutAts[place] ?? 1)
    const missed = game.told(after, end)
    // The answer may come before missed emits, but after all emits that it does not include.
    const before = missed.filter(({ payload: { seq = 0 } }) => seq <= answeredAt).length
    const answer = between(0, before, connection.answerAfter)
    see({ type: 'session', membership: { memberId: who.memberId, seq: resumedAtSeq } })
    for (const emit of missed.slice(0, answer)) see(heard(emit))
    see({ type: 'snapshot', ...game.answer(who, answeredAt) })
    for (const emit of missed.slice(answer)) see(heard(emit))
    for (const emit of missed.slice(0, between(0, missed.length, connection.repeats))) see(heard(emit))
  }
  return known
}

/** The position of the join: earlier events are not sent. */
const sinceOf = (game: PlayedGame, { memberId }: Person): number => {
  for (let seq = 1; seq <= game.length; seq++) {
    const state = game.stateAt(seq)
    if (state.phase !== 'absent' && entryIn(state.members, memberId) !== undefined) return seq
  }
  throw new Error('never came')
}

describe('a game', () => {
  const anybody = fc.constantFrom(...spectators)

  test('equals the server’s game with any lost connections and repeated emits', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(plans, anybody, connections, (plan, who, all) => {
        const played = playedGame(plan)
        const game = followed(played, who, all)
        const { you, state } = played.answer(who, played.length)
        seen.add(state.status)
        expect({
          you: ownSide(game),
          board: game.board,
          ply: game.ply,
          players: game.players,
          next: game.phase.type === 'playing' ? game.phase.next : null,
          isOver: game.phase.type === 'over',
        }).toEqual({
          you,
          board: state.board,
          ply: state.ply,
          players: state.players,
          next: state.next,
          isOver: state.status !== 'waiting' && state.status !== 'playing',
        })
      }),
      { numRuns: 1_000 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['over', 'playing', 'won']))
  })

  test('has its last move, its end and absent players for a client that was there from the start', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(plans, fc.constantFrom(spectators[0], spectators[1]), connections, (plan, who, all) => {
        const played = playedGame(plan)
        const game = followed(played, who, all)
        const whole = played
          .told(0, played.length)
          .reduce((so, emit) => evolveGame(so, heard(emit)), unknownGame)
        expect(game.last).toEqual(whole.last)
        expect(game.phase).toEqual(whole.phase)
        expect(game.away).toEqual(whole.away)
        for (const away of Object.values(game.away)) if (away !== null) seen.add('away')
        if (game.phase.type === 'over') seen.add(game.phase.end.reason ?? 'unknown')
        const phase = gameIn(played.stateAt(played.length))?.phase
        if (phase?.type === 'ended' && game.phase.type === 'over')
          expect(game.phase.end).toEqual({ line: null, ...phase.result })
      }),
      { numRuns: 1_000 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['away', 'forfeit', 'four', 'resigned']))
  })

  test('keeps the snapshot of the answer when missed events come after it', () => {
    fc.assert(
      fc.property(plans, anybody, (plan, who) => {
        const played = playedGame(plan)
        const since = sinceOf(played, who)
        let game = evolveGame(unknownGame, {
          type: 'session',
          membership: { memberId: who.memberId, seq: played.length },
        })
        game = evolveGame(game, { type: 'snapshot', ...played.answer(who, played.length) })
        const { board, ply } = game
        for (const emit of played.told(since, played.length)) {
          game = evolveGame(game, heard(emit))
          expect({ board: game.board, ply: game.ply }).toEqual({ board, ply })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('keeps its last move when the snapshot shows the end of the game that its gameOver reports later', () => {
    const played = playedGame({
      first: 'me',
      happenings: [
        { type: 'drops', column: 0 },
        { type: 'resigns', who: 0 },
      ],
    })
    const emits = played.told(0, played.length)
    const upToMove = emits.findIndex(({ event }) => event === 'playerMove') + 1
    let game = unknownGame
    for (const emit of emits.slice(0, upToMove)) game = evolveGame(game, heard(emit))
    game = evolveGame(game, { type: 'snapshot', ...played.answer(spectators[0], played.length) })
    for (const emit of emits.slice(upToMove)) game = evolveGame(game, heard(emit))
    expect(game.last).toEqual({ player: 1, row: 5, column: 0 })
    expect(game.phase).toEqual({ type: 'over', end: { winner: 2, reason: 'resigned', line: null } })
  })

  test('ignores repeated emits', () => {
    fc.assert(
      fc.property(plans, share, (plan, part) => {
        const played = playedGame(plan)
        const emits = played.told(0, played.length)
        const game = emits.reduce((so, emit) => evolveGame(so, heard(emit)), unknownGame)
        for (const emit of emits.slice(between(0, emits.length, part)))
          expect(evolveGame(game, heard(emit))).toBe(game)
      }),
    )
  })

  test('gives the end of a grace period by this device’s clock, also when that is wrong', () => {
    const at = 1_000_000
    const aheadMs = 3_600_000
    const away = (seq: number, receivedAtMs: number): GameSignal => ({
      type: 'emit',
      emit: { event: 'playerDisconnected', payload: { player: 2, graceMs: 15_000, room: 'g', seq, at } },
      receivedAtMs,
    })
    // Late, because this client was away as well: only a message with a low delay shows the difference of the clocks.
    let game = evolveGame(unknownGame, away(1, at + aheadMs + 9_000))
    expect(awayUntil(game, 2)).toBe(at + aheadMs + 24_000)
    expect(awayUntil(game, 1)).toBeNull()
    game = evolveGame(game, away(2, at + aheadMs + 20))
    expect(awayUntil(game, 2)).toBe(at + aheadMs + 15_020)
    game = evolveGame(game, {
      type: 'emit',
      emit: { event: 'playerReconnected', payload: { player: 2, room: 'g', seq: 3, at } },
      receivedAtMs: at + aheadMs + 5_000,
    })
    expect(awayUntil(game, 2)).toBeNull()
  })

  test('that was resigned before the join has an end without a winner', () => {
    const played = playedGame({
      first: 'me',
      happenings: [
        { type: 'drops', column: 3 },
        { type: 'resigns', who: 0 },
      ],
    })
    const game = evolveGame(unknownGame, { type: 'snapshot', ...played.answer(spectators[2], played.length) })
    expect(game.phase).toEqual({ type: 'over', end: { winner: null, reason: null, line: null } })
    expect(game.last).toBeNull()
    expect(ownSide(game)).toBeNull()
  })
})
