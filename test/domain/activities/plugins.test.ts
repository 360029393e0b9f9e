import { afterEach, describe, expect, test } from 'vitest'
import {
  activities,
  activityFor,
  registerPlugin,
  registerPlugins,
  isActivityEvent,
} from '../../../src/domain/activities/registry.js'
import { accept } from '../../../src/domain/kernel/decision.js'
import type { AnyActivityPlugin } from '../../../src/domain/kernel/activity-plugin.js'
import { moduleCommand, fingerprint, schemaOf } from '../../../src/domain/room/index.js'
import { roomDriver, entering, person } from '../../kit/index.js'
import { showOfHands } from '../../examples/show-of-hands/index.js'

const dismissals: Array<() => void> = []
const invited = (guest: AnyActivityPlugin): (() => void) => {
  const dismiss = registerPlugin(guest)
  dismissals.push(dismiss)
  return dismiss
}

afterEach(() => {
  for (const dismiss of dismissals.splice(0)) dismiss()
})

describe('an activity that an application brings along', () => {
  test('runs its module instead of the relay, for as long as it is invited', () => {
    expect(activityFor('show-of-hands')).toBe('relay')
    const dismiss = invited(showOfHands)
    expect(activityFor('show-of-hands')).toBe('show-of-hands')
    expect(isActivityEvent({ type: 'show-of-hands.asked' })).toBe(true)
    expect(schemaOf('show-of-hands.asked')).toBe(showOfHands.schemas['show-of-hands.asked'])
    dismiss()
    expect(activityFor('show-of-hands')).toBe('relay')
    expect(isActivityEvent({ type: 'show-of-hands.asked' })).toBe(false)
    expect(schemaOf('show-of-hands.asked')).toBeUndefined()
  })

  test('stays until everybody who invited it has let it go, each once', () => {
    const [first, second] = [invited(showOfHands), invited(showOfHands)]
    first()
    first()
    expect(activityFor('show-of-hands')).toBe('show-of-hands')
    second()
    expect(activityFor('show-of-hands')).toBe('relay')
  })

  test('is not let in by halves: of several all are, or none', () => {
    expect(() => registerPlugins([showOfHands, { ...showOfHands, name: 'room' }])).toThrow('"room"')
    expect(activityFor('show-of-hands')).toBe('relay')
    const dismissAll = registerPlugins([showOfHands])
    expect(activityFor('show-of-hands')).toBe('show-of-hands')
    dismissAll()
    expect(activityFor('show-of-hands')).toBe('relay')
  })

  test('is part of the name of the fold, so that its snapshots are told apart from others', () => {
    const without = fingerprint()
    invited(showOfHands)
    expect(fingerprint()).toBe(`${without} show-of-hands/1`)
  })

  test.each([...Object.keys(activities), 'room', 'relay', 'chat', '', 'two words', 'a.b', 'x'.repeat(65)])(
    'is not let in under the name %j',
    (name) => {
      const storage = { [`${name}.happened`]: { v: 1, personalPaths: [] } }
      expect(() => invited({ ...showOfHands, name, schemas: storage })).toThrow(JSON.stringify(name))
      if (!Object.hasOwn(activities, name)) expect(activityFor(name)).not.toBe(name)
    },
  )

  test('is not let in with events that could be somebody else’s', () => {
    const storage = { ...showOfHands.schemas, 'room.created': { v: 1, personalPaths: [] } }
    expect(() => invited({ ...showOfHands, schemas: storage })).toThrow('stores room.created')
  })

  test('is let in with something that it wants from outside only where it says who does it', () => {
    const want = { key: '1', kind: 'show-of-hands.rest', fallback: { type: 'lower' } } as const
    const wanting: AnyActivityPlugin = { ...showOfHands, effect: () => want }
    expect(() => invited(wanting)).toThrow('has no fulfil that does it')
    expect(activityFor('show-of-hands')).toBe('relay')
    invited({ ...wanting, runEffect: () => Promise.resolve({ type: 'lower' }) })
    expect(activityFor('show-of-hands')).toBe('show-of-hands')
  })

  test('is not let in under the name of another one', () => {
    invited(showOfHands)
    expect(() => invited({ ...showOfHands })).toThrow('has two')
    expect(activityFor('show-of-hands')).toBe('show-of-hands')
  })

  test('is turned on with the options that were sent, and hears nothing else of what turned it on', () => {
    const heard: Array<unknown> = []
    invited({
      ...showOfHands,
      open: ({ command }) => {
        heard.push(command)
        return []
      },
      close: ({ command }) => {
        heard.push(command)
        return accept()
      },
    })
    const driver = roomDriver()
    const ann = person('ann')
    driver.send(entering(ann, 'native', 'member', { token: 'open sesame', activates: 'show-of-hands' }))
    driver.send({ type: 'deactivate', activity: 'show-of-hands' }, ann.memberId)
    driver.send({ type: 'activate', activity: 'show-of-hands', options: { seconds: 5 } }, ann.memberId)
    expect(heard).toEqual([null, null, { seconds: 5 }])
  })

  test('does not take over what was relayed under its name before', () => {
    const ann = person('ann')
    const driver = roomDriver()
    driver.send(entering(ann, 'native', 'member'))
    driver.send({ type: 'activate', activity: 'show-of-hands', options: null }, ann.memberId)
    const said = { type: 'relay', event: 'raise', payload: null } as const
    driver.send({ type: 'act', module: 'show-of-hands', command: said }, ann.memberId)
    invited(showOfHands)
    driver.send(moduleCommand(showOfHands, { type: 'raise' }), ann.memberId)
    expect(driver.steps().at(-1)?.decision).toMatchObject({ left: { type: 'invalid-payload', path: 'type' } })
    driver.send({ type: 'deactivate', activity: 'show-of-hands' }, ann.memberId)
    driver.send({ type: 'activate', activity: 'show-of-hands', options: null }, ann.memberId)
    driver.send(moduleCommand(showOfHands, { type: 'raise' }), ann.memberId)
    expect(driver.steps().at(-1)?.decision).toMatchObject({ left: { code: 'no-question' } })
  })
})
