import fc from 'fast-check'
import type { ConnectFourCommand } from '../../../src/domain/activities/connect-four/index.js'
import type { Cause } from '../../../src/domain/kernel/domain-event.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import { commandId } from '../../../src/domain/kernel/ids.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'
import { telequiz } from '../../../src/domain/activities/telequiz/index.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import type { RoomDriver } from '../room-driver.js'
import { roomDriver } from '../room-driver.js'
import { seededEntropy } from '../seeded-entropy.js'
import { everybody } from './people.js'
import { entering } from '../people.js'
import type { SentCommand } from './room-commands.js'
import { roomCommands, tokens } from './room-commands.js'

/** Time passes, and then a command is sent. */
export interface Turn extends SentCommand {
  readonly waitMs: number
  /** No timer runs in this time, as if the process were suspended: due timers are decided late. */
  readonly late: boolean
  readonly cause: Cause | null
}

export interface Session {
  readonly seed: number
  readonly turns: ReadonlyArray<Turn>
}

/** Mostly 0 or about a tick, sometimes longer than every grace period. */
const waits: fc.Arbitrary<number> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(0) },
  { weight: 10, arbitrary: fc.integer({ min: 1, max: 350 }) },
  { weight: 2, arbitrary: fc.constantFrom(100, 250, 2_000, 4_900, 5_000, 15_000) },
  { weight: 1, arbitrary: fc.integer({ min: 5_000, max: 20_000 }) },
)

const causeOf = ({ command }: SentCommand, id: string | null): Cause | null =>
  id === null ? null : { id: commandId(id), digest: canonicalJson(command).slice(0, 40) }

const turns: fc.Arbitrary<Turn> = fc
  .record({
    sent: roomCommands,
    waitMs: waits,
    late: fc.constantFrom(false, false, false, true),
    id: fc.option(fc.constantFrom('c1', 'c2', 'c3', '__proto__', 'constructor')),
  })
  .map(({ sent, waitMs, late, id }) => ({ ...sent, waitMs, late, cause: causeOf(sent, id) }))

const atOnce = (command: RoomCommand, by: MemberId | null = null): Turn => ({
  command,
  by,
  waitMs: 0,
  late: false,
  cause: null,
})

const [ann, , bob, cy, dee] = everybody

const threeQuestions = ['opening-canary-one', 'opening-canary-two', 'opening-canary-three'].map((text) => ({
  text,
  choices: [`yes to ${text}`, 'no'],
  answer: 1,
  seconds: 4,
}))

const game = (command: ConnectFourCommand, by: MemberId): Turn =>
  atOnce({ type: 'act', module: 'connect-four', command }, by)

/** A game in which Ann has three in a row and moves next. */
const openGame: ReadonlyArray<Turn> = [
  atOnce(entering(ann, 'connect-four', 'player', { activates: 'connect-four' })),
  atOnce(entering(bob, 'native', 'member')),
  game({ type: 'create', opponent: { kind: 'human' }, first: 'me' }, ann.memberId),
  game({ type: 'join' }, bob.memberId),
  ...[ann, bob, ann, bob, ann, bob].map((who) =>
    game({ type: 'drop', column: who === ann ? 3 : 2 }, who.memberId),
  ),
]

/** Possible first turns of a session, so that fewer of the later commands are rejected. */
const openings: ReadonlyArray<ReadonlyArray<Turn>> = [
  [],
  [
    atOnce(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' })),
    atOnce(entering(bob, 'picker', 'viewer')),
    atOnce(entering(cy, 'native', 'member')),
  ],
  [
    atOnce(entering(bob, 'picker', 'viewer', { activates: 'random-picker' })),
    atOnce(entering(ann, 'party', 'user', { activates: 'poll' })),
  ],
  [
    atOnce(entering(cy, 'mesh', 'peer', { rules: { maxPeers: 2, history: 'own' } })),
    atOnce(entering(dee, 'native', 'peer')),
    atOnce(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' })),
  ],
  [atOnce(entering(ann, 'picker', 'broadcaster', { token: tokens.right, activates: 'random-picker' }))],
  [
    atOnce(entering(ann, 'party', 'user')),
    atOnce(entering(bob, 'party', 'user')),
    atOnce(entering(cy, 'native', 'member')),
    atOnce({ type: 'activate', activity: 'telequiz', options: null }, ann.memberId),
    atOnce(moduleCommand(telequiz, { type: 'start-quiz', questions: threeQuestions }), ann.memberId),
  ],
  openGame,
  [...openGame, game({ type: 'resign' }, bob.memberId)],
]

/** Sessions of a room. */
export const sessions: fc.Arbitrary<Session> = fc
  .record({
    seed: fc.nat(),
    opening: fc.constantFrom(...openings),
    rest: fc.array(turns, { maxLength: 40, size: 'max' }),
  })
  .map(({ seed, opening, rest }) => ({ seed, turns: [...opening, ...rest] }))

/** Plays one turn. */
export const take = (driver: RoomDriver, { waitMs, late, command, by, cause }: Turn): void => {
  if (late) driver.clock.standStill(waitMs)
  else driver.clock.advance(waitMs)
  driver.send(command, by, cause)
}

/** A room after a whole session. */
export const played = ({ seed, turns: all }: Session): RoomDriver => {
  const driver = roomDriver({ entropy: seededEntropy(seed) })
  for (const turn of all) take(driver, turn)
  return driver
}
