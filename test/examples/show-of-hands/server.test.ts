import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { RoomreelModule, memoryEventStore, roomSockets } from 'roomreel'
import { virtualClock } from 'roomreel/testing'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterEach, expect, test } from 'vitest'
import { appWithHands } from './app.js'

const running: Array<INestApplication> = []
const clients: Array<Socket> = []

afterEach(async () => {
  for (const socket of clients.splice(0)) socket.disconnect()
  for (const app of running.splice(0)) await app.close()
})

const listening = async (app: INestApplication): Promise<string> => {
  running.push(app)
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  return `http://127.0.0.1:${port}/rooms`
}

interface Event {
  readonly seq: number
  readonly type: string
  readonly data: unknown
}

interface Guest {
  readonly socket: Socket
  readonly sessionId: string
  /** The events of the show of hands, in order. */
  readonly events: ReadonlyArray<Event>
  readonly join: (rest?: object) => Promise<Readonly<Record<string, unknown>>>
  readonly say: (type: string, payload?: object) => Promise<Readonly<Record<string, unknown>>>
  readonly hears: (type: string) => Promise<Event>
}

const connect = async (url: string, auth: object = {}): Promise<Guest> => {
  const socket = io(url, { auth, transports: ['websocket'], forceNew: true, reconnection: false })
  clients.push(socket)
  const events: Array<Event> = []
  const waiting = new Set<() => void>()
  socket.on('event', (event: Event) => {
    if (event.type.startsWith('show-of-hands.')) events.push(event)
    for (const look of waiting) look()
  })
  const { sessionId } = await new Promise<{ sessionId: string }>((resolve) => socket.once('session', resolve))
  let said = 0
  return {
    socket,
    sessionId,
    events,
    join: (rest = {}) => socket.emitWithAck('join', { room: 'friday', create: true, ...rest }),
    say: (type, payload = {}) =>
      socket.emitWithAck('command', { room: 'friday', id: `c${said++}`, type, payload }),
    hears: (type) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find((event) => event.type === `show-of-hands.${type}`)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

test('a stock client activates it, asks a question, raises a hand and gets the result from the clock', async () => {
  const clock = virtualClock()
  const url = await listening(await appWithHands(memoryEventStore(), { clock }))
  const [ann, bob] = [await connect(url), await connect(url)]
  await ann.join()
  const { memberId } = await bob.join()
  await ann.say('room.activate', { activity: 'show-of-hands' })
  expect(await ann.say('show-of-hands.ask', { question: 'Tea?', seconds: 20 })).toMatchObject({
    success: true,
  })
  expect(await bob.say('show-of-hands.raise')).toMatchObject({ success: true })
  expect((await ann.hears('raised')).data).toEqual({ who: memberId, isSecret: false })
  clock.advance(20_000)
  expect((await ann.hears('closed')).data).toEqual({ raised: [memberId], count: 1, of: 2 })
})

test('a party runs it as a module', async () => {
  const clock = virtualClock()
  const url = await listening(await appWithHands(memoryEventStore(), { clock }))
  const client = async (id: string): Promise<Socket> => {
    const socket = io(url.replace('/rooms', '/'), { transports: ['websocket'], forceNew: true })
    clients.push(socket)
    await socket.emitWithAck('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
    return socket
  }
  const [ann, bob] = [await client('ann'), await client('bob')]
  const closed = new Promise((resolve) =>
    ann.on('CUSTOM_MODULE_EVENT', (said: { event: string }) => {
      if (said.event === 'closed') resolve(said)
    }),
  )
  const module = 'show-of-hands'
  await ann.emitWithAck('ACTIVATE_MODULE', { module })
  const payload = { question: 'Tea?', seconds: 5, secret: true }
  await ann.emitWithAck('CUSTOM_MODULE_EVENT', { module, event: 'ask', payload })
  expect(await bob.emitWithAck('CUSTOM_MODULE_EVENT', { module, event: 'raise' })).toEqual({ success: true })
  expect(await ann.emitWithAck('join-activity-request', { activity: module })).toMatchObject({
    state: { type: 'open', hands: [] },
  })
  clock.advance(5_000)
  expect(await closed).toMatchObject({ module, payload: { raised: [expect.any(String)], count: 1, of: 2 } })
})

test('a rejected command gets a code and a message that says what to do', async () => {
  const url = await listening(await appWithHands())
  const ann = await connect(url)
  await ann.join()
  const errorOf = async (type: string, payload?: object): Promise<unknown> =>
    (await ann.say(type, payload))['error']
  expect(await errorOf('show-of-hands.raise')).toMatchObject({ code: 'activity-inactive' })
  await ann.say('room.activate', { activity: 'show-of-hands' })
  expect(await errorOf('show-of-hands.raise')).toMatchObject({
    code: 'no-question',
    message: 'No question is open; ask one',
  })
  const asking = { question: 'Tea?', seconds: 0 }
  expect(await errorOf('show-of-hands.ask', asking)).toMatchObject({
    code: 'invalid-payload',
    path: 'seconds',
  })
  // The timer's command has no name on the wire.
  expect(await errorOf('show-of-hands.close')).toMatchObject({ code: 'invalid-payload', path: 'type' })
})

test('a secret vote is sent to the voter alone, also when members join or resume', async () => {
  const clock = virtualClock()
  const url = await listening(await appWithHands(memoryEventStore(), { clock }))
  const [ann, bob] = [await connect(url), await connect(url)]
  const { epoch } = await ann.join()
  const { memberId } = await bob.join()
  await ann.say('room.activate', { activity: 'show-of-hands' })
  await ann.say('show-of-hands.ask', { question: 'Tea?', seconds: 20, secret: true })
  const { seq } = await ann.hears('asked')
  ann.socket.io.engine.close()
  await bob.say('show-of-hands.raise')
  expect((await bob.hears('raised')).data).toEqual({ who: memberId, isSecret: true })

  const again = await connect(url, { sessionId: ann.sessionId })
  const back = await again.join({ after: { epoch, seq } })
  expect(back['recovered']).toBe('resumed')
  expect(JSON.stringify(back)).not.toContain('show-of-hands.raised')
  expect(back['state']).toMatchObject({
    modules: { 'show-of-hands': { state: { type: 'open', hands: [] } } },
  })

  clock.advance(20_000)
  expect((await again.hears('closed')).data).toEqual({ raised: [memberId], count: 1, of: 2 })
  expect(ann.events.map(({ type }) => type)).toEqual(['show-of-hands.asked'])
  expect(again.events.map(({ type }) => type)).toEqual(['show-of-hands.closed'])
})

test('a question goes on over a restart, with the hands of those who are away, and closes when it would have', async () => {
  const clock = virtualClock()
  const store = memoryEventStore()
  const first = await appWithHands({ ...store, close: () => Promise.resolve() }, { clock })
  const ann = await connect(await listening(first))
  const { epoch, memberId, seq } = await ann.join()
  await ann.say('room.activate', { activity: 'show-of-hands' })
  await ann.say('show-of-hands.ask', { question: 'Tea?', seconds: 10 })
  await ann.say('show-of-hands.raise')
  const toldOfTheEnd = new Promise((resolve) => ann.socket.once('server-shutdown', resolve))
  running.length = 0
  await first.close()
  expect(await toldOfTheEnd).toMatchObject({ reconnectInMs: expect.any(Number) })

  const again = await connect(await listening(await appWithHands(store, { clock })), {
    sessionId: ann.sessionId,
  })
  const back = await again.join({ after: { epoch, seq } })
  expect(back).toMatchObject({ recovered: 'resumed', memberId })
  expect(back['state']).toMatchObject({ modules: { 'show-of-hands': { state: { hands: [memberId] } } } })
  expect(again.events).toEqual([])
  clock.advance(10_000)
  expect((await again.hears('closed')).data).toEqual({ raised: [memberId], count: 1, of: 1 })
})

test('without the activity that wrote it a room is not opened, and nothing of it is lost', async () => {
  const store = { ...memoryEventStore(), close: () => Promise.resolve() }
  const app = await appWithHands(store)
  const ann = await connect(await listening(app))
  await ann.join()
  await ann.say('room.activate', { activity: 'show-of-hands' })
  await ann.say('show-of-hands.ask', { question: 'Tea?', seconds: 600 })
  running.length = 0
  await app.close()

  const joined = async (next: INestApplication): Promise<unknown> => {
    const answer = await (await connect(await listening(next))).join()
    running.length = 0
    await next.close()
    return answer
  }
  const sockets = roomSockets()
  class Forgetful {}
  Module({ imports: [RoomreelModule.forRoot({ ...sockets.engine, store }), sockets.module] })(Forgetful)
  const forgetful = await NestFactory.create(Forgetful, { logger: false })
  sockets.attach(forgetful)
  expect(await joined(forgetful)).toMatchObject({ success: false, error: { code: 'internal-error' } })

  expect(await joined(await appWithHands(store))).toMatchObject({
    success: true,
    state: { modules: { 'show-of-hands': { state: { question: 'Tea?' } } } },
  })
})
