import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { activityContract } from '../../contract/activity.js'
import { activityDriver, asking, firstInstant, givenActivity, person } from '../../kit/index.js'
import type { ApplauseCommand } from './index.js'
import { applause } from './index.js'
import { model, wireCommands } from './registered.js'

const ann = person('Ann').memberId
const bob = person('Bob').memberId

describe('applause', () => {
  const given = givenActivity(applause)
  const began = { type: 'applause.began', data: { until: firstInstant + 10_000 } } as const
  const annClapped = { type: 'applause.clapped', data: { by: ann } } as const

  test('begins, and has its end planned', () => {
    given()
      .when(asking({ type: 'begin' }, ann))
      .then(began)
  })

  test('hears a second clap of the same member only a second later', () => {
    const past = given(began, annClapped)
    past.when(asking({ type: 'clap' }, ann, { at: firstInstant + 999 })).thenNothing()
    past.when(asking({ type: 'clap' }, ann, { at: firstInstant + 1_000 })).then(annClapped)
  })

  test('is nothing that the room could do by itself', () => {
    given(began)
      .when(asking({ type: 'clap' }, null))
      .thenRejected({ type: 'not-in-room' })
  })

  test('ends after ten seconds, by the clock, with the number of claps', () => {
    const driver = activityDriver(applause)
    driver.turn(true, ann)
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

describe('applause keeps what every activity promises', () => {
  const commands = fc.constantFrom<ApplauseCommand>({ type: 'begin' }, { type: 'clap' }, { type: 'end' })
  for (const { promise, check } of activityContract(applause, { commands })) test(promise, check)
})

test('it fits the model and the wire', () => {
  expect(model.activityFor('applause')).toBe('applause')
  expect(wireCommands.applause.get('clap')?.({})).toEqual({ _tag: 'Right', right: { type: 'clap' } })
})
