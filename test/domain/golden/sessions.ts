import type { Question, QuizCommand } from '../../../src/domain/activities/telequiz/index.js'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import { commandId, roomId } from '../../../src/domain/kernel/ids.js'
import { canonicalJson } from '../../../src/domain/kernel/json.js'
import type { RoomCommand, RoomEvent } from '../../../src/domain/room/index.js'
import type { Person, RoomDriver } from '../../kit/index.js'
import { at, entering, person, recorded, roomDriver, seededEntropy } from '../../kit/index.js'
import { goldenGames } from './games.js'
import { type Relay } from '../../../src/domain/activities/relay/index.js'
import { type PickerCommand } from '../../../src/domain/activities/random-picker/index.js'

/** The sessions that were recorded. A session that changes is a new one under a new name: the old log stays. */
const [ann, bob, cléo] = [person('ann', 'user-a'), person('bob', 'user-b'), person('cléo')]
const graceMs = 15_000

const driverOf = (name: string): RoomDriver =>
  roomDriver({ room: roomId(`golden-${name}`), entropy: seededEntropy(`golden ${name}`) })

/** Sends with a command id, as clients do that want to repeat it safely. */
const sendOnce = (driver: RoomDriver, id: string, command: RoomCommand, who: Person): void => {
  driver.send(command, who.memberId, { id: commandId(id), digest: `digest of ${canonicalJson(command)}` })
}

const act = (command: PickerCommand): RoomCommand => ({
  type: 'act',
  module: 'random-picker',
  command,
})

const relay = (module: string, command: Relay): RoomCommand => ({ type: 'act', module, command })

const lost = ({ memberId, connection }: Person): RoomCommand => ({
  type: 'disconnect',
  memberId,
  connection,
  lost: true,
  graceMs,
})

const led = (name: string): RoomDriver => {
  const driver = driverOf(name)
  driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }))
  driver.clock.advance(1_234)
  driver.send(entering(bob, 'picker', 'viewer'))
  driver.send(entering(cléo, 'native', 'member'))
  return driver
}

const four = [{ name: 'Ann' }, { id: 'b', name: 'Bob' }, { name: 'Cléo' }, { id: '名', name: '名前 🎲' }]

const draw = (): RoomDriver => {
  const driver = led('draw')
  driver.send(act({ type: 'contribute', entropy: '0123456789abcdef'.repeat(2) }), bob.memberId)
  driver.clock.advance(500)
  sendOnce(driver, 'c-1', act({ type: 'contribute', entropy: 'FF'.repeat(32) }), cléo)
  sendOnce(driver, 's-1', act({ type: 'start', members: four, nonce: 'glück' }), ann)
  driver.clock.advance(2_050)
  driver.send(entering(person('dee'), 'picker', 'viewer'))
  driver.clock.advance(10_000)
  sendOnce(driver, 's-2', act({ type: 'start', members: [{ name: 'Alone' }] }), ann)
  driver.clock.advance(5_000)
  return driver
}

const cancelled = (): RoomDriver => {
  const driver = led('cancelled')
  driver.send(act({ type: 'start', members: four }), ann.memberId)
  driver.clock.advance(1_250)
  driver.send(act({ type: 'cancel' }), ann.memberId)
  driver.send(act({ type: 'start', members: four }), ann.memberId)
  driver.clock.advance(150)
  driver.send({ type: 'deactivate', activity: 'random-picker' }, ann.memberId)
  driver.clock.advance(60_000)
  driver.send({ type: 'activate', activity: 'random-picker', options: { why: 'again' } }, bob.memberId)
  return driver
}

const restarted = (): RoomDriver => {
  const driver = led('restarted')
  driver.send(act({ type: 'start', members: four }), ann.memberId)
  driver.clock.advance(1_720)
  // The server is away for two seconds and a half; what came due meanwhile is decided at once, late.
  driver.clock.standStill(2_500)
  driver.send({ type: 'recover', graceMs })
  const { memberId, session, connection } = at(ann, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  driver.clock.advance(60_000)
  return driver
}

const takenOver = (): RoomDriver => {
  const driver = led('taken-over')
  driver.send(lost(ann))
  driver.clock.advance(3_000)
  driver.send(entering(bob, 'picker', 'broadcaster'))
  const { memberId, session, connection } = at(ann, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  // What the old connection still has to say is heard by nobody.
  driver.send(lost(ann))
  driver.send({ type: 'expel', target: memberId }, bob.memberId)
  driver.send(lost(bob))
  driver.clock.advance(1_000)
  driver.send(entering({ ...person('bob elsewhere', 'user-b'), name: 'bob' }, 'picker', 'viewer'))
  driver.send({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, bob.memberId)
  return driver
}

const relayed = (): RoomDriver => {
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

const privateMesh = (): RoomDriver => {
  const driver = driverOf('private-mesh')
  const token = 'open sesame'
  driver.send({ type: 'create', token, rules: { maxPeers: 2, history: 'all' } })
  driver.send(entering(ann, 'mesh', 'peer', { token }))
  driver.send(entering(bob, 'mesh', 'peer', { token }))
  driver.send(entering(cléo, 'mesh', 'peer', { token: 'guessed' }))
  driver.send(lost(bob))
  driver.clock.advance(100)
  driver.send(entering(cléo, 'mesh', 'peer', { token }))
  driver.send(lost(ann))
  driver.clock.advance(graceMs)
  return driver
}

/** A call of three vocabularies, in which a party's user comes again from elsewhere, and a module that relays. */
const called = (): RoomDriver => {
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

/** A quiz over a restart in which a question closes late, and another whose host leaves, and which is turned off. */
const quizzed = (): RoomDriver => {
  const driver = driverOf('quizzed')
  const say = (command: QuizCommand): RoomCommand => ({ type: 'act', module: 'telequiz', command })
  const on: RoomCommand = { type: 'activate', activity: 'telequiz', options: { for: 'Friday' } }
  for (const who of [ann, bob]) driver.send(entering(who, 'party', 'user'))
  driver.send(entering(cléo, 'native', 'member'))
  driver.send(on, ann.memberId)
  sendOnce(driver, 'q-1', say({ type: 'start-quiz', questions }), ann)
  driver.clock.advance(1_250)
  driver.send(say({ type: 'give-answer', choice: 1, question: 1 }), bob.memberId)
  sendOnce(driver, 'a-1', say({ type: 'give-answer', choice: 0 }), cléo)
  driver.send(say({ type: 'give-answer', choice: 2, question: 2 }), bob.memberId)
  driver.clock.advance(12_000)
  driver.send(say({ type: 'give-answer', choice: 0, question: 2 }), cléo.memberId)
  driver.clock.standStill(60_000)
  driver.send({ type: 'recover', graceMs })
  const { memberId, session, connection } = at(bob, 2)
  driver.send({ type: 'resume', memberId, session, connection })
  driver.clock.advance(graceMs)
  driver.send({ type: 'deactivate', activity: 'telequiz' }, memberId)
  driver.send(on, memberId)
  driver.send(say({ type: 'start-quiz', questions }), memberId)
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

type Log = ReadonlyArray<RecordedEvent<RoomEvent>>

/** What went from one to another is counted beside the rules, so no command of theirs leads to it. */
const signalled = (): Log => {
  const log = called().log()
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

/** A log that was exported and imported ends with this, which no command leads to. */
const imported = (): Log => {
  const log = draw().log()
  return [
    ...log,
    ...recorded<RoomEvent>([{ type: 'room.closed', data: { reason: 'imported' } }], log.length),
  ].map((record) => ({ ...record, room: roomId('golden-imported') }))
}

export const goldenSessions: Readonly<Record<string, () => Log>> = {
  draw: () => draw().log(),
  cancelled: () => cancelled().log(),
  restarted: () => restarted().log(),
  'taken-over': () => takenOver().log(),
  relayed: () => relayed().log(),
  'private-mesh': () => privateMesh().log(),
  signalled,
  imported,
  ...goldenGames,
  quizzed: () => quizzed().log(),
}
