import { expect, it } from 'vitest'
import { createFanOut, withArrays } from '../../../src/application/sessions/fan-out.js'
import { native } from '../../../src/infrastructure/protocols/native/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { testRoom } from '../../kit/index.js'
import { sessionScene } from './scene.js'

const encoder = native.encoderFor(builtInModel)
const events = Array.from({ length: 1_200 }, (_, n) => ({
  seq: n + 1,
  event: 'event',
  payload: { seq: n + 1 },
}))
const lengthsOf = (payloads: ReadonlyArray<object>): ReadonlyArray<number> =>
  payloads.map((payload) => (payload as ReadonlyArray<object>).length)

it('a client that accepts arrays receives events of one moment in arrays of at most 500', async () => {
  const { connect, connectionOf, network, clock, settle } = await sessionScene()
  const link = connect('ann', { namespace: '/rooms' })
  await settle()
  link.read()
  const fanOut = createFanOut(() => network, clock, testRoom, encoder)
  fanOut.add({ ...connectionOf(link), acceptsArrays: true })
  for (const { seq, event, payload } of events) fanOut.broadcast(seq, event, payload)
  clock.advance(50)
  link.read()
  expect(lengthsOf(link.received.slice(1).map(({ payload }) => payload))).toEqual([500, 500, 200])
})

it('emits that waited are sent in arrays of at most 500', async () => {
  const { network } = await sessionScene()
  expect(lengthsOf(withArrays(events, [encoder], network).map(({ payload }) => payload))).toEqual([
    500, 500, 200,
  ])
})
