import { expect, it } from 'vitest'
import { expectServerContract } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'
import { gatedStore } from './gated-store.js'

it('sends live emits after the missed ones, however long the catch-up takes', async () => {
  const { store, close, isWaiting, open } = gatedStore()
  const server = await liveServer({ store })
  const viewer = await server.client()
  await viewer.ask('viewer-join')
  await viewer.ask('startRandom', ['Ann', 'Bob'])
  await viewer.flush()
  await server.loseConnection(viewer)
  server.clock.advance(1_000)
  close()
  const back = await server.client('/', { sessionId: viewer.session.sessionId, offsets: { main: 0 } })
  await server.until(isWaiting)
  server.clock.advance(1_000)
  const late = await server.client()
  await late.ask('viewer-join')
  expect(back.events).toEqual([])
  open()
  server.clock.advance(3_000)
  await back.waitFor('randomCommitted', ({ drawNo }) => drawNo === 2)
  await back.flush()
  expect(back.payloadsOf('randomHighlight').map(({ tick }) => tick)).toEqual(
    Array.from({ length: 50 }, (_, index) => index + 1),
  )
  expect(back.payloadsOf('viewer-count-update').at(-1)).toEqual({ count: 2, room: 'main' })
  await expectServerContract(server)
})

it('sends live events after the acknowledgement of a native join', async () => {
  const { store, close, isWaiting, open } = gatedStore()
  const server = await liveServer({ store })
  const [client, other] = [await server.client('/rooms'), await server.client('/rooms')]
  const { epoch } = await client.ask('join', { room: 'r', create: true })
  await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
  const vote = (n: number) => client.ask('command', { room: 'r', id: `${n}`, type: 'poll.vote', payload: n })
  await vote(1)
  close()
  const joining = other.ask('join', { room: 'r', after: { epoch, seq: 1 } })
  await server.until(isWaiting)
  await vote(2)
  await vote(3)
  open()
  const { seq, missed } = await joining
  await vote(4)
  await other.flush()
  expect(missed).toMatchObject([{ type: 'room.member-joined', seq }])
  expect(other.payloadsOf('event').map(({ data }) => data)).toEqual([2, 3, 4])
  await expectServerContract(server)
})
