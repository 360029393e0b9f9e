import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { QuizCommand } from '../../../../src/domain/activities/telequiz/index.js'
import { pauseMs, telequiz } from '../../../../src/domain/activities/telequiz/index.js'
import type { RoomCommand } from '../../../../src/domain/room/index.js'
import { entering, firstInstant, membersOf, playedActivity, roomDriver } from '../../../kit/index.js'
import {
  ann,
  annsPhone,
  answering,
  bob,
  cy,
  eventsOf,
  dataOf,
  quizDriver,
  quizSessions,
  startOf,
  two,
  typesOf,
} from './quizzes.js'

describe('a quiz', () => {
  test('asks each question, closes it by the timer, records scores, pauses, and finishes after the last', () => {
    const driver = quizDriver()
    driver.send(startOf(two), ann.memberId)
    driver.clock.advance(2_500)
    driver.send(answering(1), bob.memberId)
    driver.clock.advance(2_500)
    driver.send(answering(0), cy.memberId)
    driver.clock.advance(5_000 + pauseMs)
    driver.send(answering(0), cy.memberId)
    driver.clock.advance(20_000)
    expect(typesOf(driver)).toEqual([
      'opened',
      'question',
      'answered',
      'answered',
      'closed',
      'scores',
      'question',
      'answered',
      'closed',
      'scores',
      'finished',
    ])
    expect(driver.log().map(({ at }) => at - firstInstant)).toEqual([
      0, 0, 2_500, 5_000, 10_000, 10_000, 13_000, 13_000, 33_000, 33_000, 33_000,
    ])
    expect(dataOf('telequiz.closed', driver)).toEqual([
      { number: 1, answer: 1, counts: [1, 1, 0] },
      { number: 2, answer: 0, counts: [1, 0] },
    ])
    // A right answer with three quarters of the time left, and one at once.
    const last = [
      { user: cy.memberId, score: 1_000 },
      { user: 'user-b', score: 875 },
    ]
    expect(dataOf('telequiz.scores', driver)).toEqual([
      {
        number: 1,
        table: [
          { user: 'user-b', score: 875 },
          { user: cy.memberId, score: 0 },
        ],
      },
      { number: 2, table: last },
    ])
    expect(dataOf('telequiz.finished', driver)).toEqual([{ table: last }])
    expect(driver.state()).toEqual({
      host: { member: ann.memberId, userId: 'user-a' },
      phase: { type: 'finished' },
      table: last,
    })
  })

  test('starts again with an empty table', () => {
    const driver = quizDriver()
    driver.send(startOf([two[0]]), ann.memberId)
    driver.send(answering(1), bob.memberId)
    driver.clock.advance(10_000)
    driver.send(startOf([two[1]]), ann.memberId)
    driver.clock.advance(20_000)
    expect(dataOf('telequiz.finished', driver)).toEqual([
      { table: [{ user: 'user-b', score: 1_000 }] },
      { table: [] },
    ])
  })

  test('that was suspended during a question closes it once and keeps the pause and the time of the next', () => {
    const driver = quizDriver()
    driver.send(startOf(two), ann.memberId)
    driver.clock.advance(4_000)
    driver.clock.standStill(600_000)
    driver.clock.advance(pauseMs)
    const questions = eventsOf('telequiz.question', driver)
    expect(typesOf(driver)).toEqual(['opened', 'question', 'closed', 'scores', 'question'])
    expect(questions[1]?.data.closesAt).toBe(firstInstant + 604_000 + pauseMs + 20_000)
  })

  test('that was suspended in a pause asks the next question once, with its whole time', () => {
    const driver = quizDriver()
    driver.send(startOf(two), ann.memberId)
    driver.clock.advance(10_000 + pauseMs - 1)
    driver.clock.standStill(600_000)
    expect(typesOf(driver).at(-1)).toBe('scores')
    driver.clock.advance(0)
    expect(typesOf(driver)).toEqual(['opened', 'question', 'closed', 'scores', 'question'])
    const [, second] = eventsOf('telequiz.question', driver)
    expect(second?.data.closesAt).toBe(firstInstant + 10_000 + pauseMs - 1 + 600_000 + 20_000)
  })

  test('continues without its host and without any member', () => {
    const driver = quizDriver()
    driver.send(startOf(two), ann.memberId)
    driver.setMembers(membersOf(bob))
    driver.send(answering(1), bob.memberId)
    driver.setMembers([])
    driver.clock.advance(60_000)
    expect(dataOf('telequiz.finished', driver)).toEqual([{ table: [{ user: 'user-b', score: 1_000 }] }])
  })
})

describe('deactivating a quiz', () => {
  test('finishes it with the current table and does not reveal the answer of the open question', () => {
    const driver = quizDriver()
    driver.send(startOf(two), ann.memberId)
    driver.send(answering(1), bob.memberId)
    driver.clock.advance(10_000 + pauseMs)
    driver.send(answering(0), bob.memberId)
    driver.setActive(false, annsPhone.memberId)
    driver.clock.advance(600_000)
    expect(typesOf(driver).slice(-4)).toEqual(['scores', 'question', 'answered', 'finished'])
    expect(dataOf('telequiz.finished', driver)).toEqual([{ table: [{ user: 'user-b', score: 1_000 }] }])
    expect(driver.state().secret).toBeUndefined()
  })

  test('is allowed to its host and, without the host in the room, to any member', () => {
    const driver = quizDriver()
    driver.setActive(false, bob.memberId)
    expect(driver.isOn()).toBe(true)
    driver.setMembers(membersOf(bob, cy))
    driver.setActive(false, bob.memberId)
    expect(driver.isOn()).toBe(false)
    driver.setActive(true, bob.memberId)
    driver.setMembers(membersOf(ann, bob, cy))
    driver.send(startOf(two), ann.memberId)
    expect(driver.steps().at(-1)?.decision).toEqual({
      _tag: 'Left',
      left: { type: 'access-denied', cause: 'host' },
    })
    driver.send(startOf(two), bob.memberId)
    expect(typesOf(driver)).toEqual(['opened', 'opened', 'question'])
  })
})

test('a quiz that was stopped by a failure is finished when a member activates it again', () => {
  const driver = roomDriver()
  const act = (command: QuizCommand): RoomCommand => ({ type: 'act', module: 'telequiz', command })
  const activate: RoomCommand = { type: 'activate', activity: 'telequiz', options: null }
  for (const member of [ann, bob]) driver.send(entering(member, 'party', 'user'))
  driver.send(activate, ann.memberId)
  driver.send(act(startOf(two)), ann.memberId)
  driver.send({ type: 'fail', activity: 'telequiz' })
  driver.send(activate, bob.memberId)
  driver.clock.advance(600_000)
  driver.send(act(answering(1)), ann.memberId)
  expect(driver.steps().at(-1)?.decision).toMatchObject({ left: { rejection: { type: 'no-quiz' } } })
  const types = driver.log().flatMap(({ type }) => (type.startsWith('telequiz.') ? [type] : []))
  expect(types.map((type) => type.replace('telequiz.', ''))).toEqual([
    'opened',
    'question',
    'finished',
    'opened',
  ])
})

describe('in any session of a quiz', () => {
  property.prop([quizSessions])(
    'each question is asked once and closed at most once, never early',
    (session) => {
      const driver = playedActivity(telequiz, session)
      let open: { readonly number: number; readonly closesAt: number } | null = null
      let closed = 0
      for (const { type, data, at, by } of driver.log()) {
        if (type === 'telequiz.question') {
          expect(open).toBeNull()
          if (data.number > 1) expect(data.number).toBe(closed + 1)
          open = data
        }
        if (type === 'telequiz.answered') expect(data.number).toBe(open?.number)
        if (type === 'telequiz.closed') {
          expect(data.number).toBe(open?.number)
          expect(at).toBeGreaterThanOrEqual(open?.closesAt ?? Infinity)
          expect(by).toBeNull()
          closed = data.number
          open = null
        }
        if (type === 'telequiz.finished') open = null
      }
    },
  )

  property.prop([quizSessions])('a table has each user once, in order, with possible points', (session) => {
    const driver = playedActivity(telequiz, session)
    for (const { data } of eventsOf('telequiz.scores', driver)) {
      const { number, table } = data
      expect(new Set(table.map(({ user }) => user)).size).toBe(table.length)
      for (const [place, { score }] of table.entries()) {
        expect(Number.isInteger(score)).toBe(true)
        expect(score).toBeGreaterThanOrEqual(0)
        expect(score).toBeLessThanOrEqual(1_000 * number)
        expect(score).toBeLessThanOrEqual(table[place - 1]?.score ?? Infinity)
      }
    }
  })

  test('many sessions have answers and reach the end', () => {
    const logs = fc
      .sample(quizSessions, { seed: 4, numRuns: 200 })
      .map((session) => playedActivity(telequiz, session).log())
    const countWith = (type: string) => logs.filter((log) => log.some((event) => event.type === type)).length
    expect(countWith('telequiz.finished')).toBeGreaterThan(60)
    expect(countWith('telequiz.answered')).toBeGreaterThan(60)
  })
})
