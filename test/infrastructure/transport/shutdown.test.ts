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

const noticeTo = (client: ClientSocket): Promise<{ reconnectInMs: number }> =>
  new Promise((resolve) => void client.once('server-shutdown', resolve))

const endOf = (client: ClientSocket): Promise<unknown> =>
  new Promise((resolve) => void client.once('disconnect', resolve))

test('the shutdown sends each client its own reconnect time, spread over the window, and disconnects it', async () => {
  started = await startedApp([Echo])
  const clients = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      started.client('/', { transports: [i % 2 ? 'polling' : 'websocket'] }),
    ),
  )
  const notices = Promise.all(clients.map(noticeTo))
  const ends = Promise.all(clients.map(endOf))
  const shutDown = started.transport.shutDown(PLAN)
  const instants = (await notices).map(({ reconnectInMs }) => reconnectInMs)
  expect(instants.toSorted((a, b) => a - b)).toEqual([
    500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000,
  ])
  expect(new Set(await ends)).toEqual(new Set(['transport close']))
  await shutDown
  expect(started.transport.connectionCount()).toBe(0)
  expect(started.app.getHttpServer().listening).toBe(false)
})

test('the shutdown sends the sockets of one connection the same reconnect time, each in its namespace', async () => {
  started = await startedApp([Echo])
  started.transport.io.of('/other')
  const client = await started.client()
  const other = client.io.socket('/other')
  other.connect()
  await new Promise<void>((resolve) => void other.once('connect', resolve))
  const notices = Promise.all([noticeTo(client), noticeTo(other)])
  await started.transport.shutDown(PLAN)
  expect(await notices).toEqual([{ reconnectInMs: 5000 }, { reconnectInMs: 5000 }])
})

test('the shutdown refuses new connections and new namespaces', async () => {
  started = await startedApp([Echo])
  started.transport.io.of('/other')
  // Of two clients, the second is closed only after half of the time.
  await started.client()
  const client = await started.client()
  const end = endOf(client)
  const shutDown = started.transport.shutDown({ ...PLAN, withinMs: 4000 })
  const answer = await rawRequest(started.port, '/socket.io/?EIO=4&transport=websocket', UPGRADE)
  expect(answer.status).toBe(503)
  const other = client.io.socket('/other')
  const refused = new Promise((resolve) => void other.once('connect_error', resolve))
  other.connect()
  expect(await refused).toMatchObject({ data: { code: 'shutting-down' } })
  await Promise.all([shutDown, end])
})

test('the shutdown ends in time although a client does not read and another does not poll', async () => {
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

test('the shutdown ends in time although a connection without a namespace does not read', async () => {
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

test('the shutdown without clients ends at once, also when it is called twice', async () => {
  started = await startedApp([Echo])
  await Promise.all([started.transport.shutDown(PLAN), started.transport.shutDown(PLAN)])
})
