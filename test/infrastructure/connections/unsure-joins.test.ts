import { expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { keepsItsPromises } from '../../contract/protocol.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'

const joins = [
  ['/', 'viewer-join', { room: 'room_call' }],
  ['/', 'join:room', { roomCode: 'call' }],
  ['/', 'JOIN_USER_REQUEST', { roomId: 'room_call', user: { id: 'u', name: 'U' } }],
  ['/rooms', 'join', { room: 'room_call' }],
] as const

/** A store that once, when it is told to, writes and then says that it does not know. */
const forgetful = (): { readonly store: EventStore; readonly forgets: () => void } => {
  const store = memoryEventStore()
  let isForgetting = false
  return {
    store: {
      ...store,
      commit: (appends) => async () => {
        const outcomes = await store.commit(appends)()
        if (!isForgetting) return outcomes
        isForgetting = false
        const fault = { type: 'unavailable', problem: 'told to' } as const
        return appends.map(() => ({ type: 'fault', fault }))
      },
    },
    forgets: () => {
      isForgetting = true
    },
  }
}

const opened = async (store: EventStore): Promise<LiveServer> => {
  const server = await liveServer({ store })
  const host = await server.client('/rooms')
  await host.ask('join', { room: 'room_call', create: true })
  return server
}

it.each(joins)(
  'on %s, whoever came in by %s and was not told so leaves when it goes, and nobody stays behind',
  async (namespace, event, payload) => {
    const { store, forgets } = forgetful()
    const server = await opened(store)
    const client = await server.client(namespace)
    forgets()
    expect(await client.ask(event, payload)).toMatchObject({
      error: { code: 'store-unavailable', retryable: true },
    })
    client.socket.disconnect()
    expect((await server.happens(({ type }) => type === 'room.member-left')).data).toMatchObject({
      memberId: client.id,
      reason: 'left',
    })
    await keepsItsPromises(server)
  },
)

it.each(joins)(
  'on %s, whoever asks again by %s is in once, and leaves once',
  async (namespace, event, payload) => {
    const { store, forgets } = forgetful()
    const server = await opened(store)
    const client = await server.client(namespace)
    forgets()
    await client.ask(event, payload)
    await server.clock.advanceSettled(1_000)
    expect(await client.ask(event, payload)).toMatchObject({ success: true })
    client.socket.disconnect()
    await server.happens(({ type }) => type === 'room.member-left')
    await server.until(() => server.sessions.load().connections === 1)
    expect(
      server.log.flatMap(({ type }) =>
        ['room.member-joined', 'room.member-left'].includes(type) ? [type] : [],
      ),
    ).toEqual(['room.member-joined', 'room.member-joined', 'room.member-left'])
    await keepsItsPromises(server)
  },
)
