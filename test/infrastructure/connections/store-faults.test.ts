import * as TE from '#fp/TaskEither'
import { io } from 'socket.io-client'
import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { keepsItsPromises } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'

type Failing = 'nothing' | 'roomsOf' | 'read' | 'commit'

const failingStore = (): { readonly store: EventStore; readonly fails: (what: Failing) => void } => {
  const store = memoryEventStore()
  const fault = { type: 'unavailable', problem: 'told to' } as const
  let failing: Failing = 'nothing'
  return {
    store: {
      ...store,
      roomsOf: (session) => (failing === 'roomsOf' ? TE.left(fault) : store.roomsOf(session)),
      read: (...asked) => (failing === 'read' ? TE.left(fault) : store.read(...asked)),
      commit: (appends) =>
        failing === 'commit'
          ? async () => appends.map(() => ({ type: 'fault', fault }))
          : store.commit(appends),
    },
    fails: (what) => {
      failing = what
    },
  }
}

for (const what of ['roomsOf', 'read', 'commit'] as const) {
  it(`gives back a session whole once the store answers again, when ${what} failed`, async () => {
    const { store, fails } = failingStore()
    const server = await liveServer({ store })
    const viewer = await server.client()
    const leader = await server.client()
    await viewer.ask('viewer-join')
    await leader.ask('broadcaster-join')
    await server.loses(viewer)
    // More than the room has at hand, where the log has to be read again.
    const draws = what === 'read' ? 350 : 5
    for (let draw = 0; draw < draws; draw++) {
      await leader.ask('startRandom', ['Ann'])
      await leader.ask('cancelRandom')
    }
    fails(what)
    const auth = { sessionId: viewer.session.sessionId, offsets: { main: 5 } }
    const refused = io(server.url, { auth, transports: ['websocket'], reconnection: false, forceNew: true })
    const reason = new Promise<string>((resolve) => refused.once('disconnect', resolve))
    // Not "io server disconnect", after which a stock client does not come back.
    expect(await reason).toBe('transport close')
    fails('nothing')
    await server.clock.advanceSettled(6_000)
    const back = await server.client('/', auth)
    expect(back.session).toMatchObject({
      resumed: true,
      rooms: ['main'],
      memberships: [{ memberId: viewer.id }],
    })
    await back.fence()
    expect(back.of('randomCancelled').length).toBe(draws)
    await keepsItsPromises(server)
  })
}

it('tells the room of a lost member as soon as the store answers again', async () => {
  const { store, fails } = failingStore()
  const server = await liveServer({ store })
  const [leader, viewer] = [await server.client(), await server.client()]
  await leader.ask('broadcaster-join')
  await viewer.ask('viewer-join')
  fails('commit')
  viewer.cut()
  await server.until(() => server.sessions.load().connections === 1)
  await server.clock.advanceSettled(10_000)
  fails('nothing')
  await server.clock.advanceSettled(10_000)
  await server.happens(({ type }) => type === 'room.member-away')
  await server.clock.advanceSettled(15_000)
  expect(await leader.hears('viewer-left')).toMatchObject({ viewerId: viewer.id })
  await keepsItsPromises(server)
})

it('does not do after a client has gone what it said before', async () => {
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
  await server.happens(({ type }) => type === 'room.member-left')
  await server.until(() => server.engine.load().undecided === 0)
  expect(new Set(server.log.map(({ room }) => room))).toEqual(new Set(['a']))
  expect(server.log.map(({ type }) => type)).not.toContain('random-picker.started')
  await keepsItsPromises(server)
})
