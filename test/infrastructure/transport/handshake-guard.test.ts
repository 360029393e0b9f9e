import { afterEach, describe, expect, test } from 'vitest'
import { Echo } from './echo-gateway.js'
import { rawClient, rawRequest, UPGRADE } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const POLLING = '/socket.io/?EIO=4&transport=polling'
const WEBSOCKET = '/socket.io/?EIO=4&transport=websocket'
const CLIENT = 'http://localhost:5173'

let started: StartedApp

afterEach(() => started.close())

const startWithOrigins = async (): Promise<void> => {
  started = await startedApp([Echo], { clientOrigins: [`${CLIENT}/`], publicUrl: 'https://reel.example/app' })
}

/** The id of a polling session that a page of an allowed origin has opened. */
const openSession = async (): Promise<string> => {
  const { body } = await rawRequest(started.port, POLLING)
  return (JSON.parse(body.slice(1)) as { sid: string }).sid
}

describe('a request from another origin gets 403', () => {
  const FOREIGN_ORIGINS = [
    ['https://evil.example'],
    ['null'],
    ['http://localhost:5174'],
    ['https://localhost:5173'],
    ['http://localhost:5173.evil.example'],
    ['http://user@localhost:5173'],
    ['http://localhost:5173/page'],
    ['not an origin'],
  ]

  test.each(FOREIGN_ORIGINS)('on polling: %s', async (Origin) => {
    await startWithOrigins()
    expect((await rawRequest(started.port, POLLING, { Origin })).status).toBe(403)
    expect((await rawRequest(started.port, POLLING, { Origin }, 'OPTIONS')).status).toBe(403)
    expect(started.transport.connectionCount()).toBe(0)
  })

  test.each(FOREIGN_ORIGINS)('on a WebSocket: %s', async (Origin) => {
    await startWithOrigins()
    expect((await rawRequest(started.port, WEBSOCKET, { ...UPGRADE, Origin })).status).toBe(403)
    expect(started.transport.connectionCount()).toBe(0)
  })

  test('on an upgrade and on a poll that have a session id', async () => {
    await startWithOrigins()
    const sid = await openSession()
    const Origin = 'https://evil.example'
    expect((await rawRequest(started.port, `${WEBSOCKET}&sid=${sid}`, { ...UPGRADE, Origin })).status).toBe(
      403,
    )
    expect((await rawRequest(started.port, `${POLLING}&sid=${sid}`, { Origin })).status).toBe(403)
    expect((await rawRequest(started.port, `${POLLING}&sid=${sid}`, { Origin }, 'POST')).status).toBe(403)
    expect((await rawRequest(started.port, `${WEBSOCKET}&sid=${sid}`, UPGRADE)).status).toBe(101)
    expect(started.counts.filter(([name]) => name === 'transport_handshake_refused')).toHaveLength(3)
  })
})

describe('the check of origins accepts a request', () => {
  test.each([
    ['from a page of a client origin', { Origin: CLIENT }],
    ['from a page of this host', { Origin: 'http://rooms.example:3000', Host: 'rooms.example:3000' }],
    ['from a page of this host behind TLS', { Origin: 'https://rooms.example', Host: 'rooms.example' }],
    ['from the public URL', { Origin: 'https://reel.example' }],
    ['from a program', {}],
  ])('%s', async (_source, headers) => {
    await startWithOrigins()
    const polled = await rawRequest(started.port, POLLING, headers)
    expect(polled.status).toBe(200)
    const origin = (headers as { Origin?: string }).Origin
    expect(polled.headers['access-control-allow-origin']).toBe(origin)
    expect(polled.headers['access-control-allow-credentials']).toBe('true')
    expect((await rawRequest(started.port, WEBSOCKET, { ...UPGRADE, ...headers })).status).toBe(101)
  })

  test('to another path from any origin', async () => {
    await startWithOrigins()
    expect((await rawRequest(started.port, '/other', { Origin: 'https://evil.example' })).status).toBe(404)
  })

  test('only if the origins in the settings are valid; otherwise the start fails', async () => {
    await startWithOrigins()
    await expect(startedApp([Echo], { clientOrigins: ['localhost'] })).rejects.toThrow(
      '"localhost" has no origin; write it as https://example.org',
    )
  })
})

describe('the limit on connections per address', () => {
  test('answers a connection above the limit with 429 until another one closes', async () => {
    started = await startedApp([Echo], { limits: { maxConnectionsPerAddress: 2 } })
    const [first, second] = await Promise.all([rawClient(started.port), rawClient(started.port)])
    expect((await rawRequest(started.port, WEBSOCKET, UPGRADE)).status).toBe(429)
    expect((await rawRequest(started.port, `${WEBSOCKET}&sid=`, UPGRADE)).status).toBe(429)
    expect((await rawRequest(started.port, `${WEBSOCKET}&sid=x&sid=`, UPGRADE)).status).toBe(429)
    expect((await rawRequest(started.port, POLLING)).status).toBe(429)
    expect((await rawRequest(started.port, `${WEBSOCKET}&x=?&sid=`, UPGRADE)).status).toBe(429)
    await first.close()
    const third = await rawClient(started.port)
    await Promise.all([second.close(), third.close()])
  })

  test.each(['#&sid=x', '#', '&sid=#x', '%23&sid=&#sid=x'])(
    'cannot be avoided by a target that no client sends: %s',
    async (suffix) => {
      started = await startedApp([Echo], { limits: { maxConnectionsPerAddress: 1 } })
      const first = await rawClient(started.port)
      for (const headers of [UPGRADE, {}]) {
        const target = `${headers === UPGRADE ? WEBSOCKET : POLLING}${suffix}`
        expect((await rawRequest(started.port, target, headers)).status).toBe(400)
      }
      expect(started.transport.connectionCount()).toBe(1)
      await first.close()
    },
  )

  test('counts by the forwarded address behind a trusted proxy', async () => {
    started = await startedApp([Echo], { limits: { maxConnectionsPerAddress: 1 }, trustProxy: true })
    const first = await rawClient(started.port, { 'X-Forwarded-For': '203.0.113.1' })
    const second = await rawClient(started.port, { 'X-Forwarded-For': '203.0.113.2' })
    const spoofed = { ...UPGRADE, 'X-Forwarded-For': '203.0.113.9, 203.0.113.2' }
    expect((await rawRequest(started.port, WEBSOCKET, spoofed)).status).toBe(429)
    await Promise.all([first.close(), second.close()])
  })
})
