import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { RoomView } from '../../../../src/domain/kernel/activity.js'
import type { Person } from '../../../kit/index.js'
import { membersOf, person } from '../../../kit/index.js'
import { answering, quizDriver, startOf, two } from './quizzes.js'

/** Two devices each, and whose they are. Who a member is may be known only later: one way in asks, another does not. */
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
  membersOf(...devices.map((one): Person => ({ ...one.device, userId: known.has(one) ? one.user : null })))

const begun = (known: ReadonlySet<Device>) => {
  const driver = quizDriver(roomOf(known))
  driver.send(startOf(two), ann.device.memberId)
  return driver
}

type Driver = ReturnType<typeof quizDriver>

const answers = (driver: Driver, { device }: Device): string => {
  driver.send(answering(1), device.memberId)
  const decision = driver.steps().at(-1)?.decision
  return decision?._tag === 'Left' ? decision.left.type : 'answered'
}

describe('who has said only meanwhile which user it is', () => {
  test('has answered for that user’s other devices, too', () => {
    const driver = begun(new Set([ann, bobsPhone]))
    expect(answers(driver, bob)).toBe('answered')
    driver.meet(roomOf(new Set([ann, bob, bobsPhone])))
    expect(answers(driver, bobsPhone)).toBe('question-answered')
  })

  test('hosts from that user’s other devices, too, and plays from none of them', () => {
    const driver = begun(new Set([annsPhone]))
    driver.meet(roomOf(new Set([ann, annsPhone])))
    expect(answers(driver, annsPhone)).toBe('quiz-host')
    driver.turn(false, cy.device.memberId)
    expect(driver.isOn()).toBe(true)
    driver.turn(false, annsPhone.device.memberId)
    expect(driver.isOn()).toBe(false)
  })

  const turns = fc.array(
    fc.record({ who: fc.constantFrom(...devices), says: fc.constantFrom('its user', 'an answer') }),
    { maxLength: 12 },
  )

  property.prop([fc.subarray([...devices]), turns])(
    'no two devices that are known to be one user’s answer the same question, and no host’s does',
    (first, all) => {
      const known = new Set<Device>(first)
      const driver = begun(known)
      const given: Array<{ readonly by: Device; readonly wasKnown: boolean }> = []
      const areOne = (one: Device, other: Device): boolean =>
        one === other || (known.has(one) && known.has(other) && one.user === other.user)
      for (const { who, says } of all) {
        if (says === 'its user') {
          known.add(who)
          driver.meet(roomOf(known))
          continue
        }
        const isSecond = given.some(
          ({ by, wasKnown }) => areOne(by, who) || (wasKnown && known.has(who) && by.user === who.user),
        )
        const expected = areOne(ann, who) ? 'quiz-host' : isSecond ? 'question-answered' : 'answered'
        expect(answers(driver, who)).toBe(expected)
        if (expected === 'answered') given.push({ by: who, wasKnown: known.has(who) })
      }
    },
  )
})
