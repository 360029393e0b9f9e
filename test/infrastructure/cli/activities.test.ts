import { afterEach, expect, test } from 'vitest'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { roomModel } from '../../../src/plugins.js'
import { showOfHands } from '../../examples/show-of-hands/index.js'
import { entering, person, roomDriver } from '../../kit/index.js'
import { folders, roomreel } from './cli-kit.js'
import { appendOf } from './recorded-rooms.js'

const model = roomModel({ activities: [showOfHands] })
const { of, clear } = folders(model)
afterEach(clear)

const module = 'test/examples/show-of-hands/index.ts'

/** A data folder with a secret vote that is still open. */
const folderWithVote = async (): Promise<string> => {
  const [ann, bob] = [person('ann'), person('bob')]
  const driver = roomDriver({ model })
  for (const member of [ann, bob]) driver.send(entering(member, 'native', 'member'))
  driver.send({ type: 'activate', activity: 'show-of-hands', options: null }, ann.memberId)
  const question = { type: 'ask', question: 'Tea?', seconds: 60, secret: true } as const
  driver.send(moduleCommand(showOfHands, question), ann.memberId)
  driver.send(moduleCommand(showOfHands, { type: 'raise' }), bob.memberId)
  return of(appendOf(driver, model))
}

test("the command line reads logs of an application's activity with the module that exports it", async () => {
  const data = ['--data', await folderWithVote()]
  const withoutModule = await roomreel([...data, 'verify'])
  expect(withoutModule.code).toBe(1)
  expect([...withoutModule.out, ...withoutModule.notes].join('\n')).toContain('show-of-hands.asked')

  const args = [...data, '--activities', module]
  expect((await roomreel([...args, 'verify'])).code).toBe(0)
  const [room = ''] = (await roomreel([...args, 'rooms', '--json'])).out.map((line) => JSON.parse(line).room)
  const replayed = await roomreel([...args, 'replay', room, '--json'])
  expect(replayed.code).toBe(0)
  expect(replayed.out.join('\n')).toContain('Tea?')
  // Only the member itself sees that it has raised its hand.
  expect(replayed.out.join('\n')).not.toContain('show-of-hands.raised')
  const asBob = await roomreel([...args, 'replay', room, '--json', '--as', 'bob'])
  expect(asBob.out.join('\n')).toContain('show-of-hands.raised')
})

test.each([
  ['missing.js', 'cannot be loaded'],
  ['test/kit/frozen.ts', 'exports no activity'],
])('the command line rejects a module without activities: %s', async (file, problem) => {
  const { code, notes, out } = await roomreel(['--activities', file, 'rooms'])
  expect([code, out]).toEqual([2, []])
  expect(notes.join('\n')).toContain(problem)
  expect(notes).toHaveLength(1)
})
