import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { connectFour } from '../../src/domain/activities/connect-four/index.js'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'
import { relay } from '../../src/domain/activities/relay/index.js'
import { telequiz } from '../../src/domain/activities/telequiz/index.js'
import { connectFourCommands, pickerCommands, quizCommands, relayCommands } from '../kit/index.js'
import { activityContract } from './activity.js'
import { builtInActivities } from '../../src/plugins.js'

/** A new activity is a line here. */
const contracts = {
  'random-picker': activityContract(randomPicker, {
    commands: pickerCommands,
    reveals: ['random-picker.complete', 'random-picker.cancelled'],
  }),
  'connect-four': activityContract(connectFour, { commands: connectFourCommands }),
  telequiz: activityContract(telequiz, { commands: quizCommands, reveals: ['telequiz.question'] }),
  // It does not know the meaning of its events; command ids make repeated commands safe.
  relay: activityContract(relay, { commands: relayCommands, module: 'poll', isRepeatable: () => true }),
}

test('the contract covers every built-in activity', () => {
  expect(Object.keys(contracts)).toEqual(builtInActivities.map(({ name }) => name))
})

test('every folder of activities is a registered one', () => {
  const all = readdirSync(new URL('../../src/domain/activities', import.meta.url), { withFileTypes: true })
  const folders = all.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  expect(folders.sort()).toEqual(builtInActivities.map(({ name }) => name).sort())
})

for (const [name, promises] of Object.entries(contracts)) {
  describe(name, () => {
    for (const { promise, check } of promises) test(promise, check)
  })
}
