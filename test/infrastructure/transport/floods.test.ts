import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as E from '#fp/Either'
import { createAuthenticate } from '../../../src/infrastructure/identity/authenticate.js'
import { connectionsOf } from '../../../src/infrastructure/transport/engine-io-internals.js'
import { authenticationCheck } from '../../../src/infrastructure/transport/handshake-guard.js'
import type { TransportOptions } from '../../../src/infrastructure/transport/transport.js'
import { settled } from '../../kit/index.js'
import { Echo } from './echo-gateway.js'
import { rawClient } from './raw-client.js'
import type { RawClient } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

// Small floods, with assertions that hold on a machine of any speed. `bench/limits/floods.mjs` measures large ones.

let started: StartedApp
let observer: RawClient

afterEach(() => started.close())

/** A server behind a proxy, and a client of another address. */
const start = async (options: Partial<TransportOptions> = {}): Promise<void> => {
  started = await startedApp([Echo], { trustProxy: 1, ...options })
  observer = await rawClient(started.port, from('198.51.100.1'))
}

const from = (address: string): Record<string, string> => ({ 'X-Forwarded-For': address })

const flooder = from('203.0.113.1')

const expectAnswer = async (): Promise<void> => {
  observer.send('21["echo"]')
  expect(await observer.next()).toBe('431[{"success":true}]')
}

/** After the flood: the other client is answered, and nothing is left of the flooders. */
const expectReleased = async (): Promise<void> => {
  await expectAnswer()
  while (started.transport.connectionCount() > 1) await settled()
  expect(started.transport.limitSizes()).toMatchObject({ connections: 1 })
  expect(started.transport.io.sockets.sockets.size).toBe(1)
  expect(started.defects).toEqual([])
  await observer.close()
}

const counted = (name: string, labels: Readonly<Record<string, string>>): number =>
  started.counts.filter((count) => JSON.stringify(count) === JSON.stringify([name, labels])).length

/** Sends events in one write, and counts the accepted ones; ends early if the connection is closed. */
const flood = async (client: RawClient, count: number): Promise<number> => {
  for (let index = 0; index < count; index++) client.send(`2${index}["echo"]`)
  let accepted = 0
  for (let reply = 0; reply < count; reply++) {
    const frame = await Promise.race([client.next(), client.ended])
    if (frame === undefined) return accepted
    if (frame.includes('"success":true')) accepted++
  }
  return accepted
}

test('2 000 events of one socket are answered, and 200 of them accepted', async () => {
  await start()
  const client = await rawClient(started.port, flooder)
  expect(await flood(client, 2_000)).toBe(200)
  expect(counted('transport_limited', { reason: 'socket' })).toBe(1_800)
  await expectAnswer()
  await client.close()
  await expectReleased()
})

test('a flood of ten seconds ends with the connection', async () => {
  await start()
  const client = await rawClient(started.port, flooder)
  const accepted: Array<number> = []
  while (client.socket.readyState === WebSocket.OPEN && accepted.length < 20) {
    accepted.push(await flood(client, 300))
    await expectAnswer()
    started.clock.nowMs += 1_000
  }
  expect(accepted.slice(0, 9)).toEqual([200, ...Array.from({ length: 8 }, () => 50)])
  expect(accepted).toHaveLength(10)
  expect(counted('transport_disconnected', { reason: 'rate-limited' })).toBe(1)
  await expectReleased()
})

test('a client that connects again as fast as it can gets the burst of its address', async () => {
  await start()
  let accepted = 0
  for (let round = 0; round < 25; round++) {
    const client = await rawClient(started.port, flooder)
    accepted += await flood(client, 300)
    // The server sees the close when it reads from the connection again.
    client.socket.close()
  }
  expect(accepted).toBe(4_000)
  await expectReleased()
})

/** Opens this number of WebSockets that send only these packets, and resolves when the server has ended all of them. */
const silent = async (count: number, packets: ReadonlyArray<string> = []): Promise<ReadonlyArray<string>> => {
  const received: Array<string> = []
  await Promise.all(
    Array.from({ length: count }, async () => {
      const target = `ws://127.0.0.1:${started.port}/socket.io/?EIO=4&transport=websocket`
      const socket = new WebSocket(target, { headers: flooder })
      socket.on('error', () => undefined)
      socket.on('open', () => packets.forEach((packet) => socket.send(packet)))
      socket.on('message', (data) => {
        const text = (data as Buffer).toString()
        if (!text.startsWith('0')) received.push(text)
      })
      await once(socket, 'close')
    }),
  )
  return received
}

test('200 handshakes that join nothing are ended by the server', async () => {
  await start({ handshakeTimeoutMs: 1_000 })
  expect(await silent(200)).toEqual([])
  await expectReleased()
})

test('200 handshakes without a token are refused and ended by the server', async () => {
  started = await startedApp([Echo], { trustProxy: 1, handshakeTimeoutMs: 1_000 })
  const verified = { userId: 'ann', name: null, roles: [], isVerified: true, issuedAt: null, expiresAt: null }
  const authenticate = createAuthenticate('jwt', {
    verify: () => () => Promise.resolve(E.right(verified)),
  })
  started.transport.admit(
    '/',
    authenticationCheck(authenticate, E.right, () => started.clock.nowMs, 1),
  )
  observer = await rawClient(started.port, { ...from('198.51.100.1'), Authorization: 'Bearer valid' })
  const answers = await silent(200, ['40'])
  expect(answers).toHaveLength(200)
  const codes = answers.map((answer) => (JSON.parse(answer.slice(2)) as { data: { code: string } }).data.code)
  expect(new Set(codes)).toEqual(new Set(['unauthenticated']))
  await expectReleased()
})

const chunk = 'x'.repeat(60_000)
const maxBytes = 1024 * 1024

test('three clients that never read are ended at the bound of bytes', async () => {
  await start()
  const clients = await Promise.all([0, 1, 2].map(() => rawClient(started.port, flooder)))
  for (const { socket } of clients) socket.pause()
  const { io, bufferedBytes } = started.transport
  const unread = () => [...io.sockets.sockets.values()].filter((socket) => socket.rooms.has('unread'))
  for (const socket of io.sockets.sockets.values())
    if (socket.handshake.headers['x-forwarded-for'] === '203.0.113.1') await socket.join('unread')
  expect(unread()).toHaveLength(3)
  let largest = 0
  while (unread().length > 0) {
    io.to('unread').emit('more', chunk)
    largest = Math.max(largest, ...unread().map(bufferedBytes))
    await expectAnswer()
  }
  expect(largest).toBeGreaterThan(maxBytes)
  expect(largest).toBeLessThan(maxBytes + 2 * chunk.length)
  expect(counted('transport_disconnected', { reason: 'unread' })).toBe(3)
  expect(connectionsOf(io)).toHaveLength(1)
  for (const { socket } of clients) socket.resume()
  await Promise.all(clients.map(({ ended }) => ended))
  await expectReleased()
})
