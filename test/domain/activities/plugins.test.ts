import { describe, expect, test } from 'vitest'
import type { AnyActivity } from '../../../src/domain/kernel/activity.js'
import { accept, reject } from '../../../src/domain/kernel/decision.js'
import { isActivityEvent, moduleCommand } from '../../../src/domain/room/index.js'
import { builtInActivities, builtInModel, roomModel } from '../../../src/plugins.js'
import { showOfHands } from '../../examples/show-of-hands/index.js'
import { engineKit, entering, person, roomDriver } from '../../kit/index.js'

const modelWith = (...activities: ReadonlyArray<AnyActivity>) => roomModel({ activities })

describe('a model with an activity of an application', () => {
  test('runs the module of that name with the activity, and other models still with the relay', () => {
    const model = modelWith(showOfHands)
    expect(model.activityFor('show-of-hands')).toBe('show-of-hands')
    expect(model.schemaOf('show-of-hands.asked')).toBe(showOfHands.schemas['show-of-hands.asked'])
    expect(builtInModel.activityFor('show-of-hands')).toBe('relay')
    expect(builtInModel.schemaOf('show-of-hands.asked')).toBeUndefined()
  })

  test('has another fingerprint than other models, so that their snapshots are not used', () => {
    expect(modelWith(showOfHands).fingerprint).toBe(`${builtInModel.fingerprint} show-of-hands/1`)
  })

  test.each([
    ...builtInActivities.map(({ name }) => name),
    'room',
    'chat',
    '',
    'two words',
    'a.b',
    'x'.repeat(65),
  ])('cannot be made if the activity has the name %j', (name) => {
    const schemas = { [`${name}.happened`]: { v: 1, personalPaths: [] } }
    expect(() => modelWith({ ...showOfHands, name, schemas })).toThrow(JSON.stringify(name))
  })

  test('cannot be made if the activity has effects without runEffect', () => {
    expect(() => modelWith({ ...showOfHands, effects: () => [] })).toThrow('has effects, but no runEffect')
  })

  test('stops a module whose activity rejects with a type that its errors lack', async () => {
    const ann = person('ann')
    const kit = engineKit({
      model: modelWith({ ...showOfHands, decide: () => reject({ type: 'not-described' }) }),
    })
    await kit.ask(entering(ann, 'native', 'member', { activates: 'show-of-hands' }), { by: ann.memberId })
    await kit.ask(moduleCommand(showOfHands, { type: 'raise' }), { by: ann.memberId })
    expect((await kit.log()).at(-1)).toMatchObject({
      type: 'room.activity-deactivated',
      data: { activity: 'show-of-hands', reason: 'failed' },
    })
    expect(kit.monitorCalls.defects).toHaveLength(1)
  })

  test('cannot be made if the activity stores events of another name', () => {
    const schemas = { ...showOfHands.schemas, 'room.created': { v: 1, personalPaths: [] } }
    expect(() => modelWith({ ...showOfHands, schemas })).toThrow('stores room.created')
  })

  test('cannot be made with two activities of one name', () => {
    expect(() => modelWith(showOfHands, { ...showOfHands })).toThrow('"show-of-hands" is there twice')
  })

  test('cannot be made with a second activity for modules without one of their own', () => {
    const second = { ...showOfHands, moduleOf: () => 'show-of-hands' }
    expect(() => modelWith(second)).toThrow('Only one activity')
  })

  test('opens and closes the activity with its options alone', () => {
    const commands: Array<unknown> = []
    const model = modelWith({
      ...showOfHands,
      open: ({ command }) => {
        commands.push(command)
        return []
      },
      close: ({ command }) => {
        commands.push(command)
        return accept()
      },
    })
    const driver = roomDriver({ model })
    const ann = person('ann')
    driver.send(entering(ann, 'native', 'member', { token: 'open sesame', activates: 'show-of-hands' }))
    driver.send({ type: 'deactivate', activity: 'show-of-hands' }, ann.memberId)
    driver.send({ type: 'activate', activity: 'show-of-hands', options: { seconds: 5 } }, ann.memberId)
    expect(commands).toEqual([null, null, { seconds: 5 }])
  })

  test('leaves a module that is relayed with the relay, until it is activated again', async () => {
    const ann = person('ann')
    const by = { by: ann.memberId }
    const earlier = engineKit()
    await earlier.ask(entering(ann, 'native', 'member'), by)
    await earlier.ask({ type: 'activate', activity: 'show-of-hands', options: null }, by)
    const later = engineKit({ model: modelWith(showOfHands), store: earlier.store, clock: earlier.clock })
    const raise = moduleCommand(showOfHands, { type: 'raise' })
    expect(await later.ask(raise, by)).toMatchObject({ left: { type: 'invalid-payload', path: 'type' } })
    await later.ask({ type: 'deactivate', activity: 'show-of-hands' }, by)
    await later.ask({ type: 'activate', activity: 'show-of-hands', options: null }, by)
    expect(await later.ask(raise, by)).toMatchObject({
      left: { type: 'activity-rejected', activity: 'show-of-hands', rejection: { type: 'no-question' } },
    })
  })
})

test('two engines in one process run different activities of one name', async () => {
  const ann = person('ann')
  const opened = (text: string): AnyActivity => ({
    ...showOfHands,
    open: () => [{ type: 'show-of-hands.closed', data: { text } }],
  })
  const kits = ['one', 'two'].map((text) => engineKit({ model: modelWith(opened(text)) }))
  for (const kit of kits) {
    await kit.ask(entering(ann, 'native', 'member', { activates: 'show-of-hands' }), { by: ann.memberId })
  }
  const events = await Promise.all(kits.map(async (kit) => (await kit.log()).filter(isActivityEvent)))
  expect(events.map((each) => each.map(({ data }) => data))).toEqual([[{ text: 'one' }], [{ text: 'two' }]])
})
