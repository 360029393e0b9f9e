import * as E from '#fp/Either'
import { expect, it } from 'vitest'
import { engineKit } from '../../kit/engine-kit.js'
import { firstInstant, settled } from '../../kit/virtual-clock.js'
import { entering, person, testRoom } from '../../kit/index.js'

const ann = person('ann')

it('rejects a command whose user has lost its right while the command waited in the room', async () => {
  const { engine, clock, log } = engineKit()
  const expiresAt = firstInstant + 5
  const answers: Array<unknown> = []
  const submit = (denial: () => { type: 'token-expired' } | undefined): void =>
    engine.submit(testRoom, {
      command: entering(ann, 'native', 'member'),
      by: ann.memberId,
      cause: null,
      denial,
      reply: (answer) => answers.push(E.isLeft(answer) ? answer.left : 'accepted'),
    })
  // The room reads its log first, and both commands wait for that.
  submit(() => (clock.now() >= expiresAt ? { type: 'token-expired' } : undefined))
  submit(() => undefined)
  clock.standStill(5)
  await settled()
  expect(answers).toEqual([{ type: 'token-expired' }, 'accepted'])
  expect((await log()).map(({ type }) => type)).toEqual(['room.created', 'room.member-joined'])
})
