import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import type { INestApplication, LoggerService, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import type { AnyActivity } from '../../../src/domain/kernel/activity.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { roomSockets } from '../../../src/infrastructure/nest/room-sockets.js'
import type { RoomSocketsOptions } from '../../../src/infrastructure/nest/room-sockets.js'
import { RoomreelModule } from '../../../src/infrastructure/nest/roomreel.module.js'
import { showOfHands } from '../../examples/show-of-hands/index.js'
import { roomModel } from '../../../src/plugins.js'

@WebSocketGateway({ namespace: '/' })
class Desk {
  @SubscribeMessage('throws')
  throws(_socket: Socket, { word }: { readonly word: string }): never {
    throw new RangeError(`cannot read ${word}`)
  }
}

const clumsy: AnyActivity = {
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

/** An application with rooms in it and a logger of its own; gives a client of it, and what was logged as an error. */
const application = async (
  options: RoomSocketsOptions,
  own: ReadonlyArray<Type>,
  activities: ReadonlyArray<AnyActivity> = [],
): Promise<{ readonly client: (namespace: string) => Socket; readonly errors: ReadonlyArray<Line> }> => {
  const errors: Array<Line> = []
  const logger: LoggerService = {
    log: () => undefined,
    warn: () => undefined,
    // A stack may stand between them.
    error: (message: unknown, ...rest: ReadonlyArray<unknown>) =>
      void errors.push({ message, context: rest.at(-1) }),
  }
  const sockets = roomSockets({ ...options, model: roomModel({ activities }) })
  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module],
    providers: [...own],
  })(AppModule)
  const app: INestApplication = await NestFactory.create(AppModule, { logger })
  sockets.attach(app)
  await app.listen(0, '127.0.0.1')
  closing.unshift(() => app.close())
  const { port } = app.getHttpServer().address() as AddressInfo
  return {
    errors,
    client: (namespace) => {
      const socket = io(`http://127.0.0.1:${port}${namespace}`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
      })
      closing.unshift(() => socket.disconnect())
      return socket
    },
  }
}

const internalError = { success: false, error: { code: 'internal-error' } }

describe('a mistake in an application with rooms in it', () => {
  it("is a line of Nest's logger, with its place and without a word of what a client sent", async () => {
    const { client, errors } = await application({}, [Desk])
    expect(await client('/').emitWithAck('throws', { word: 'canary' })).toMatchObject(internalError)
    expect(errors).toEqual([
      {
        message: {
          message: 'a defect while a client was served',
          trouble: {
            type: 'RangeError',
            at: expect.arrayContaining([expect.stringContaining('Desk.throws')]),
          },
        },
        context: 'Roomreel',
      },
    ])
    expect(JSON.stringify(errors)).not.toContain('canary')
  })

  it("is a line of Nest's logger where a room met it, also without a monitor", async () => {
    const { client, errors } = await application({}, [], [clumsy])
    const socket = client('/rooms')
    await socket.emitWithAck('join', { room: 'friday', create: true, name: 'canary' })
    const command = { room: 'friday', id: 'a', type: 'room.activate', payload: { activity: 'show-of-hands' } }
    await socket.emitWithAck('command', command)
    const context = { type: 'show-of-hands.ask', payload: { question: 'canary', seconds: 5 } }
    expect(await socket.emitWithAck('command', { room: 'friday', id: 'b', ...context })).toMatchObject(
      internalError,
    )
    expect(errors).toMatchObject([
      { message: { room: 'friday', trouble: { type: 'TypeError' } }, context: 'Roomreel' },
    ])
    expect(JSON.stringify(errors)).not.toContain('canary')
  })

  it('is told to whoever asked for it, and then not logged', async () => {
    const told: Array<unknown> = []
    const { client, errors } = await application({ onDefect: (error) => told.push(error) }, [Desk])
    await client('/').emitWithAck('throws', { word: 'x' })
    expect(told).toEqual([new RangeError('cannot read x')])
    expect(errors).toEqual([])
  })
})
