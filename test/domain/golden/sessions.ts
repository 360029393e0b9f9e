import type { Question, QuizCommand } from '../../../src/domain/activities/telequiz/index.js'
import type { Column, ConnectFourCommand } from '../../../src/domain/activities/connect-four/index.js'
import type { Cause, RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import { commandId, roomId } from '../../../src/domain/kernel/ids.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'
import type { RoomCommand, RoomEvent } from '../../../src/domain/room/index.js'
import type { Person, RoomDriver } from '../../kit/index.js'
import { act, at, entering, person, recorded, roomDriver, seededEntropy } from '../../kit/index.js'
import type { Relay } from '../../../src/domain/activities/relay/index.js'
import type { PickerCommand } from '../../../src/domain/activities/random-picker/index.js'

const [ann, bob, cléo] = [person('ann', 'user-a'), person('bob', 'user-b'), person('cléo')]
const graceMs = 15_000

const driverOf = (name: string): RoomDriver =>
  roomDriver({ room: roomId(`golden-${name}`), entropy: seededEntropy(`golden ${name}`) })

const causeOf = (id: string, command: RoomCommand): Cause => ({
  id: commandId(id),
  digest: `digest of ${canonicalJson(command)}`,
})

/** Sends a command with a command id, as clients do so that they can repeat it. */
const sendOnce = (driver: RoomDriver, id: string, command: RoomCommand, { memberId }: Person): void => {
  driver.send(command, memberId, causeOf(id, command))
}

const pick = (command: PickerCommand): RoomCommand => act('random-picker', command)
const relay = (module: string, command: Relay): RoomCommand => act(module, command)

const loseConnection = ({ memberId, connection }: Person): RoomCommand => ({
  type: 'disconnect',
  memberId,
  connection,
  lost: true,
  graceMs,
})

/** Ann leads the picker, Bob views it, and Cléo is a member in the native protocol. */
const openPicker = (name: string): RoomDriver => {
  const driver = driverOf(name)
  driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }))
  driver.clock.advance(1_234)
  driver.send(entering(bob, 'picker', 'viewer'))
  driver.send(entering(cléo, 'native', 'member'))
  return driver
}

const candidates = [
  { name: 'Ann' },
  { id: 'b', name: 'Bob' },
  { name: 'Cléo' },
  { id: '名', name: '名前 🎲' },
]

const runDraw = (): RoomDriver => {
  const driver = openPicker('draw')
  driver.send(pick({ type: 'contribute', entropy: '0123456789abcdef'.repeat(2) }), bob.memberId)
  driver.clock.advance(500)
  sendOnce(driver, 'c-1', pick({ type: 'contribute', entropy: 'FF'.repeat(32) }), cléo)
  sendOnce(driver, 's-1', pick({ type: 'start', members: candidates, nonce: 'glück' }), ann)
  driver.clock.advance(2_050)
  driver.send(entering(person('dee'), 'picker', 'viewer'))
  driver.clock.advance(10_000)
  sendOnce(driver, 's-2', pick({ type: 'start', members: [{ name: 'Alone' }] }), ann)
  driver.clock.advance(5_000)
  return driver
}

const cancelDraws = (): RoomDriver => {
  const driver = openPicker('cancelled')
  driver.send(pick({ type: 'start', members: candidates }), ann.memberId)
  driver.clock.advance(1_250)
  driver.send(pick({ type: 'cancel' }), ann.memberId)
  driver.send(pick({ type: 'start', members: candidates }), ann.memberId)
  driver.clock.advance(150)
  driver.send({ type: 'deactivate', activity: 'random-picker' }, ann.memberId)
  driver.clock.advance(60_000)
  driver.send({ type: 'activate', activity: 'random-picker', options: { why: 'again' } }, bob.memberId)
  return driver
}

const restartDuringDraw = (): RoomDriver => {
  const driver = openPicker('restarted')
  driver.send(pick({ type: 'start', members: candidates }), ann.memberId)
  driver.clock.advance(1_720)
  // The server is down for 2.5 s, so the timers of that time are decided late and at once.
  driver.clock.standStill(2_500)
  driver.send({ type: 'recover', graceMs })
  const { memberId, session, connection } = at(ann, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  driver.clock.advance(60_000)
  return driver
}

const takeOverMembers = (): RoomDriver => {
  const driver = openPicker('taken-over')
  driver.send(loseConnection(ann))
  driver.clock.advance(3_000)
  driver.send(entering(bob, 'picker', 'broadcaster'))
  const { memberId, session, connection } = at(ann, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  // A late event of the old connection has no effect.
  driver.send(loseConnection(ann))
  driver.send({ type: 'expel', target: memberId }, bob.memberId)
  driver.send(loseConnection(bob))
  driver.clock.advance(1_000)
  driver.send(entering({ ...person('bob elsewhere', 'user-b'), name: 'bob' }, 'picker', 'viewer'))
  driver.send({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, bob.memberId)
  return driver
}

const relayEvents = (): RoomDriver => {
  const driver = driverOf('relayed')
  driver.send(entering(ann, 'party', 'user'))
  driver.send(entering(bob, 'party', 'user'))
  for (const module of ['poll', '__proto__']) {
    driver.send({ type: 'activate', activity: module, options: { colour: 'red' } }, ann.memberId)
    const payload: unknown = JSON.parse('{"choice":1,"__proto__":{"text":"é\\u2028"}}')
    driver.send(relay(module, { type: 'relay', event: 'vote', payload }), bob.memberId)
  }
  driver.send({ type: 'deactivate', activity: 'poll' }, bob.memberId)
  return driver
}

const fillPrivateMesh = (): RoomDriver => {
  const driver = driverOf('private-mesh')
  const token = 'open sesame'
  driver.send({ type: 'create', token, rules: { maxPeers: 2, history: 'all' } })
  driver.send(entering(ann, 'mesh', 'peer', { token }))
  driver.send(entering(bob, 'mesh', 'peer', { token }))
  driver.send(entering(cléo, 'mesh', 'peer', { token: 'guessed' }))
  driver.send(loseConnection(bob))
  driver.clock.advance(100)
  driver.send(entering(cléo, 'mesh', 'peer', { token }))
  driver.send(loseConnection(ann))
  driver.clock.advance(graceMs)
  return driver
}

/** A call of members of three protocols, in which a party user enters again with another session, and a relayed module. */
const holdCall = (): RoomDriver => {
  const driver = driverOf('called')
  const profile = { colour: 'red', seats: [1, null] }
  driver.send(entering(ann, 'party', 'user', { token: 'open sesame', profile }))
  driver.send(entering(cléo, 'mesh', 'peer', { token: 'open sesame' }))
  driver.send(entering(bob, 'native', 'peer', { token: 'open sesame' }))
  driver.clock.advance(700)
  driver.send(
    entering({ ...person('ann elsewhere', 'user-a'), name: 'ann' }, 'party', 'user', {
      token: 'open sesame',
    }),
  )
  driver.send({ type: 'activate', activity: 'notes', options: null }, ann.memberId)
  driver.send(relay('notes', { type: 'relay', event: 'wrote', payload: 'é' }), cléo.memberId)
  driver.send(entering(bob, 'native', 'member'))
  driver.send({ type: 'leave', dialect: 'mesh', connection: null, reason: 'left' }, cléo.memberId)
  return driver
}

/** A quiz with a restart that closes a question late, and a second quiz that its host deactivates. */
const runQuizzes = (): RoomDriver => {
  const driver = driverOf('quizzed')
  const quiz = (command: QuizCommand): RoomCommand => act('telequiz', command)
  const activate: RoomCommand = { type: 'activate', activity: 'telequiz', options: { for: 'Friday' } }
  for (const member of [ann, bob]) driver.send(entering(member, 'party', 'user'))
  driver.send(entering(cléo, 'native', 'member'))
  driver.send(activate, ann.memberId)
  sendOnce(driver, 'q-1', quiz({ type: 'start-quiz', questions }), ann)
  driver.clock.advance(1_250)
  driver.send(quiz({ type: 'give-answer', choice: 1, question: 1 }), bob.memberId)
  sendOnce(driver, 'a-1', quiz({ type: 'give-answer', choice: 0 }), cléo)
  driver.send(quiz({ type: 'give-answer', choice: 2, question: 2 }), bob.memberId)
  driver.clock.advance(12_000)
  driver.send(quiz({ type: 'give-answer', choice: 0, question: 2 }), cléo.memberId)
  driver.clock.standStill(60_000)
  driver.send({ type: 'recover', graceMs })
  const { memberId, session, connection } = at(bob, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  driver.clock.advance(graceMs)
  driver.send({ type: 'deactivate', activity: 'telequiz' }, memberId)
  driver.send(activate, memberId)
  driver.send(quiz({ type: 'start-quiz', questions }), memberId)
  driver.clock.advance(700)
  driver.send({ type: 'deactivate', activity: 'telequiz' }, memberId)
  driver.clock.advance(60_000)
  return driver
}

const questions: ReadonlyArray<Question> = [
  { text: 'Which of these is no fruit? 🍎', choices: ['tomato', 'potato', '\u2028'], answer: 1, seconds: 10 },
  { text: 'Première ?', choices: ['A', 'B'], answer: 0, seconds: 1.5 },
  { text: 'Last', choices: ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'], answer: 9, seconds: 300 },
]

const createGame: ConnectFourCommand = { type: 'create', opponent: { kind: 'human' }, first: 'them' }

const play = (driver: RoomDriver, command: ConnectFourCommand, by: MemberId | null, id?: string): void => {
  const run = act('connect-four', command)
  driver.send(run, by, id === undefined ? null : causeOf(id, run))
}

const drop = (driver: RoomDriver, column: Column, { memberId }: Person): void =>
  play(driver, { type: 'drop', column }, memberId)

/** Two members play and one watches: a line of four, and a rematch in which one player is away and the other leaves. */
const playGame = (): RoomDriver => {
  const driver = driverOf('game')
  driver.send(
    entering(ann, 'connect-four', 'player', {
      activates: 'connect-four',
      acts: {
        module: 'connect-four',
        command: createGame,
      },
    }),
    ann.memberId,
  )
  driver.clock.advance(2_500)
  const joinGame = { module: 'connect-four', command: { type: 'join' } } as const
  driver.send(entering(bob, 'connect-four', 'player', { acts: joinGame }), bob.memberId)
  driver.send(entering(cléo, 'connect-four', 'player', { acts: joinGame }), cléo.memberId)
  for (const column of [3, 2, 4] as const) {
    drop(driver, column, bob)
    drop(driver, column, ann)
    driver.clock.advance(1_000)
  }
  drop(driver, 3, cléo)
  play(driver, { type: 'drop', column: 5, ply: 7 }, bob.memberId, 'm-7')
  play(driver, { type: 'rematch' }, bob.memberId)
  play(driver, { type: 'rematch' }, ann.memberId)
  drop(driver, 0, ann)
  driver.send(loseConnection(bob))
  driver.clock.advance(5_000)
  const { memberId, session, connection } = at(bob, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  drop(driver, 6, bob)
  driver.send(loseConnection(ann))
  driver.clock.advance(60_000)
  return driver
}

/** A game against the computer, whose moves are effects, and a rematch that the computer gives up. */
const playAgainstComputer = (): RoomDriver => {
  const driver = driverOf('game-with-ai')
  driver.send(entering(ann, 'native', 'member'), ann.memberId)
  driver.send({ type: 'activate', activity: 'connect-four', options: null }, ann.memberId)
  const create = { type: 'create', opponent: { kind: 'ai', level: 10 }, first: 'me' } as const
  play(driver, create, ann.memberId, 'c-1')
  drop(driver, 3, ann)
  driver.clock.advance(40)
  play(driver, { type: 'play-thought', game: 1, ply: 2, column: 3 }, null)
  play(driver, { type: 'play-thought', game: 1, ply: 2, column: 4 }, null)
  play(driver, { type: 'resign' }, ann.memberId)
  play(driver, { type: 'rematch' }, ann.memberId)
  play(driver, { type: 'give-up', game: 2, ply: 1 }, null)
  return driver
}

type Log = ReadonlyArray<RecordedEvent<RoomEvent>>

/** No command leads to `room.signalled`: the engine counts signals outside the rules. */
const recordSignals = (): Log => {
  const log = holdCall().log()
  const [first] = log
  const counts = [1, 31]
  const events = counts.map((count): RoomEvent => ({
    type: 'room.signalled',
    data: { from: ann.memberId, to: bob.memberId, kind: 'candidate', count, bytes: count * 120 },
  }))
  return [...log, ...recorded<RoomEvent>(events, log.length)].map((record) => ({
    ...record,
    room: first?.room ?? record.room,
  }))
}

/** No command leads to `room.closed`: an import appends it to the exported log. */
const importLog = (): Log => {
  const log = runDraw().log()
  return [
    ...log,
    ...recorded<RoomEvent>([{ type: 'room.closed', data: { reason: 'imported' } }], log.length),
  ].map((record) => ({ ...record, room: roomId('golden-imported') }))
}

/** The recorded sessions by file name. A changed session gets a new name, so that the log of the old one stays. */
export const goldenSessions: Readonly<Record<string, () => Log>> = {
  draw: () => runDraw().log(),
  cancelled: () => cancelDraws().log(),
  restarted: () => restartDuringDraw().log(),
  'taken-over': () => takeOverMembers().log(),
  relayed: () => relayEvents().log(),
  'private-mesh': () => fillPrivateMesh().log(),
  signalled: recordSignals,
  imported: importLog,
  game: () => playGame().log(),
  'game-with-ai': () => playAgainstComputer().log(),
  quizzed: () => runQuizzes().log(),
}
