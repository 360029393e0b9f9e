import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activityContract } from '../../contract/activity.js'
import { activityDriver, contextOf, firstInstant, givenActivity, person } from '../../kit/index.js'
import type { ApplauseCommand } from './index.js'
import { applause } from './index.js'
import { roomModel } from '../../../src/plugins.js'

const ann = person('Ann').memberId
const bob = person('Bob').memberId

describe('applause', () => {
  const given = givenActivity(applause)
  const began = { type: 'applause.began', data: { until: firstInstant + 10_000 } } as const
  const annClapped = { type: 'applause.clapped', data: { by: ann } } as const

  test('begins with its planned end', () => {
    given()
      .when(contextOf({ type: 'begin' }, ann))
      .then(began)
  })

  test('counts another clap of the same member one second later', () => {
    const past = given(began, annClapped)
    past.when(contextOf({ type: 'clap' }, ann, { at: firstInstant + 999 })).thenNothing()
    past.when(contextOf({ type: 'clap' }, ann, { at: firstInstant + 1_000 })).then(annClapped)
  })

  test('rejects a clap before it begins with no-applause', () => {
    given()
      .when(contextOf({ type: 'clap' }, ann))
      .thenRejected({ type: 'no-applause' })
  })

  test('ends after ten seconds with the number of claps', () => {
    const driver = activityDriver(applause)
    driver.setActive(true, ann)
    driver.send({ type: 'begin' }, ann)
    driver.send({ type: 'clap' }, ann)
    driver.send({ type: 'clap' }, bob)
    driver.send({ type: 'end' }, bob)
    driver.clock.advance(9_999)
    expect(driver.state().type).toBe('loud')
    driver.clock.advance(1)
    expect(driver.state()).toEqual({ type: 'quiet', lastClaps: 2 })
  })
})

describe('applause keeps the promises of an activity:', () => {
  const commands = fc.constantFrom<ApplauseCommand>({ type: 'begin' }, { type: 'clap' }, { type: 'end' })
  for (const { promise, check } of activityContract(applause, { commands })) test(promise, check)
})

test('applause is an activity of a model with it', () => {
  expect(roomModel({ activities: [applause] }).activityFor('applause')).toBe('applause')
  expect(applause.clientCommands['clap']?.({})).toEqual({ _tag: 'Right', right: { type: 'clap' } })
})
