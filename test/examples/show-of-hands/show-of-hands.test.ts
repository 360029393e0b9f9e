import fc from 'fast-check'
import {
  activityDriver,
  contextOf,
  firstInstant,
  givenActivity,
  membersOf,
  person,
  type ActivityDriver,
} from 'roomreel/testing'
import { activityContract } from 'roomreel/testing/contract/activity'
import { describe, expect, test } from 'vitest'
import type { HandsCommand, HandsEvent, HandsState } from './index.js'
import { showOfHands } from './index.js'

const [ann, bob, cy] = [person('ann'), person('bob'), person('cy')]
const everyone = membersOf(ann, bob, cy)

const question: HandsCommand = { type: 'ask', question: 'Tea?', seconds: 20, secret: false }
const secretQuestion: HandsCommand = { ...question, secret: true }

describe('a show of hands', () => {
  const given = givenActivity(showOfHands, everyone)
  const closesAt = firstInstant + 20_000
  const asked: HandsEvent = {
    type: 'show-of-hands.asked',
    data: { question: 'Tea?', isSecret: false, closesAt },
  }
  const bobs = { who: bob.memberId, isSecret: false }

  test('opens with the instant of its end', () => {
    given().when(contextOf(question, ann.memberId)).then(asked)
  })

  test('rejects a second question with question-open', () => {
    given(asked).when(contextOf(question, bob.memberId)).thenRejected({ type: 'question-open' })
  })

  test('counts a hand once when it is raised twice', () => {
    given(asked)
      .when(contextOf({ type: 'raise' }, bob.memberId))
      .then({ type: 'show-of-hands.raised', data: bobs })
    given(asked, { type: 'show-of-hands.raised', data: bobs })
      .when(contextOf({ type: 'raise' }, bob.memberId))
      .thenNothing()
  })

  test('closes at its end, and not before, with the raised hands', () => {
    const past = given(asked, { type: 'show-of-hands.raised', data: bobs })
    past.when(contextOf({ type: 'close' }, ann.memberId, { at: closesAt - 1 })).thenNothing()
    past.when(contextOf({ type: 'close' }, null, { at: closesAt })).then({
      type: 'show-of-hands.closed',
      data: { raised: [bob.memberId], count: 1, of: 3 },
    })
  })
})

type Driver = ActivityDriver<HandsState, HandsCommand, HandsEvent>

const roomAsking = (command: HandsCommand): Driver => {
  const driver = activityDriver(showOfHands)
  driver.setMembers(everyone)
  driver.setActive(true, ann.memberId)
  driver.send(command, ann.memberId)
  return driver
}

describe('in a room', () => {
  test('the hand of a member that leaves does not count', () => {
    const driver = roomAsking(question)
    for (const { memberId } of [ann, bob, cy]) driver.send({ type: 'raise' }, memberId)
    driver.leave({ memberId: bob.memberId, isGone: true, reason: 'left' }, bob.memberId)
    driver.clock.advance(20_000)
    const raised = [ann.memberId, cy.memberId]
    expect(driver.state()).toEqual({ type: 'idle', last: { raised, count: 2, of: 2 } })
  })

  test('a secret vote shows a member only its own hand', () => {
    const driver = roomAsking(secretQuestion)
    for (const { memberId } of [bob, cy]) driver.send({ type: 'raise' }, memberId)
    const handsFor = (id: typeof ann.memberId): unknown => {
      const seen = showOfHands.redactState({ type: 'member', id }, driver.state())
      return seen.type === 'open' ? seen.hands : null
    }
    expect([ann, bob, cy].map(({ memberId }) => handsFor(memberId))).toEqual([
      [],
      [bob.memberId],
      [cy.memberId],
    ])
  })

  test('a deactivation during a question leaves no result', () => {
    const driver = roomAsking(secretQuestion)
    driver.send({ type: 'raise' }, bob.memberId)
    driver.setActive(false, cy.memberId)
    expect(driver.state()).toEqual({ type: 'idle', last: null })
  })

  test('the result has the members that raised a hand, did not lower it and did not leave', () => {
    const acts = fc.array(
      fc.record({
        who: fc.constantFrom(ann, bob, cy),
        what: fc.constantFrom('raise' as const, 'lower' as const, 'leave' as const),
        afterMs: fc.nat({ max: 1_000 }),
      }),
      { maxLength: 15 },
    )
    fc.assert(
      fc.property(acts, fc.boolean(), (all, secret) => {
        const driver = roomAsking({ ...question, secret })
        const up = new Set<string>()
        const here = new Set<string>([ann, bob, cy].map(({ memberId }) => memberId))
        for (const { who, what, afterMs } of all) {
          const { memberId } = who
          driver.clock.advance(afterMs)
          if (!here.has(memberId)) continue
          if (what === 'leave') driver.leave({ memberId, isGone: true, reason: 'left' }, memberId)
          else driver.send({ type: what }, memberId)
          if (what === 'leave') here.delete(memberId)
          if (what === 'raise') up.add(memberId)
          else up.delete(memberId)
        }
        driver.clock.advance(20_000)
        const last = { raised: [...up], count: up.size, of: here.size }
        expect(driver.state()).toEqual({ type: 'idle', last })
      }),
    )
  })
})

describe('a show of hands keeps the promises of an activity:', () => {
  const commands = fc.oneof(
    fc.record({
      type: fc.constant('ask' as const),
      question: fc.string({ minLength: 1, maxLength: 200 }),
      seconds: fc.constantFrom(1, 1.5, 5, 600),
      secret: fc.boolean(),
    }),
    fc.constantFrom<HandsCommand>({ type: 'raise' }, { type: 'raise' }, { type: 'lower' }, { type: 'close' }),
  )
  for (const { promise, check } of activityContract(showOfHands, { commands })) test(promise, check)
})
