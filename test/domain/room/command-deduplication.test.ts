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

describe('a command history', () => {
  property.prop([
    fc.uniqueArray(fc.tuple(ids, fc.integer({ min: 1, max: 4 })), { selector: ([id]) => id, maxLength: 120 }),
  ])('has the first and the last event of each command', (commands) => {
    const expected = new Map<string, CommandOutcome>()
    let history = emptyCommandHistory
    let seq = 0
    for (const [id, events] of commands) {
      const first = seq + 1
      for (let event = 0; event < events; event++) {
        history = frozen(rememberCommand(history, commandId(id), `digest of ${id}`, ++seq))
      }
      expected.set(id, { digest: `digest of ${id}`, first, seq })
      for (const [earlier, outcome] of expected)
        expect(findOutcome(history, commandId(earlier))).toEqual(outcome)
    }
    expect(findOutcome(history, commandId('unknown'))).toBeUndefined()
  })

  test('keeps at least the last 1 000 commands, and at most 25 more', () => {
    let history = emptyCommandHistory
    for (let n = 1; n <= 5_000; n++) {
      history = rememberCommand(history, commandId(`command-${n}`), '', n)
      expect(history.older.length + history.recent.length).toBeLessThanOrEqual(minRememberedCommands + 25)
      if (n % 97 !== 0) continue
      const oldest = Math.max(1, n - minRememberedCommands + 1)
      expect(findOutcome(history, commandId(`command-${oldest}`))).toEqual({
        digest: '',
        first: oldest,
        seq: oldest,
      })
    }
    expect(findOutcome(history, commandId('command-1'))).toBeUndefined()
  })

  property.prop([fc.array(fc.nat({ max: 4_000 }), { minLength: 1, maxLength: 8 })])(
    'gives the same outcomes when an earlier state is used again',
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
          const isDropped = n < 1 || n > moment || n <= moment - minRememberedCommands - 25
          const outcome = findOutcome(state, commandId(`command-${n}`))
          if (isKept) expect(outcome).toEqual({ digest: '', first: n, seq: n })
          if (isDropped) expect(outcome).toBeUndefined()
        }
        // A second continuation of the same state does not change the first.
        const branch = rememberCommand(state, commandId('other branch'), 'other', moment + 1)
        expect(findOutcome(branch, commandId('other branch'))?.digest).toBe('other')
        expect(findOutcome(state, commandId('other branch'))).toBeUndefined()
      }
    },
  )

  test('shares its older commands with the next history', () => {
    let history = emptyCommandHistory
    for (let n = 1; n <= 500; n++) history = rememberCommand(history, commandId(`command-${n}`), '', n)
    const next = rememberCommand(history, commandId('one more'), '', 501)
    expect(next.recent).toEqual([{ id: 'one more', digest: '', first: 501, seq: 501 }])
    expect(rememberCommand(next, commandId('and another'), '', 502).older).toBe(next.older)
  })
})

describe('the outcome of a command', () => {
  const cause = (id: string) => ({ id: commandId(id), digest: `digest of ${id}` })
  const outcomeFor = (driver: RoomDriver, id: string): CommandOutcome | undefined =>
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

  test('has the first and the last event of the command', () => {
    const driver = withAnn()
    driver.send({ type: 'activate', activity: 'random-picker', options: null }, ann.memberId, cause('open'))
    driver.send(start, ann.memberId, cause('start'))
    expect(outcomeFor(driver, 'open')).toEqual({ digest: 'digest of open', first: 4, seq: 5 })
    expect(outcomeFor(driver, 'start')).toEqual({ digest: 'digest of start', first: 6, seq: 7 })
  })

  test('is absent for a command that was rejected, wrote nothing, or was sent by another member', () => {
    const driver = withAnn()
    driver.send(start, ann.memberId, cause('rejected'))
    driver.send({ type: 'activate', activity: 'poll', options: null }, bob.memberId, cause('of bob'))
    driver.send({ type: 'activate', activity: 'poll', options: null }, ann.memberId, cause('no change'))
    for (const id of ['rejected', 'of bob', 'no change']) expect(outcomeFor(driver, id)).toBeUndefined()
  })

  test('remains while the member is away, and is dropped when it leaves', () => {
    const driver = withAnn()
    const { memberId, connection, session } = ann
    driver.send({ type: 'activate', activity: 'poll', options: null }, memberId, cause('open'))
    driver.send({ type: 'disconnect', memberId, connection, lost: true, graceMs: 100 })
    driver.send({ type: 'recover', graceMs: 100 })
    expect(outcomeFor(driver, 'open')).toBeDefined()
    driver.send({ type: 'resume', memberId, connection, session })
    expect(outcomeFor(driver, 'open')).toBeDefined()
    driver.send({ type: 'leave', dialect: 'all', connection, reason: 'left' }, memberId)
    driver.send(entering(ann, 'native', 'member'))
    expect(outcomeFor(driver, 'open')).toBeUndefined()
  })
})
