import fc from 'fast-check'
import {
  isConnectFourEmit,
  type ConnectFourEmit,
} from '../../../src/client/connect-four/connect-four-wire.js'
import type { GameSnapshot, Player } from '../../../src/client/connect-four/connect-four-wire.js'
import { nextPlayer } from '../../../src/domain/activities/connect-four/board.js'
import type { Column, ConnectFourCommand } from '../../../src/domain/activities/connect-four/index.js'
import { sideOf } from '../../../src/domain/activities/connect-four/index.js'
import { initial, type RoomState } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { encodeRecord as outgoing } from '../../../src/application/sessions/encoded-emit.js'
import { gameIn } from '../../../src/infrastructure/protocols/connect-four/encode.js'
import { gameReply } from '../../../src/infrastructure/protocols/connect-four/handlers.js'
import { connectFour } from '../../../src/infrastructure/protocols/connect-four/index.js'
import { at, columns, entering, person, roomDriver, testRoom, type Person } from '../../kit/index.js'

const { evolve } = builtInModel

/** An action in a game in which Ann and Bob play and Cy watches. */
export type Happening =
  | { readonly type: 'drops'; readonly column: Column }
  | { readonly type: 'resigns' | 'wants-rematch' | 'goes-away' | 'comes-back'; readonly who: 0 | 1 }
  | { readonly type: 'time-passes'; readonly ms: number }

const either = fc.constantFrom(0 as const, 1 as const)

const happenings: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 20, arbitrary: fc.record({ type: fc.constant('drops' as const), column: columns }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('resigns' as const, 'wants-rematch', 'wants-rematch', 'goes-away', 'comes-back'),
      who: either,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('time-passes' as const),
      ms: fc.constantFrom(1_000, 14_999, 15_000),
    }),
  },
)

export interface Plan {
  readonly first: 'me' | 'them'
  readonly happenings: ReadonlyArray<Happening>
}

export const plans: fc.Arbitrary<Plan> = fc.record({
  first: fc.constantFrom('me', 'them'),
  happenings: fc.array(happenings, { maxLength: 60, size: 'max' }),
})

/** A game on the server, and what it sends to one client. */
export interface PlayedGame {
  /** of the log */
  readonly length: number
  /** the position of a person's own first join */
  readonly enteredAt: (who: Person) => number
  /** emits after `after` and up to `upTo` */
  readonly told: (after: number, upTo: number) => ReadonlyArray<ConnectFourEmit>
  /** the answer to a join at that position */
  readonly answer: (who: Person, seq: number) => { readonly you: Player | null; readonly state: GameSnapshot }
  readonly stateAt: (seq: number) => RoomState
}

const [ann, bob, cy] = [person('ann'), person('bob'), person('cy')]
export const spectators: readonly [Person, Person, Person] = [ann, bob, cy]

/** With the server's own rules and encoder, without a socket. */
export const playedGame = ({ first, happenings: all }: Plan): PlayedGame => {
  const driver = roomDriver()
  const players = [ann, bob] as const
  const connections = [1, 1]
  const acts = (command: ConnectFourCommand) => ({ module: 'connect-four', command })
  const act = (who: Person, command: ConnectFourCommand) =>
    driver.send({ type: 'act', ...acts(command) }, who.memberId)
  const entered = new Map<Person, number>()
  const enter = (who: Person, command: ConnectFourCommand): void => {
    // Names come from the room, and have a test of their own.
    driver.send(
      entering({ ...who, name: null }, 'connect-four', 'player', {
        activates: command.type === 'create' ? 'connect-four' : null,
        acts: acts(command),
      }),
      who.memberId,
    )
    entered.set(who, driver.log().length)
  }

  enter(ann, { type: 'create', opponent: { kind: 'human' }, first })
  enter(bob, { type: 'join' })
  enter(cy, { type: 'join' })
  for (const happening of all) {
    switch (happening.type) {
      case 'drops':
        act(nextIn(driver.state()) ?? ann, { type: 'drop', column: happening.column })
        break
      case 'resigns':
        act(players[happening.who], { type: 'resign' })
        break
      case 'wants-rematch':
        act(players[happening.who], { type: 'rematch' })
        break
      case 'goes-away': {
        const { memberId, connection } = at(players[happening.who], connections[happening.who] ?? 1)
        driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs: 15_000 })
        break
      }
      case 'comes-back': {
        const number = (connections[happening.who] ?? 1) + 1
        connections[happening.who] = number
        const { memberId, session, connection } = at(players[happening.who], number)
        driver.send({ type: 'resume', memberId, session, connection }, memberId)
        break
      }
      case 'time-passes':
        driver.clock.advance(happening.ms)
    }
  }

  const states: Array<RoomState> = [initial(testRoom)]
  const emits: Array<ConnectFourEmit> = []
  for (const record of driver.log()) {
    const before = states.at(-1) ?? initial(testRoom)
    const after = evolve(before, record)
    states.push(after)
    for (const { event, payload } of outgoing(connectFour.encoderFor(builtInModel), record, before, after)) {
      const heard = { event, payload }
      if (!isConnectFourEmit(heard)) throw new Error(`the client has no word for ${event}`)
      emits.push(heard)
    }
  }

  const stateAt = (seq: number): RoomState => states[seq] ?? initial(testRoom)
  return {
    length: driver.log().length,
    enteredAt: (who) => entered.get(who) ?? 0,
    told: (after, upTo) => emits.filter(({ payload: { seq = 0 } }) => seq > after && seq <= upTo),
    stateAt,
    answer: ({ memberId }, seq) => {
      const { you, state } = gameReply(memberId, stateAt(seq))
      return { you, state: { ...state, players: playersIn(stateAt(seq)) } }
    },
  }
}

/** The player whose turn it is. */
const nextIn = (state: RoomState): Person | undefined => {
  const phase = gameIn(state)?.phase
  if (phase?.type !== 'playing') return undefined
  const side = sideOf(ann.memberId, phase.players)
  return nextPlayer(phase.board) === side ? ann : bob
}

const playersIn = (state: RoomState): GameSnapshot['players'] => {
  const phase = gameIn(state)?.phase
  return phase === undefined || phase.type === 'none' ? { 1: null, 2: null } : phase.players
}
