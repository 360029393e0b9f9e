import fc from 'fast-check'
import type { Column, ConnectFourCommand, Level } from '../../../src/domain/activities/connect-four/index.js'

export const columns: fc.Arbitrary<Column> = fc.constantFrom(0, 1, 2, 3, 4, 5, 6)

const levels: fc.Arbitrary<Level> = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)

const creates: fc.Arbitrary<ConnectFourCommand> = fc.record({
  type: fc.constant('create' as const),
  opponent: fc.oneof(
    { weight: 3, arbitrary: fc.constant({ kind: 'human' as const }) },
    { weight: 1, arbitrary: levels.map((level) => ({ kind: 'ai' as const, level })) },
  ),
  first: fc.constantFrom('me', 'them'),
})

const drops: fc.Arbitrary<ConnectFourCommand> = fc.record(
  { type: fc.constant('drop' as const), column: columns, ply: fc.integer({ min: 1, max: 43 }) },
  { requiredKeys: ['type', 'column'] },
)

/** Results of the AI effect. From a member they are rejected. */
const aiMoves: fc.Arbitrary<ConnectFourCommand> = fc.oneof(
  fc.record({
    type: fc.constant('play-thought' as const),
    game: fc.integer({ min: 0, max: 3 }),
    ply: fc.integer({ min: 0, max: 4 }),
    column: columns,
  }),
  fc.record({
    type: fc.constant('give-up' as const),
    game: fc.integer({ min: 0, max: 3 }),
    ply: fc.integer({ min: 0, max: 4 }),
  }),
)

/** Commands of a game, mostly valid. */
export const connectFourCommands: fc.Arbitrary<ConnectFourCommand> = fc.oneof(
  { weight: 3, arbitrary: creates },
  { weight: 3, arbitrary: fc.constant<ConnectFourCommand>({ type: 'join' }) },
  { weight: 14, arbitrary: drops },
  { weight: 6, arbitrary: columns.map((column): ConnectFourCommand => ({ type: 'drop', column })) },
  { weight: 1, arbitrary: fc.constant<ConnectFourCommand>({ type: 'resign' }) },
  { weight: 2, arbitrary: fc.constant<ConnectFourCommand>({ type: 'rematch' }) },
  { weight: 4, arbitrary: aiMoves },
)

/** Commands of a game without the computer, for tests that run no effects. */
export const gamesOfPeople: fc.Arbitrary<ConnectFourCommand> = connectFourCommands.map((command) =>
  command.type === 'create' ? { ...command, opponent: { kind: 'human' } } : command,
)
