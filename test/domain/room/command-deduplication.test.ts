import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { commandId } from '../../../src/domain/kernel/ids.js'
import { outcomeOf } from '../../../src/domain/room/index.js'
import type { CommandOutcome } from '../../../src/domain/room/command-deduplication.js'
import {
  findOutcome,
  minRememberedCommands,
  emptyCommandHistory,
  rememberCommand,
} from '../../../src/domain/room/command-deduplication.js'
import type { RoomDriver } from '../../kit/index.js'
import { entering, everybody, frozen, nastyNames, roomDriver } from '../../kit/index.js'

const [ann, , bob] = everybody
const ids = fc.oneof(fc.constantFrom(...nastyNames, '1', '2'), fc.string({ maxLength: 4 }))

describe('the answers that are kept', () => {
  property.prop([
    fc.uniqueArray(fc.tuple(ids, fc.integer({ min: 1, max: 4 })), { selector: ([id]) => id, maxLength: 120 }),
  ])('say for each command where its events begin and end', (commands) => {
    const expected = new Map<string, CommandOutcome>()
    let answered = emptyCommandHistory
    let seq = 0
    for (const [id, events] of commands) {
      const first = seq + 1
      for (let event = 0; event < events; event++) {
        answered = frozen(rememberCommand(answered, commandId(id), `digest of ${id}`, ++seq))
      }
      expected.set(id, { digest: `digest of ${id}`, first, seq })
      for (const [earlier, answer] of expected)
        expect(findOutcome(answered, commandId(earlier))).toEqual(answer)
    }
    expect(findOutcome(answered, commandId('never asked'))).toBeUndefined()
  })

  test('are the last thousand at least, and never many more', () => {
    let answered = emptyCommandHistory
    for (let n = 1; n <= 5_000; n++) {
      answered = rememberCommand(answered, commandId(`command-${n}`), '', n)
      expect(answered.older.length + answered.recent.length).toBeLessThanOrEqual(minRememberedCommands + 25)
      if (n % 97 !== 0) continue
      const oldest = Math.max(1, n - minRememberedCommands + 1)
      expect(findOutcome(answered, commandId(`command-${oldest}`))).toEqual({
        digest: '',
        first: oldest,
        seq: oldest,
      })
    }
    expect(findOutcome(answered, commandId('command-1'))).toBeUndefined()
  })

  property.prop([fc.array(fc.nat({ max: 4_000 }), { minLength: 1, maxLength: 8 })])(
    'are the same in a state that is gone back to as they were when it was new',
    (moments) => {
      const states = [emptyCommandHistory]
      for (let n = 1; n <= 4_000; n++) {
        states.push(rememberCommand(states.at(-1) ?? emptyCommandHistory, commandId(`command-${n}`), '', n))
      }
      for (const moment of moments) {
        const state = states[moment] ?? emptyCommandHistory
        for (const n of [
          1,
          moment - minRememberedCommands - 26,
          moment - minRememberedCommands + 1,
          moment,
          moment + 1,
          moment + 30,
        ]) {
          const isKept = n >= 1 && n <= moment && n > moment - minRememberedCommands
          const isGone = n < 1 || n > moment || n <= moment - minRememberedCommands - 25
          const answer = findOutcome(state, commandId(`command-${n}`))
          if (isKept) expect(answer).toEqual({ digest: '', first: n, seq: n })
          if (isGone) expect(answer).toBeUndefined()
        }
        // Another way on from there is another list.
        const on = rememberCommand(state, commandId('elsewhere'), 'other', moment + 1)
        expect(findOutcome(on, commandId('elsewhere'))?.digest).toBe('other')
        expect(findOutcome(state, commandId('elsewhere'))).toBeUndefined()
      }
    },
  )

  test('share what is old: one more copies a short list and not all', () => {
    let answered = emptyCommandHistory
    for (let n = 1; n <= 500; n++) answered = rememberCommand(answered, commandId(`command-${n}`), '', n)
    const next = rememberCommand(answered, commandId('one more'), '', 501)
    expect(next.recent).toEqual([{ id: 'one more', digest: '', first: 501, seq: 501 }])
    expect(rememberCommand(next, commandId('and another'), '', 502).older).toBe(next.older)
  })
})

describe('a member', () => {
  const cause = (id: string) => ({ id: commandId(id), digest: `digest of ${id}` })
  const answerOf = (driver: RoomDriver, id: string): CommandOutcome | undefined =>
    outcomeOf(driver.state(), ann.memberId, commandId(id))
  const start = {
    type: 'act',
    module: 'random-picker',
    command: { type: 'start', members: [{ name: 'Ann' }], nonce: 'lucky' },
  } as const
  const withAnn = (): RoomDriver => {
    const driver = roomDriver()
    driver.send(entering(ann, 'native', 'member'))
    driver.send(entering(bob, 'native', 'member'))
    return driver
  }

  test('has the answer to a command from its first event to its last', () => {
    const driver = withAnn()
    driver.send({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId, cause('open'))
    driver.send(start, ann.memberId, cause('start'))
    expect(answerOf(driver, 'open')).toEqual({ digest: 'digest of open', first: 4, seq: 5 })
    expect(answerOf(driver, 'start')).toEqual({ digest: 'digest of start', first: 6, seq: 7 })
  })

  test('has none for a command that was refused, that wrote nothing, or that was another member’s', () => {
    const driver = withAnn()
    driver.send(start, ann.memberId, cause('refused'))
    driver.send({ type: 'activate', activity: 'poll', options: null }, bob.memberId, cause('of bob'))
    driver.send({ type: 'activate', activity: 'poll', options: null }, ann.memberId, cause('no change'))
    for (const id of ['refused', 'of bob', 'no change']) expect(answerOf(driver, id)).toBeUndefined()
  })

  test('keeps its answers while it is away, and loses them when it leaves', () => {
    const driver = withAnn()
    const { memberId, connection, session } = ann
    driver.send({ type: 'activate', activity: 'poll', options: null }, memberId, cause('open'))
    driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs: 100 })
    driver.send({ type: 'recover', graceMs: 100 })
    expect(answerOf(driver, 'open')).toBeDefined()
    driver.send({ type: 'resume', memberId, connection, session })
    expect(answerOf(driver, 'open')).toBeDefined()
    driver.send({ type: 'leave', dialect: 'all', connection, reason: 'left' }, memberId)
    driver.send(entering(ann, 'native', 'member'))
    expect(answerOf(driver, 'open')).toBeUndefined()
  })
})
