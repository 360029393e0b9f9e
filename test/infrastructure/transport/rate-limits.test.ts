import { afterEach, describe, expect, test } from 'vitest'
import { WebSocketGateway, SubscribeMessage } from '@nestjs/websockets'
import type { Socket as ClientSocket } from 'socket.io-client'
import { principalHolderOf } from '../../../src/infrastructure/transport/handshake-guard.js'
import { Echo } from './echo-gateway.js'
import { rawClient, rawRequest, UPGRADE } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
const POLLING = '/socket.io/?EIO=4&transport=polling'

let started: StartedApp

afterEach(() => started.close())

interface EchoReply {
  readonly success: boolean
  readonly error?: { readonly code: string; readonly retryAfterMs?: number }
}

const burst = (client: ClientSocket, count: number): Promise<ReadonlyArray<EchoReply>> =>
  Promise.all(Array.from({ length: count }, () => client.emitWithAck('echo') as Promise<EchoReply>))

/** Sends this number of events at once, and resolves to the number of accepted ones. */
const accepted = async (client: ClientSocket, count: number): Promise<number> =>
  (await burst(client, count)).filter(({ success }) => success).length

@WebSocketGateway({ namespace: '/other' })
class Other {
  @SubscribeMessage('echo')
  echo() {
    return { success: true }
  }
}

describe('a connection above the rate limit', () => {
  test('gets rate-limited with the time to wait, and is served again after that time', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    const replies = await burst(client, 201)
    expect(replies.filter(({ success }) => success)).toHaveLength(200)
    expect(replies.at(-1)).toEqual({
      success: false,
      error: {
        code: 'rate-limited',
        message: 'Too many events; wait and try again',
        timestamp: '2026-01-02T03:04:05.000Z',
        event: 'echo',
        retryAfterMs: 20,
      },
    })
    expect(started.counts).toContainEqual(['transport_limited', { reason: 'socket' }])
    expect(await client.emitWithAck('frequent')).toEqual({ success: true })
    started.clock.nowMs += 20
    expect(await client.emitWithAck('echo', 1)).toEqual({ success: true, payload: 1 })
  })

  test('is also counted for events that get another error', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    await Promise.all(Array.from({ length: 200 }, () => client.emitWithAck('no-such-event')))
    expect(await client.emitWithAck('echo')).toMatchObject({ error: { code: 'rate-limited' } })
  })

  test('is closed after ten successive seconds', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    const disconnected = new Promise((resolve) => void client.once('disconnect', resolve))
    const seconds: number[] = []
    for (let second = 0; client.connected && second < 20; second++) {
      seconds.push(second)
      for (let i = 0; i < 300; i++) client.emit('echo')
      const last = client.emitWithAck('echo').catch(() => undefined)
      await Promise.race([last, disconnected])
      started.clock.nowMs += 1000
    }
    expect(await disconnected).toBe('io server disconnect')
    expect(seconds).toHaveLength(10)
  })

  test('is closed after ten successive seconds, although it connects again each second', async () => {
    started = await startedApp([Echo])
    const closedAt: number[] = []
    for (let second = 0; second < 10; second++) {
      const client = await started.client('/', { auth: { sessionId: 'one' } })
      const disconnected = new Promise((resolve) => void client.once('disconnect', resolve))
      await Promise.race([burst(client, 300).catch(() => undefined), disconnected])
      if (!client.connected) closedAt.push(second)
      const before = started.transport.connectionCount()
      client.disconnect()
      if (before > 0) await started.closed()
      started.clock.nowMs += 1_000
    }
    expect(closedAt).toEqual([9])
  })

  test('is served without a limit when the limits are off', async () => {
    started = await startedApp([Echo], { limits: 'off' })
    expect(await accepted(await started.client(), 500)).toBe(500)
  })
})

describe('the rate limit stays', () => {
  test('when a client joins its namespace again', async () => {
    started = await startedApp([Echo, Other])
    const client = await rawClient(started.port)
    const accept = async (count: number): Promise<number> => {
      let total = 0
      for (let index = 0; index < count; index++) client.send(`2${index}["echo"]`)
      for (let index = 0; index < count; index++)
        if ((await client.next()).includes('"success":true')) total++
      return total
    }
    expect(await accept(210)).toBe(200)
    client.send('1')
    // The reply of the other namespace says that the first packet has been handled.
    client.send('0/other,')
    await client.next()
    client.send('0')
    await client.next()
    expect(await accept(10)).toBe(0)
    await client.close()
  })

  test('when a client resumes its session, but not for new clients and other addresses', async () => {
    started = await startedApp([Echo], { trustProxy: 1 })
    const from = (address: string, auth: object = { sessionId: 'one' }) =>
      started.client('/', { auth, extraHeaders: { 'X-Forwarded-For': address } })
    const first = await from('203.0.113.1')
    expect(await accepted(first, 210)).toBe(200)
    first.disconnect()
    await started.closed()
    const again = await from('203.0.113.1')
    expect(await accepted(again, 10)).toBe(0)
    expect(await accepted(await from('203.0.113.1', {}), 210)).toBe(200)
    expect(await accepted(await from('203.0.113.2'), 210)).toBe(200)
  })

  test('for all connections of a verified user, and is no limit of an unverified user id', async () => {
    const limits = { eventsPerUser: { burst: 5, perSecond: 1 } }
    started = await startedApp([Echo, Other], { limits })
    started.transport.admit('/', (socket) => {
      const { userId, isVerified } = socket.handshake.auth as { userId: string; isVerified: boolean }
      principalHolderOf(socket, () => ({
        userId,
        isVerified,
        name: null,
        roles: [],
        issuedAt: null,
        expiresAt: null,
      }))
      return undefined
    })
    const as = (userId: string, isVerified: boolean) => started.client('/', { auth: { userId, isVerified } })
    expect(await accepted(await as('ann', false), 10)).toBe(10)
    expect(await accepted(await as('ann', true), 4)).toBe(4)
    expect(await accepted(await as('ann', true), 4)).toBe(1)
    expect(await accepted(await as('bob', true), 4)).toBe(4)
    expect(started.transport.limitSizes()).toEqual({
      user: 2,
      address: 1,
      closed: 0,
      connects: 1,
      connections: 1,
    })
  })
})

describe('the rate of connections per address', () => {
  const limits = { connectsPerAddress: { burst: 3, perSecond: 2 } }

  test('refuses further handshakes with the time to wait, on polling and on WebSockets', async () => {
    started = await startedApp([Echo], { limits })
    for (let index = 0; index < 3; index++) {
      expect((await rawRequest(started.port, WEBSOCKET, UPGRADE)).status).toBe(101)
    }
    const refused = await rawRequest(started.port, POLLING)
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(JSON.parse(refused.body)).toEqual({ code: 'rate-limited', retryAfterMs: 500 })
    expect(await rawRequest(started.port, WEBSOCKET, UPGRADE)).toMatchObject({ status: 429 })
    expect(started.counts.filter(([name]) => name === 'transport_limited')).toEqual([
      ['transport_limited', { reason: 'connects' }],
      ['transport_limited', { reason: 'connects' }],
    ])
    started.clock.nowMs += 499
    expect((await rawRequest(started.port, POLLING)).status).toBe(429)
    started.clock.nowMs += 1
    expect((await rawRequest(started.port, POLLING)).status).toBe(200)
  })

  test('counts no request with a session id and no preflight', async () => {
    started = await startedApp([Echo], { limits })
    for (let index = 0; index < 5; index++) {
      expect((await rawRequest(started.port, POLLING, {}, 'OPTIONS')).status).toBe(204)
      expect((await rawRequest(started.port, `${POLLING}&sid=unknown`)).status).toBe(400)
    }
    expect((await rawRequest(started.port, WEBSOCKET, UPGRADE)).status).toBe(101)
  })
})
