import * as TE from '#fp/TaskEither'
import { io } from 'socket.io-client'
import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { expectServerContract } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'

type FailingMethod = 'none' | 'roomsOf' | 'read' | 'commit'

const failingStore = (): { readonly store: EventStore; readonly fails: (method: FailingMethod) => void } => {
  const store = memoryEventStore()
  const fault = { type: 'unavailable', problem: 'requested by the test' } as const
  let failing: FailingMethod = 'none'
  return {
    store: {
      ...store,
      roomsOf: (session) => (failing === 'roomsOf' ? TE.left(fault) : store.roomsOf(session)),
      read: (...args) => (failing === 'read' ? TE.left(fault) : store.read(...args)),
      commit: (appends) =>
        failing === 'commit'
          ? async () => appends.map(() => ({ type: 'fault', fault }))
          : store.commit(appends),
    },
    fails: (method) => {
      failing = method
    },
  }
}

for (const method of ['roomsOf', 'read', 'commit'] as const) {
  it(`resumes a session completely once the store recovers from a fault of ${method}`, async () => {
    const { store, fails } = failingStore()
    const server = await liveServer({ store })
    const viewer = await server.client()
    const broadcaster = await server.client()
    await viewer.ask('viewer-join')
    await broadcaster.ask('broadcaster-join')
    await server.loseConnection(viewer)
    // With `read`, more than the emit cache holds, so that the log is read.
    const draws = method === 'read' ? 350 : 5
    for (let draw = 0; draw < draws; draw++) {
      await broadcaster.ask('startRandom', ['Ann'])
      await broadcaster.ask('cancelRandom')
    }
    fails(method)
    const auth = { sessionId: viewer.session.sessionId, offsets: { main: 5 } }
    const socket = io(server.url, { auth, transports: ['websocket'], reconnection: false, forceNew: true })
    const reason = new Promise<string>((resolve) => socket.once('disconnect', resolve))
    // After "io server disconnect" a Socket.IO client does not reconnect.
    expect(await reason).toBe('transport close')
    fails('none')
    await server.clock.advanceSettled(6_000)
    const back = await server.client('/', auth)
    expect(back.session).toMatchObject({
      resumed: true,
      rooms: ['main'],
      memberships: [{ memberId: viewer.id }],
    })
    await back.flush()
    expect(back.payloadsOf('randomCancelled').length).toBe(draws)
    await expectServerContract(server)
  })
}

it('records the loss of a member as soon as the store recovers', async () => {
  const { store, fails } = failingStore()
  const server = await liveServer({ store })
  const [broadcaster, viewer] = [await server.client(), await server.client()]
  await broadcaster.ask('broadcaster-join')
  await viewer.ask('viewer-join')
  fails('commit')
  viewer.cut()
  await server.until(() => server.sessions.load().connections === 1)
  await server.clock.advanceSettled(10_000)
  fails('none')
  await server.clock.advanceSettled(10_000)
  await server.waitForRecord(({ type }) => type === 'room.member-away')
  await server.clock.advanceSettled(15_000)
  expect(await broadcaster.waitFor('viewer-left')).toMatchObject({ viewerId: viewer.id })
  await expectServerContract(server)
})

it('executes no waiting request of a client that has disconnected', async () => {
  const memory = memoryEventStore()
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const store: EventStore = { ...memory, commit: (appends) => () => gate.then(memory.commit(appends)) }
  const server = await liveServer({ store })
  const client = await server.client()
  for (const room of ['a', 'b', 'c']) client.socket.emit('viewer-join', { room })
  client.socket.emit('startRandom', ['Ann'])
  client.socket.disconnect()
  await server.until(() => server.sessions.load().connections === 0)
  open()
  await server.waitForRecord(({ type }) => type === 'room.member-left')
  await server.until(() => server.engine.load().undecided === 0)
  expect(new Set(server.log.map(({ room }) => room))).toEqual(new Set(['a']))
  expect(server.log.map(({ type }) => type)).not.toContain('random-picker.started')
  await expectServerContract(server)
})
