import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Socket as ClientSocket } from 'socket.io-client'
import { Echo } from './echo-gateway.js'
import { rawClient, rawRequest, UPGRADE } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

let started: StartedApp

afterEach(() => started.close())

const PLAN = { reconnectWindowMs: 5000, withinMs: 400 }

const told = (client: ClientSocket): Promise<{ reconnectInMs: number }> =>
  new Promise((resolve) => void client.once('server-shutdown', resolve))

const gone = (client: ClientSocket): Promise<unknown> =>
  new Promise((resolve) => void client.once('disconnect', resolve))

test('everyone is told when to come back, spread over the window, and is disconnected', async () => {
  started = await startedApp([Echo])
  const clients = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      started.client('/', { transports: [i % 2 ? 'polling' : 'websocket'] }),
    ),
  )
  const news = Promise.all(clients.map(told))
  const ends = Promise.all(clients.map(gone))
  const down = started.transport.shutDown(PLAN)
  const instants = (await news).map(({ reconnectInMs }) => reconnectInMs)
  expect(instants.toSorted((a, b) => a - b)).toEqual([
    500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000,
  ])
  expect(new Set(await ends)).toEqual(new Set(['transport close']))
  await down
  expect(started.transport.connectionCount()).toBe(0)
  expect(started.app.getHttpServer().listening).toBe(false)
})

test('the sockets of one connection hear the same instant, each in its namespace', async () => {
  started = await startedApp([Echo])
  started.transport.io.of('/other')
  const client = await started.client()
  const other = client.io.socket('/other')
  other.connect()
  await new Promise<void>((resolve) => void other.once('connect', resolve))
  const news = Promise.all([told(client), told(other)])
  await started.transport.shutDown(PLAN)
  expect(await news).toEqual([{ reconnectInMs: 5000 }, { reconnectInMs: 5000 }])
})

test('nobody comes in any more', async () => {
  started = await startedApp([Echo])
  started.transport.io.of('/other')
  // Of two, the second is closed only half-way through the time.
  await started.client()
  const client = await started.client()
  const end = gone(client)
  const down = started.transport.shutDown({ ...PLAN, withinMs: 4000 })
  const answer = await rawRequest(started.port, '/socket.io/?EIO=4&transport=websocket', UPGRADE)
  expect(answer.status).toBe(503)
  const other = client.io.socket('/other')
  const refused = new Promise((resolve) => void other.once('connect_error', resolve))
  other.connect()
  expect(await refused).toMatchObject({ data: { code: 'shutting-down' } })
  await Promise.all([down, end])
})

test('a client that does not answer does not hold it up', async () => {
  started = await startedApp([Echo])
  const raw = await rawClient(started.port)
  raw.socket.pause()
  const { body } = await rawRequest(started.port, '/socket.io/?EIO=4&transport=polling')
  const { sid } = JSON.parse(body.slice(1)) as { sid: string }
  const join = await fetch(`${started.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, {
    method: 'POST',
    body: '40',
  })
  await join.text()
  expect(started.transport.connectionCount()).toBe(2)
  await started.transport.shutDown(PLAN)
  expect(started.transport.connectionCount()).toBe(0)
  raw.socket.resume()
  await raw.ended
})

test('a connection that joined no namespace and does not read does not hold it up', async () => {
  started = await startedApp([Echo])
  const idle = new WebSocket(`ws://127.0.0.1:${started.port}/socket.io/?EIO=4&transport=websocket`)
  await new Promise((resolve) => idle.once('message', resolve))
  const closed = new Promise((resolve) => idle.once('close', resolve))
  idle.pause()
  await started.transport.shutDown(PLAN)
  expect(started.transport.connectionCount()).toBe(0)
  idle.resume()
  await closed
})

test('with nobody there it is done at once, and twice is once', async () => {
  started = await startedApp([Echo])
  await Promise.all([started.transport.shutDown(PLAN), started.transport.shutDown(PLAN)])
})
