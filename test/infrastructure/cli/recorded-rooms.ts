import type { Append } from '../../../src/application/ports/event-store.js'
import type { Cause } from '../../../src/domain/kernel/domain-event.js'
import { commandId, roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { RoomDriver } from '../../kit/index.js'
import { at, entering, openRules, person, roomDriver, seededEntropy, act } from '../../kit/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { randomPicker, type PickerCommand } from '../../../src/domain/activities/random-picker/index.js'

/** Secrets of the rooms, one of each kind, which no output has by default. */
export const canaries = {
  token: 'token-of-the-private-room',
  sessions: ['session-of-Ann', 'session-of-Pia'],
  connections: ['connection-1-of-Ann', 'connection-1-of-Pia'],
} as const

export const ann = person('Ann')
export const bob = person('Bob')
export const nina = person('Nina')
export const olaf = person('Olaf')
const pia = person('Pia')

const picker = (command: PickerCommand): RoomCommand => moduleCommand(randomPicker, command)

const relays = (event: string, payload: unknown): RoomCommand =>
  act('poll', { type: 'relay', event, payload })

const cause = (id: string): Cause => ({ id: commandId(id), digest: 'digest-of-a-command' })

const driverOf = (name: string): RoomDriver =>
  roomDriver({ room: roomId(name), entropy: seededEntropy(name) })

/** A completed draw and a cancelled one; at the end a member is away. */
export const main = (): RoomDriver => {
  const driver = driverOf('main')
  driver.send(entering(ann, 'picker', 'broadcaster', { activates: 'random-picker' }), ann.memberId)
  driver.send(entering(bob, 'picker', 'viewer'), bob.memberId)
  driver.clock.advance(250)
  driver.send(picker({ type: 'contribute', entropy: 'ab'.repeat(16) }), bob.memberId)
  const members = ['Ann', 'Bob', 'Cléo'].map((name) => ({ name }))
  driver.send(picker({ type: 'start', members, nonce: 'lucky' }), ann.memberId)
  driver.clock.advance(6_000)
  driver.send(picker({ type: 'start', members: [{ name: 'Ann' }, { name: 'Dee' }] }), ann.memberId)
  driver.clock.advance(250)
  driver.send(picker({ type: 'cancel' }), ann.memberId)
  driver.send(
    { type: 'disconnect', memberId: bob.memberId, connection: bob.connection, lost: true, graceMs: 15_000 },
    null,
  )
  return driver
}

/** A private room during a draw: only the log has the secret and the plan of the draw. */
export const secretRoom = (): RoomDriver => {
  const driver = driverOf('secret-room')
  const { token } = canaries
  driver.send(entering(pia, 'picker', 'broadcaster', { token, activates: 'random-picker' }), pia.memberId)
  driver.send(picker({ type: 'start', members: ['x', 'y', 'z'].map((name) => ({ name })) }), pia.memberId)
  driver.clock.advance(1_250)
  return driver
}

/** A relayed module; one member joins later and leaves earlier than the other. */
export const board = (history: 'own' | 'all' = 'own', name: string = 'board'): RoomDriver => {
  const driver = driverOf(name)
  const rules = { ...openRules, history }
  driver.send(entering(nina, 'native', 'member', { rules }), nina.memberId, null)
  driver.send({ type: 'activate', activity: 'poll', options: { question: '?' } }, nina.memberId)
  driver.send(relays('vote', { choice: 'before Olaf' }), nina.memberId, cause('1'))
  driver.clock.advance(1_000)
  driver.send(entering(olaf, 'native', 'member'), olaf.memberId)
  driver.clock.advance(2_000)
  driver.send(relays('vote', { choice: 'while Olaf was there' }), nina.memberId, cause('2'))
  driver.send({ type: 'leave', dialect: 'all', connection: null, reason: 'left' }, olaf.memberId)
  driver.clock.advance(4_000)
  driver.send(relays('vote', 'after Olaf\n\u001b[31m\u202e\u009b'), nina.memberId, cause('3'))
  driver.send(entering(at(nina, 2), 'native', 'member'), nina.memberId)
  return driver
}

/** The room as one append, as from the engine. */
export const appendOf = (driver: RoomDriver, { nextTimer } = builtInModel): Append => {
  const records = driver.log()
  const [first] = records
  const state = driver.state()
  if (first === undefined || state.phase === 'absent') throw new Error('this room has no events')
  return {
    room: first.room,
    epoch: first.epoch,
    expectedSeq: 0,
    records,
    due: nextTimer(state)?.at ?? null,
    occupied: state.members.length > 0,
    addedSessions: [],
    removedSessions: [],
  }
}
