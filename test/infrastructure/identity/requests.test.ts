import { request as httpRequest } from 'node:http'
import type { IncomingMessage } from 'node:http'
import * as E from '#fp/Either'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { settled } from '../../kit/index.js'
import type { TestServer } from '../http/running-server.js'
import { runningServer } from '../http/running-server.js'
import { nowSeconds, secret, tokenWith } from './forge.js'

// What HTTP requests may do, and where the tokens of connections are kept.

let server: TestServer
const sockets: Array<Socket> = []
const iat = nowSeconds

const started = async (env: Readonly<Record<string, string>>): Promise<void> => {
  server = await runningServer({ env: { JWT_SECRET: secret, ...env } })
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect()
  await server.stop()
})

interface Connected {
  readonly socket: Socket
  readonly sessionId: string
  readonly ended: Promise<unknown>
}

const connected = async (namespace: string, token: string, query: object = {}): Promise<Connected> => {
  const socket = io(`${server.url}${namespace}`, {
    auth: token === '' ? {} : { token },
    query,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  })
  sockets.push(socket)
  const ended = new Promise((resolve) => socket.once('disconnect', resolve))
  const { sessionId } = await new Promise<{ sessionId: string }>((resolve, reject) => {
    socket.once('session', resolve)
    socket.once('connect_error', reject)
  })
  return { socket, sessionId, ended }
}

const joined = async (token: string): Promise<Connected> => {
  const ann = await connected('/rooms', token)
  expect(await ann.socket.emitWithAck('join', { room: 'ward', create: true })).toMatchObject({
    success: true,
  })
  return ann
}

const statusOf = async (authorization: string): Promise<number> =>
  (await server.request('/rooms/ward/events', { headers: { authorization } })).status

const typesIn = async (room: string): Promise<string> => {
  const read = await server.store.read(roomId(room), 0, 1_000)()
  return E.isRight(read) ? read.right.map(({ type }) => type).join(' ') : ''
}

const revoke = async (userId: string): Promise<void> => {
  const { socket } = await connected('/admin', tokenWith({ sub: 'olga', role: 'admin', iat }))
  expect(await socket.emitWithAck('admin:revoke', { userId })).toEqual({ success: true })
}

describe('POST /rooms', () => {
  const post = (headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    server.request('/rooms', { method: 'POST', headers })

  const errorOf = async (response: Response): Promise<unknown> =>
    ((await response.json()) as { readonly error: unknown }).error

  it('needs the token of any user in AUTH_MODE=jwt', async () => {
    await started({ AUTH_MODE: 'jwt' })
    const missing = await post()
    expect([missing.status, missing.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await errorOf(missing)).toMatchObject({
      code: 'unauthenticated',
      message: 'This server needs a token; send "Authorization: Bearer <token>"',
    })
    expect((await post({ authorization: `Bearer ${tokenWith()}` })).status).toBe(201)
  })

  it.each<[string, () => string, string]>([
    ['expired', () => `Bearer ${tokenWith({ exp: nowSeconds })}`, 'token-expired'],
    ['forged', () => `Bearer ${tokenWith({}, 'another secret of 32 bytes or more!!')}`, 'unauthenticated'],
    ['empty', () => 'Bearer ', 'unauthenticated'],
    ['of a session', () => 'Session abc', 'unauthenticated'],
  ])('creates nothing by credentials that are %s', async (_name, authorization, code) => {
    await started({ AUTH_MODE: 'jwt' })
    const refused = await post({ authorization: authorization() })
    expect([refused.status, await errorOf(refused)]).toMatchObject([401, { code }])
    expect(await server.store.list(null, 10)()).toEqual(E.right([]))
  })

  it('creates nothing by a token that was revoked', async () => {
    await started({ AUTH_MODE: 'jwt' })
    await revoke('ann')
    expect((await post({ authorization: `Bearer ${tokenWith({ iat })}` })).status).toBe(401)
  })

  it('needs no token in AUTH_MODE=open', async () => {
    await started({})
    expect((await post()).status).toBe(201)
  })
})

it('health and metrics need no token in AUTH_MODE=jwt', async () => {
  await started({ AUTH_MODE: 'jwt' })
  for (const path of ['/health/live', '/health/ready', '/metrics', '/asyncapi.json'])
    expect([path, (await server.request(path)).status]).toEqual([path, 200])
})

describe('the session id of a user with a token reads a log by HTTP', () => {
  it('while it is connected, and not after its user is revoked', async () => {
    await started({})
    const { sessionId, ended } = await joined(tokenWith({ iat }))
    expect(await statusOf(`Session ${sessionId}`)).toBe(200)
    await revoke('ann')
    await ended
    expect(await statusOf(`Session ${sessionId}`)).toBe(403)
  })

  it('and not after its token has expired', async () => {
    await started({})
    const { sessionId } = await joined(tokenWith({ iat, exp: nowSeconds + 10 }))
    expect(await statusOf(`Session ${sessionId}`)).toBe(200)
    // The timer that closes the connection may be late.
    server.clock.standStill(10_000)
    expect(await statusOf(`Session ${sessionId}`)).toBe(403)
  })

  it('and not in its grace period, unlike that of a user without a token', async () => {
    await started({})
    const statuses: Array<number> = []
    for (const token of [tokenWith({ iat }), '']) {
      const { socket, sessionId } = await joined(token)
      socket.io.engine.close()
      while (!(await typesIn('ward')).endsWith('room.member-away')) await settled()
      statuses.push(await statusOf(`Session ${sessionId}`))
    }
    expect(statuses).toEqual([403, 200])
  })
})

it('a log that an operator is reading ends when the operator is revoked', async () => {
  server = await runningServer({
    env: { JWT_SECRET: secret },
    logReadLimits: { maxPageBytes: 64 * 1_024, maxPageRecords: 8 },
  })
  const { socket } = await joined(tokenWith({ iat }))
  const text = 'x'.repeat(60_000)
  await socket.emitWithAck('command', {
    room: 'ward',
    id: 'a',
    type: 'room.activate',
    payload: { activity: 'notes' },
  })
  for (let id = 0; id < 200; id++)
    await socket.emitWithAck('command', { room: 'ward', id: `${id}`, type: 'notes.write', payload: { text } })
  const authorization = `Bearer ${tokenWith({ sub: 'eve', role: 'admin', iat })}`
  const response = await new Promise<IncomingMessage>((resolve) => {
    httpRequest(
      `${server.url}/rooms/ward/events`,
      { headers: { authorization }, agent: false },
      resolve,
    ).end()
  })
  // The client reads nothing until the operator is revoked.
  await revoke('eve')
  const ended = new Promise<string>((resolve) => {
    response.once('error', () => resolve('incomplete'))
    response.once('end', () => resolve('complete'))
  })
  response.resume()
  expect(await ended).toBe('incomplete')
})

it('a token is in no record, log line or metric, wherever a client has put it', async () => {
  await started({})
  const tokens = [
    tokenWith({ iat, sub: 'canary' }),
    tokenWith({ iat, sub: 'canary', role: 'staff' }),
  ] as const
  const { socket, sessionId } = await connected('/rooms', '', { token: tokens[0] })
  await socket.emitWithAck('join', { room: 'ward', create: true, name: 'Ann' })
  await socket.emitWithAck('auth:refresh', { token: tokens[1] })
  await socket.emitWithAck('auth:refresh', { token: `${tokens[1]}x` })
  socket.emit('auth:refresh', { token: `${tokens[1]}y` })
  const staff = await connected('/admin', tokens[1])
  await staff.socket.emitWithAck('emergency-access', { reason: 'canary in the mine' })
  const exported = await server.request('/rooms/ward/events', {
    headers: { authorization: `Session ${sessionId}` },
  })
  const stored = await server.store.read(roomId('ward'), 0, 1_000)()
  const restrictions = await server.store.identity.load()()
  const seen = [await exported.text(), stored, restrictions, server.lines(), await server.metrics()]
  const texts = seen.map((each) => JSON.stringify(each))
  for (const token of tokens) for (const part of token.split('.')) expect(texts.join()).not.toContain(part)
  for (const text of texts.slice(2)) expect(text).not.toContain('canary')
})
