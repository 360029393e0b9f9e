import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import type { INestApplication, LoggerService, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { io } from 'socket.io-client'
import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import type { AnyActivity } from '../../../src/domain/kernel/activity.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { roomSockets } from '../../../src/infrastructure/nest/room-sockets.js'
import type { RoomSocketsOptions } from '../../../src/infrastructure/nest/room-sockets.js'
import { RoomreelModule } from '../../../src/infrastructure/nest/roomreel.module.js'
import type { Authenticate, HandshakeRequest } from '../../../src/infrastructure/transport/handshake-guard.js'
import { showOfHands } from '../../examples/show-of-hands/index.js'
import { virtualClock } from '../../kit/index.js'

@WebSocketGateway({ namespace: '/' })
class FailingGateway {
  @SubscribeMessage('throws')
  throws(_socket: Socket, { word }: { readonly word: string }): never {
    throw new RangeError(`cannot read ${word}`)
  }
}

const failingActivity: AnyActivity = {
  ...showOfHands,
  decide: () => {
    throw new TypeError('canary')
  },
}

let closing: Array<() => unknown> = []

afterEach(async () => {
  for (const close of closing) await close()
  closing = []
})

interface Line {
  readonly message: unknown
  readonly context: unknown
}

/** Starts an application with rooms. Gives its clients and the errors that it has logged. */
const application = async (
  options: RoomSocketsOptions,
  gateways: ReadonlyArray<Type> = [],
): Promise<{
  readonly client: (namespace: string, connecting?: Partial<ManagerOptions & SocketOptions>) => Socket
  readonly errors: ReadonlyArray<Line>
}> => {
  const errors: Array<Line> = []
  const logger: LoggerService = {
    log: () => undefined,
    warn: () => undefined,
    // Nest passes a stack between message and context if it has one.
    error: (message: unknown, ...rest: ReadonlyArray<unknown>) =>
      void errors.push({ message, context: rest.at(-1) }),
  }
  const sockets = roomSockets(options)
  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module],
    providers: [...gateways],
  })(AppModule)
  const app: INestApplication = await NestFactory.create(AppModule, { logger })
  sockets.attach(app)
  await app.listen(0, '127.0.0.1')
  closing.unshift(() => app.close())
  const { port } = app.getHttpServer().address() as AddressInfo
  return {
    errors,
    client: (namespace, connecting = {}) => {
      const socket = io(`http://127.0.0.1:${port}${namespace}`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        ...connecting,
      })
      closing.unshift(() => socket.disconnect())
      return socket
    },
  }
}

const internalError = { success: false, error: { code: 'internal-error' } }

/** Resolves with the error of the next failed connection. */
const connectErrorOf = (socket: Socket): Promise<Error> =>
  new Promise((resolve) => socket.once('connect_error', resolve))

const join = (socket: Socket, payload: object = {}): Promise<Readonly<Record<string, unknown>>> =>
  socket.emitWithAck('join', { room: 'friday', create: true, ...payload })

/** The user ids and names of the members that a client of the native protocol sees. */
const membersIn = (reply: Readonly<Record<string, unknown>>): unknown => {
  const { members } = reply['state'] as { members: Record<string, { userId: unknown; name: unknown }> }
  return Object.values(members).map(({ userId, name }) => ({ userId, name }))
}

describe('the defects of an application with rooms', () => {
  it("log a handler's error by Nest's logger, with its event and without the payload", async () => {
    const { client, errors } = await application({}, [FailingGateway])
    expect(await client('/').emitWithAck('throws', { word: 'canary' })).toMatchObject(internalError)
    expect(errors).toEqual([
      {
        message: {
          message: 'A handler has failed; its client received internal-error',
          error: {
            type: 'RangeError',
            at: expect.arrayContaining([expect.stringContaining('FailingGateway.throws')]),
          },
        },
        context: 'Roomreel',
      },
    ])
    expect(JSON.stringify(errors)).not.toContain('canary')
  })

  it("log an activity's error by Nest's logger, without a monitor", async () => {
    const { client, errors } = await application({ activities: [failingActivity] })
    const socket = client('/rooms')
    await join(socket, { name: 'canary' })
    const command = { room: 'friday', id: 'a', type: 'room.activate', payload: { activity: 'show-of-hands' } }
    await socket.emitWithAck('command', command)
    const context = { type: 'show-of-hands.ask', payload: { question: 'canary', seconds: 5 } }
    expect(await socket.emitWithAck('command', { room: 'friday', id: 'b', ...context })).toMatchObject(
      internalError,
    )
    expect(errors).toMatchObject([
      { message: { room: 'friday', error: { type: 'TypeError' } }, context: 'Roomreel' },
    ])
    expect(JSON.stringify(errors)).not.toContain('canary')
  })

  it('go to onDefect instead of the log when it is set', async () => {
    const defects: Array<unknown> = []
    const { client, errors } = await application({ onDefect: (error) => defects.push(error) }, [
      FailingGateway,
    ])
    await client('/').emitWithAck('throws', { word: 'x' })
    expect(defects).toEqual([new RangeError('cannot read x')])
    expect(errors).toEqual([])
  })
})

describe('authenticate', () => {
  const authenticate: Authenticate = ({ auth }) =>
    auth['token'] === 'good'
      ? { type: 'authenticated', principal: { userId: 'ann-1', name: 'Ann' } }
      : { type: 'refused', code: 'token-expired', message: 'The token has expired; sign in again' }

  it("gives the member the principal's user id and name instead of the client's own", async () => {
    const { client } = await application({ authenticate })
    const socket = client('/rooms', { auth: { token: 'good', userId: 'root', name: 'Root' } })
    expect(membersIn(await join(socket))).toEqual([{ userId: 'ann-1', name: 'Ann' }])
  })

  it("ignores the client's own user id when the principal is anonymous", async () => {
    const { client } = await application({
      authenticate: () => ({ type: 'authenticated', principal: { userId: null } }),
    })
    const socket = client('/rooms', { auth: { userId: 'root', name: 'Root' } })
    expect(membersIn(await join(socket))).toEqual([{ userId: null, name: 'Root' }])
  })

  it.each(['/', '/rooms'])(
    'refuses a connection to %s with connect_error and data.code',
    async (namespace) => {
      const { client } = await application({ authenticate })
      expect(await connectErrorOf(client(namespace, { auth: { token: 'old' } }))).toMatchObject({
        message: 'The token has expired; sign in again',
        data: {
          code: 'token-expired',
          message: 'The token has expired; sign in again',
          timestamp: expect.any(String),
        },
      })
    },
  )

  it('gets the namespace, the headers, the query, the auth object and the address of the connection', async () => {
    const handshakes: Array<HandshakeRequest> = []
    const { client } = await application({
      trustProxy: 1,
      authenticate: (handshake) => {
        handshakes.push(handshake)
        return { type: 'authenticated', principal: { userId: null } }
      },
    })
    const socket = client('/rooms', {
      auth: { token: 'a' },
      query: { token: 'b' },
      extraHeaders: { authorization: 'Bearer c', 'x-forwarded-for': '203.0.113.7' },
    })
    await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
    expect(handshakes).toMatchObject([
      {
        namespace: '/rooms',
        auth: { token: 'a' },
        query: { token: 'b' },
        headers: { authorization: 'Bearer c' },
        address: '203.0.113.7',
      },
    ])
  })

  it('refuses the connection with internal-error and reports the defect when it throws', async () => {
    const defects: Array<unknown> = []
    const { client } = await application({
      onDefect: (error) => defects.push(error),
      authenticate: () => Promise.reject(new Error('the key server is down')),
    })
    expect(await connectErrorOf(client('/rooms'))).toMatchObject({ data: { code: 'internal-error' } })
    expect(defects).toEqual([new Error('the key server is down')])
  })
})

describe('the options of roomSockets', () => {
  it('limit the rate of events', async () => {
    const { client } = await application({
      clock: virtualClock(),
      limits: { eventsPerSocket: { burst: 1, perSecond: 1 } },
    })
    const socket = client('/rooms')
    await join(socket)
    expect(await join(socket)).toMatchObject({ success: false, error: { code: 'rate-limited' } })
  })

  it('limit the new rooms of a verified user in all its sessions, and not those of an unverified user id', async () => {
    const { client } = await application({
      clock: virtualClock(),
      limits: { roomsPerSession: { burst: 1, perSecond: 1 } },
      authenticate: ({ auth }) => ({
        type: 'authenticated',
        principal: { userId: 'ann', isVerified: auth['token'] !== undefined },
      }),
    })
    const createBy = async (auth: object, room: string): Promise<unknown> =>
      client('/rooms', { auth }).emitWithAck('join', { room, create: true })
    const limited = { success: false, error: { code: 'rate-limited', retryAfterMs: 1_000 } }
    expect(await createBy({}, 'a')).toMatchObject({ success: true })
    expect(await createBy({}, 'b')).toMatchObject({ success: true })
    expect(await createBy({ token: 't' }, 'c')).toMatchObject({ success: true })
    expect(await createBy({ token: 't' }, 'd')).toMatchObject(limited)
  })

  it('send ICE servers, and TURN credentials for the member, with the reply to a join', async () => {
    const { client } = await application({
      iceServers: [{ urls: 'stun:stun.example.org' }],
      turn: { urls: ['turn:turn.example.org'], secret: 'shared', lifetimeMs: 60_000 },
    })
    expect(await client('/').emitWithAck('join:room', { roomCode: 'CALL', create: true })).toMatchObject({
      iceServers: [
        { urls: 'stun:stun.example.org' },
        { urls: ['turn:turn.example.org'], username: expect.any(String), credential: expect.any(String) },
      ],
    })
  })

  it('send a peer to the SFU when the room is full', async () => {
    const { client } = await application({
      maxPeers: 1,
      sfu: {
        accessFor: () => Promise.resolve({ type: 'livekit', url: 'wss://sfu.example.org', token: 't' }),
      },
    })
    await client('/').emitWithAck('join:room', { roomCode: 'CALL', create: true })
    expect(await client('/').emitWithAck('join:room', { roomCode: 'CALL' })).toMatchObject({
      success: false,
      error: { code: 'room-full', sfu: { url: 'wss://sfu.example.org' } },
    })
  })
})

it('an application that has not attached the sockets does not start', async () => {
  const sockets = roomSockets()
  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module],
  })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false })
  await expect(app.init()).rejects.toThrow('call `sockets.attach(app)` before the application listens')
  await app.close()
})
