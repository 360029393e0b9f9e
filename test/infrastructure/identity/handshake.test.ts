import { io } from 'socket.io-client'
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runningServer } from '../http/running-server.js'
import type { TestServer } from '../http/running-server.js'
import { forge, nowSeconds, secret, tokenWith, validClaims } from './forge.js'
import { issuer } from './issuer.js'

type Connecting = Partial<ManagerOptions & SocketOptions>

let server: TestServer
const sockets: Array<Socket> = []
const started = async (env: Readonly<Record<string, string>>): Promise<void> => {
  server = await runningServer({ env })
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect()
  await server.stop()
})

/** Resolves with the connected socket, or with the `data` of its `connect_error`. */
const connect = (namespace: string, connecting: Connecting): Promise<Socket | object> => {
  const socket = io(`${server.url}${namespace}`, { forceNew: true, reconnection: false, ...connecting })
  sockets.push(socket)
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket))
    socket.once('connect_error', (error: Error & { readonly data?: object }) =>
      error.data === undefined ? reject(error) : resolve(error.data),
    )
  })
}

const connected = async (namespace: string, connecting: Connecting): Promise<Socket> => {
  const result = await connect(namespace, connecting)
  if ('connected' in result) return result
  throw new Error(JSON.stringify(result))
}

const userOf = async (socket: Socket): Promise<unknown> => {
  const { memberId, state } = (await socket.emitWithAck('join', { room: 'friday', create: true })) as {
    readonly memberId: string
    readonly state: { readonly members: Readonly<Record<string, { readonly userId: unknown }>> }
  }
  return state.members[memberId]?.userId
}

const timestamp = new Date(nowSeconds * 1_000).toISOString()
const expired = { code: 'token-expired', message: 'The token has expired; sign in again', timestamp }
const missing = {
  code: 'unauthenticated',
  message: 'This server needs a token; connect again with auth.token',
  timestamp,
}
const wrongSignature = { code: 'unauthenticated', message: 'The signature of the token is wrong', timestamp }

/** The three places of a token. */
const places: ReadonlyArray<readonly [string, (token: string) => Connecting]> = [
  ['auth.token', (token) => ({ auth: { token } })],
  ['Authorization: Bearer', (token) => ({ extraHeaders: { authorization: `Bearer ${token}` } })],
  ['query.token', (token) => ({ query: { token } })],
]

const doors = (['websocket', 'polling'] as const).flatMap((transport) =>
  ['/', '/rooms'].map((namespace) => ({ transport, namespace })),
)

describe.each(doors)('AUTH_MODE=jwt over $transport in $namespace', ({ transport, namespace }) => {
  beforeEach(() => started({ AUTH_MODE: 'jwt', JWT_SECRET: secret }))

  it.each(places)(
    'accepts a valid token in %s, and refuses others with data.code (E-38, E-41)',
    async (_place, at) => {
      const opened = (token: string): Promise<Socket | object> =>
        connect(namespace, { transports: [transport], ...at(token) })
      expect(await opened(tokenWith())).toMatchObject({ connected: true })
      expect(await opened(tokenWith({ exp: nowSeconds }))).toStrictEqual(expired)
      expect(await opened(tokenWith({}, 'another secret of 32 bytes or more!!'))).toStrictEqual(
        wrongSignature,
      )
      expect(await opened(forge({ alg: 'none' }, validClaims))).toMatchObject({ code: 'unauthenticated' })
    },
  )

  it('refuses a connection without a token (E-41)', async () => {
    for (const auth of [{}, { token: null }, { userId: 'ann', name: 'Ann' }])
      expect(await connect(namespace, { transports: [transport], auth })).toStrictEqual(missing)
  })
})

describe('a connection with several namespaces', () => {
  beforeEach(() => started({ AUTH_MODE: 'jwt', JWT_SECRET: secret }))

  it('is authenticated in each of them by itself', async () => {
    const { io: manager } = await connected('/', { transports: ['websocket'], auth: { token: tokenWith() } })
    const errorOf = (namespace: string, auth: object): Promise<unknown> => {
      const socket = manager.socket(namespace, { auth: { ...auth } })
      sockets.push(socket)
      return new Promise((resolve) => {
        socket.once('connect', () => resolve(undefined))
        socket.once('connect_error', (error: Error & { readonly data?: unknown }) => resolve(error.data))
      })
    }
    expect(await errorOf('/rooms', {})).toStrictEqual(missing)
    const { io: other } = await connected('/', { transports: ['websocket'], auth: { token: tokenWith() } })
    expect(other).not.toBe(manager)
    const bob = other.socket('/rooms', { auth: { token: tokenWith({ sub: 'bob' }) } })
    sockets.push(bob)
    await new Promise((resolve) => bob.once('connect', () => resolve(undefined)))
    expect(await userOf(bob)).toBe('bob')
  })
})

describe('AUTH_MODE=open with a key', () => {
  beforeEach(() => started({ JWT_SECRET: secret }))

  it('takes the user of a token before the id that the client states (E-39, E-42)', async () => {
    const auth = { userId: 'root' }
    expect(await userOf(await connected('/rooms', { auth }))).toBe('root')
    expect(await userOf(await connected('/rooms', { auth: { ...auth, token: tokenWith() } }))).toBe('ann')
    expect(await userOf(await connected('/rooms', { auth, query: { token: tokenWith() } }))).toBe('ann')
  })

  it.each(places)(
    'refuses an invalid token in %s, because a presented token must be valid (E-39)',
    async (_place, at) => {
      for (const namespace of ['/', '/rooms']) {
        expect(await connect(namespace, at(tokenWith({ exp: nowSeconds - 1 })))).toStrictEqual(expired)
        expect(await connect(namespace, at('abc'))).toMatchObject({ code: 'unauthenticated' })
      }
    },
  )

  it('refuses an invalid token of the first place, also with a valid one in another', async () => {
    const query = { token: tokenWith() }
    for (const token of ['', 'abc', 1, [tokenWith()], { token: tokenWith() }])
      expect(await connect('/rooms', { auth: { token }, query })).toMatchObject({ code: 'unauthenticated' })
  })
})

describe('a signed token of a connected user', () => {
  beforeEach(() => started({ AUTH_MODE: 'jwt', JWT_SECRET: secret }))
  const iat = nowSeconds

  it('is replaced by auth:refresh, verified as at a handshake', async () => {
    const socket = await connected('/rooms', { auth: { token: tokenWith({ iat }) } })
    const refresh = (token: string): Promise<object> => socket.emitWithAck('auth:refresh', { token })
    expect(await refresh(tokenWith({ iat, exp: nowSeconds + 7_200 }))).toStrictEqual({
      success: true,
      expiresAt: (nowSeconds + 7_200) * 1_000,
    })
    const denied: ReadonlyArray<readonly [string, string]> = [
      [tokenWith({ iat, exp: nowSeconds }), 'token-expired'],
      [tokenWith({}, 'another secret of 32 bytes or more!!'), 'unauthenticated'],
      [forge({ alg: 'none' }, validClaims), 'unauthenticated'],
      [tokenWith({ iat, sub: 'bob' }), 'access-denied'],
    ]
    for (const [token, code] of denied)
      expect(await refresh(token)).toMatchObject({ success: false, error: { code } })
    expect(socket.connected).toBe(true)
  })

  it('opens nothing after a revocation, neither a namespace nor a log by HTTP (N-16)', async () => {
    const operator = tokenWith({ iat, sub: 'olga', role: 'admin' })
    const revoked = tokenWith({ iat, role: 'admin' })
    const readLog = async (token: string): Promise<unknown> => {
      const response = await server.request('/rooms/friday/events', {
        headers: { authorization: `Bearer ${token}` },
      })
      return response.status === 200 ? 200 : ((await response.json()) as { error: unknown }).error
    }
    await userOf(await connected('/rooms', { auth: { token: revoked } }))
    expect(await readLog(revoked)).toBe(200)
    const admin = await connected('/admin', { auth: { token: operator } })
    expect(await admin.emitWithAck('admin:revoke', { userId: 'ann' })).toMatchObject({ success: true })
    const message = 'Your access was revoked; sign in again'
    expect(await connect('/rooms', { auth: { token: revoked } })).toMatchObject({
      code: 'unauthenticated',
      message,
    })
    expect(await readLog(revoked)).toStrictEqual({ code: 'unauthenticated', message, timestamp })
    expect(await readLog(operator)).toBe(200)
  })

  it('reads a log by HTTP with emergency access, and not after its end (N-15)', async () => {
    const token = tokenWith({ iat, role: 'staff', exp: nowSeconds + 7_200 })
    const socket = await connected('/admin', { auth: { token } })
    await userOf(await connected('/rooms', { auth: { token } }))
    const statusOf = async (): Promise<number> =>
      (await server.request('/rooms/friday/events', { headers: { authorization: `Bearer ${token}` } })).status
    expect(await statusOf()).toBe(403)
    expect(await socket.emitWithAck('emergency-access', { reason: 'a test' })).toMatchObject({
      success: true,
    })
    expect(await statusOf()).toBe(200)
    server.clock.advance(30 * 60_000)
    expect(await statusOf()).toBe(403)
  })
})

it('AUTH_MODE=open without a key refuses every token', async () => {
  await started({})
  expect(await connect('/rooms', { auth: { token: tokenWith() } })).toStrictEqual({
    code: 'unauthenticated',
    message: 'This server accepts no tokens: it has no JWT_SECRET or JWKS_URL',
    timestamp,
  })
  expect(await userOf(await connected('/rooms', { auth: { userId: 'ann' } }))).toBe('ann')
})

it('a server that cannot fetch its keys tells the client to try again, and counts the fetch', async () => {
  const from = await issuer()
  from.answer((response) => void response.writeHead(503).end())
  try {
    await started({ AUTH_MODE: 'jwt', JWKS_URL: from.url })
    expect(await connect('/', { auth: { token: tokenWith() } })).toMatchObject({
      code: 'unauthenticated',
      retryable: true,
    })
    expect(await server.metrics()).toContain('roomreel_jwks_fetches_total{outcome="status"} 1')
  } finally {
    await from.close()
  }
})

describe('a token', () => {
  const page = { headers: { accept: 'text/html' } }

  it('is in no log line, metric, error or response, valid or not', async () => {
    await started({ JWT_SECRET: secret })
    const tokens = [
      tokenWith({ sub: 'canary-user', name: 'canary-name' }),
      tokenWith({ sub: 'canary-user', exp: nowSeconds }),
      tokenWith({ sub: 'canary-user' }, 'another secret of 32 bytes or more!!'),
      'canary-text',
    ]
    const seen: Array<string> = []
    for (const token of tokens) {
      for (const [, at] of places)
        for (const { namespace, transport } of doors) {
          const result = await connect(namespace, { transports: [transport], ...at(token) })
          if (!('connected' in result)) seen.push(JSON.stringify(result))
        }
      for (const path of ['/', '/nowhere', '/rooms/main/events', '/socket.io/'])
        for (const init of [page, { headers: { authorization: `Bearer ${token}` } }]) {
          const response = await server.request(`${path}?token=${token}`, init)
          seen.push(JSON.stringify([...response.headers]), await response.text())
        }
    }
    expect(seen.length).toBeGreaterThan(50)
    seen.push(JSON.stringify(server.lines()), await server.metrics())
    for (const text of seen) {
      expect(text).not.toContain('canary')
      for (const token of tokens) for (const part of token.split('.')) expect(text).not.toContain(part)
    }
  })

  it('is in no Referer: every response of the application tells the browser to send none', async () => {
    await started({})
    for (const path of [
      '/?token=a',
      '/nowhere?token=a',
      '/rooms/main/events',
      '/asyncapi.json',
      '/health/live',
    ])
      expect((await server.request(path, page)).headers.get('referrer-policy')).toBe('no-referrer')
  })
})
