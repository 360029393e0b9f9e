import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { RoomView } from '../../../../src/domain/kernel/activity.js'
import type { Person } from '../../../kit/index.js'
import { membersOf, person } from '../../../kit/index.js'
import { answering, quizDriver, startOf, two } from './quizzes.js'

/** Devices and their users. A device's user can become known later, because not every protocol asks for it. */
const devices = [
  { device: person('ann'), user: 'user-a' },
  { device: person("ann's phone"), user: 'user-a' },
  { device: person('bob'), user: 'user-b' },
  { device: person("bob's phone"), user: 'user-b' },
  { device: person('cy'), user: 'user-c' },
] as const

type Device = (typeof devices)[number]
const [ann, annsPhone, bob, bobsPhone, cy] = devices

const roomOf = (known: ReadonlySet<Device>): RoomView['members'] =>
  membersOf(
    ...devices.map((each): Person => ({ ...each.device, userId: known.has(each) ? each.user : null })),
  )

const startQuiz = (known: ReadonlySet<Device>) => {
  const driver = quizDriver(roomOf(known))
  driver.send(startOf(two), ann.device.memberId)
  return driver
}

type Driver = ReturnType<typeof quizDriver>

const answer = (driver: Driver, { device }: Device): string => {
  driver.send(answering(1), device.memberId)
  const decision = driver.steps().at(-1)?.decision
  return decision?._tag === 'Left' ? decision.left.type : 'answered'
}

describe('a member whose user becomes known during a quiz', () => {
  test('has answered for the other devices of the user', () => {
    const driver = startQuiz(new Set([ann, bobsPhone]))
    expect(answer(driver, bob)).toBe('answered')
    driver.setMembers(roomOf(new Set([ann, bob, bobsPhone])))
    expect(answer(driver, bobsPhone)).toBe('question-answered')
  })

  test('hosts from every device of the host’s user, and plays from none of them', () => {
    const driver = startQuiz(new Set([annsPhone]))
    driver.setMembers(roomOf(new Set([ann, annsPhone])))
    expect(answer(driver, annsPhone)).toBe('quiz-host')
    driver.setActive(false, cy.device.memberId)
    expect(driver.isOn()).toBe(true)
    driver.setActive(false, annsPhone.device.memberId)
    expect(driver.isOn()).toBe(false)
  })

  const turns = fc.array(
    fc.record({ who: fc.constantFrom(...devices), sends: fc.constantFrom('its user', 'an answer') }),
    { maxLength: 12 },
  )

  property.prop([fc.subarray([...devices]), turns])(
    'only one of the known devices of a user answers a question, and no device of the host',
    (first, all) => {
      const known = new Set<Device>(first)
      const driver = startQuiz(known)
      const accepted: Array<{ readonly by: Device; readonly wasKnown: boolean }> = []
      const areSameUser = (one: Device, other: Device): boolean =>
        one === other || (known.has(one) && known.has(other) && one.user === other.user)
      for (const { who, sends } of all) {
        if (sends === 'its user') {
          known.add(who)
          driver.setMembers(roomOf(known))
          continue
        }
        const isSecond = accepted.some(
          ({ by, wasKnown }) => areSameUser(by, who) || (wasKnown && known.has(who) && by.user === who.user),
        )
        const expected = areSameUser(ann, who) ? 'quiz-host' : isSecond ? 'question-answered' : 'answered'
        expect(answer(driver, who)).toBe(expected)
        if (expected === 'answered') accepted.push({ by: who, wasKnown: known.has(who) })
      }
    },
  )
})
