import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { expectServerContract } from '../../contract/protocol.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'

const joins = [
  ['/', 'viewer-join', { room: 'room_call' }],
  ['/', 'join:room', { roomCode: 'call' }],
  ['/', 'JOIN_USER_REQUEST', { roomId: 'room_call', user: { id: 'u', name: 'U' } }],
  ['/rooms', 'join', { room: 'room_call' }],
] as const

/** A store whose next commit writes and then reports a fault, once `failNextCommit` is called. */
const uncertainStore = (): { readonly store: EventStore; readonly failNextCommit: () => void } => {
  const store = memoryEventStore()
  let failsNext = false
  return {
    store: {
      ...store,
      commit: (appends) => async () => {
        const outcomes = await store.commit(appends)()
        if (!failsNext) return outcomes
        failsNext = false
        const fault = { type: 'unavailable', problem: 'requested by the test' } as const
        return appends.map(() => ({ type: 'fault', fault }))
      },
    },
    failNextCommit: () => {
      failsNext = true
    },
  }
}

const startServer = async (store: EventStore): Promise<LiveServer> => {
  const server = await liveServer({ store })
  const host = await server.client('/rooms')
  await host.ask('join', { room: 'room_call', create: true })
  return server
}

it.each(joins)(
  'in %s, a client whose %s has an unknown outcome leaves no member behind when it disconnects',
  async (namespace, event, payload) => {
    const { store, failNextCommit } = uncertainStore()
    const server = await startServer(store)
    const client = await server.client(namespace)
    failNextCommit()
    expect(await client.ask(event, payload)).toMatchObject({
      error: { code: 'store-unavailable', retryable: true },
    })
    client.socket.disconnect()
    expect((await server.waitForRecord(({ type }) => type === 'room.member-left')).data).toMatchObject({
      memberId: client.id,
      reason: 'left',
    })
    await expectServerContract(server)
  },
)

it.each(joins)(
  'in %s, a client that repeats %s after an unknown outcome becomes one member',
  async (namespace, event, payload) => {
    const { store, failNextCommit } = uncertainStore()
    const server = await startServer(store)
    const client = await server.client(namespace)
    failNextCommit()
    await client.ask(event, payload)
    await server.clock.advanceSettled(1_000)
    expect(await client.ask(event, payload)).toMatchObject({ success: true })
    client.socket.disconnect()
    await server.waitForRecord(({ type }) => type === 'room.member-left')
    await server.until(() => server.sessions.load().connections === 1)
    expect(
      server.log.flatMap(({ type }) =>
        ['room.member-joined', 'room.member-left'].includes(type) ? [type] : [],
      ),
    ).toEqual(['room.member-joined', 'room.member-joined', 'room.member-left'])
    await expectServerContract(server)
  },
)
