import {
  BadRequestException,
  Catch,
  ForbiddenException,
  Injectable,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common'
import type {
  CallHandler,
  CanActivate,
  ExceptionFilter,
  ExecutionContext,
  NestInterceptor,
  PipeTransform,
} from '@nestjs/common'
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway, Ack } from '@nestjs/websockets'
import { map } from 'rxjs'
import type { Observable } from 'rxjs'
import type { Socket } from 'socket.io'
import { afterEach, describe, expect, test } from 'vitest'
import type { DeferredReply } from '../../../src/infrastructure/transport/reply.js'
import { rawRequest } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

let started: StartedApp | undefined

afterEach(async () => {
  await started?.close()
  started = undefined
})

const INTERNAL_ERROR = {
  success: false,
  error: {
    code: 'internal-error',
    message: 'The server failed to carry this out',
    timestamp: '2026-01-02T03:04:05.000Z',
  },
}

@Injectable()
class OnlyWithKey implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToWs().getData<{ key?: string }>()?.key === 'right'
  }
}

class Doubling implements PipeTransform {
  transform(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || !('n' in value)) return value
    if (typeof value.n !== 'number') throw new BadRequestException()
    return { n: value.n * 2 }
  }
}

class Stamping implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((reply: object) => ({ ...reply, stamped: true })))
  }
}

@Catch(RangeError)
class RangeErrors implements ExceptionFilter {
  catch(error: RangeError): unknown {
    return { success: false, error: { code: 'out-of-range', message: error.message, timestamp: '' } }
  }
}

@Catch(RangeError)
class Silent implements ExceptionFilter {
  catch(): void {}
}

@WebSocketGateway()
class Desk {
  @SubscribeMessage('plain')
  plain(_socket: Socket, payload: unknown, event: string) {
    return { success: true, payload, event }
  }

  @SubscribeMessage('later')
  async later(_socket: Socket, payload: unknown) {
    return { success: true, payload }
  }

  @SubscribeMessage('nothing')
  nothing() {}

  @SubscribeMessage('refused')
  refused() {
    return { success: false, error: { code: 'room-full', message: 'Full', timestamp: 'then', route: 'sfu' } }
  }

  @SubscribeMessage('throws')
  throws(_socket: Socket, payload: unknown) {
    throw new Error(`secret ${JSON.stringify(payload)}`)
  }

  @SubscribeMessage('rejects')
  async rejects() {
    throw new Error('later')
  }

  @SubscribeMessage('no-reply')
  noReply() {
    return 'fine'
  }

  @SubscribeMessage('answers-later')
  answersLater(socket: Socket): DeferredReply {
    return (send) => {
      socket.emit('first')
      send({ success: true, later: true })
      socket.emit('third')
    }
  }

  @SubscribeMessage('answers-late')
  async answersLate(): Promise<DeferredReply> {
    return (send) => send({ success: true, late: true })
  }

  @SubscribeMessage('answers-twice')
  answersTwice(): DeferredReply {
    return (send) => {
      send({ success: false, error: { code: 'room-full', message: '', timestamp: '' } })
      send({ success: true })
    }
  }

  @SubscribeMessage('fails-to-answer')
  failsToAnswer(): DeferredReply {
    return () => {
      throw new Error('no answer')
    }
  }

  @SubscribeMessage('fails-to-answer-late')
  async failsToAnswerLate(): Promise<DeferredReply> {
    return this.failsToAnswer()
  }

  @SubscribeMessage('no-json')
  noJson() {
    return { success: true, big: 1n }
  }

  @UseGuards(OnlyWithKey)
  @SubscribeMessage('guarded')
  guarded() {
    return { success: true }
  }

  @UsePipes(Doubling)
  @SubscribeMessage('piped')
  piped(_socket: Socket, payload: unknown, event: string) {
    return { success: true, payload, event }
  }

  @UseInterceptors(Stamping)
  @SubscribeMessage('intercepted')
  intercepted() {
    return { success: true }
  }

  @UseFilters(RangeErrors)
  @SubscribeMessage('filtered')
  filtered(_socket: Socket, payload: unknown) {
    throw payload === 'range' ? new RangeError('too far') : new Error('else')
  }

  @UseFilters(Silent)
  @SubscribeMessage('swallowed')
  swallowed(_socket: Socket, payload: unknown) {
    if (payload === 'range') throw new RangeError()
  }

  @SubscribeMessage('decorated')
  decorated(@MessageBody('name') name: unknown, @ConnectedSocket() socket: Socket) {
    return { success: true, name, id: socket.id }
  }
}

describe('a handler', () => {
  test.each([['websocket'], ['polling']])('replies once with its result over %s', async (transport) => {
    started = await startedApp([Desk])
    const client = await started.client('/', { transports: [transport] })
    let answers = 0
    const reply = await new Promise((resolve) => {
      client.emit('plain', { a: 1 }, (answer: unknown) => {
        answers++
        resolve(answer)
      })
    })
    expect(reply).toEqual({ success: true, payload: { a: 1 }, event: 'plain' })
    expect(await client.emitWithAck('later', [1, 2])).toEqual({ success: true, payload: [1, 2] })
    expect(answers).toBe(1)
  })

  test('replies later by a function, in order with its emits', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    const received: unknown[] = []
    client.onAny((event) => received.push(event))
    client.emit('answers-later', (reply: unknown) => received.push(reply))
    expect(await client.emitWithAck('answers-late')).toEqual({ success: true, late: true })
    expect(received).toEqual(['first', { success: true, later: true }, 'third'])
  })

  test('that replies twice is a defect, and its second reply is not sent', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    const received: unknown[] = []
    client.onAny((event) => received.push(event))
    expect(await client.emitWithAck('answers-twice')).toMatchObject({ error: { code: 'room-full' } })
    client.emit('answers-twice')
    await client.emitWithAck('plain')
    expect(received).toEqual(['error'])
    expect(started.defects).toHaveLength(2)
  })

  test('that returns nothing replies success', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('nothing')).toEqual({ success: true })
  })

  test('without an acknowledgement emits a failure to that socket alone, and no success', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    const other = await started.client()
    const received: unknown[] = []
    client.onAny((event, payload) => received.push([event, payload]))
    other.onAny((event, payload) => received.push([event, payload]))
    client.emit('plain', 1)
    client.emit('refused')
    await client.emitWithAck('plain')
    await other.emitWithAck('plain')
    expect(received).toEqual([
      ['error', { code: 'room-full', message: 'Full', timestamp: 'then', route: 'sfu' }],
    ])
  })

  test('without an acknowledgement emits a failure as the protocol encodes it, or not at all', async () => {
    started = await startedApp([Desk], {
      failureEmit: ({ event }, error) =>
        event === 'refused' ? { event: 'gameError', payload: { code: error.code } } : undefined,
    })
    const client = await started.client()
    const received: unknown[] = []
    client.onAny((event, payload) => received.push([event, payload]))
    client.emit('throws')
    client.emit('refused')
    await client.emitWithAck('plain')
    expect(received).toEqual([['gameError', { code: 'room-full' }]])
  })

  test('that does not exist is answered with unknown-event', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('constructor')).toMatchObject({
      success: false,
      error: { code: 'unknown-event', event: 'constructor' },
    })
    const long = (await client.emitWithAck('x'.repeat(1000))) as { error: object }
    expect(long.error).not.toHaveProperty('event')
  })
})

describe('a defect of a handler gets internal-error without details and is reported in full', () => {
  test.each([
    ['throws'],
    ['rejects'],
    ['no-reply'],
    ['no-json'],
    ['fails-to-answer'],
    ['fails-to-answer-late'],
  ])('%s', async (event) => {
    started = await startedApp([Desk])
    const client = await started.client()
    const replies: unknown[] = []
    await new Promise<void>((resolve) => {
      client.emit(event, { password: 'p' }, (reply: unknown) => {
        replies.push(reply)
        resolve()
      })
    })
    await client.emitWithAck('plain')
    expect(replies).toEqual([{ ...INTERNAL_ERROR, error: { ...INTERNAL_ERROR.error, event } }])
    expect(started.defects.map(({ place }) => place)).toEqual([{ namespace: '/', event }])
    expect(client.connected).toBe(true)
  })

  test('also when the report itself throws', async () => {
    started = await startedApp([Desk], {
      onDefect: () => {
        throw new Error('the log is full')
      },
    })
    const client = await started.client()
    expect(await client.emitWithAck('throws')).toMatchObject({ error: { code: 'internal-error' } })
  })
})

describe('Nest runs for a handler', () => {
  test('its guard: a rejection is access-denied and not a defect', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('guarded', {})).toMatchObject({ error: { code: 'access-denied' } })
    expect(await client.emitWithAck('guarded', { key: 'right' })).toEqual({ success: true })
    expect(started.defects).toEqual([])
  })

  test('its pipe, which changes or rejects the payload', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('piped', { n: 2 })).toEqual({
      success: true,
      payload: { n: 4 },
      event: 'piped',
    })
    expect(await client.emitWithAck('piped', { n: 'x' })).toMatchObject({
      error: { code: 'invalid-payload' },
    })
  })

  test('its interceptor, which changes the reply', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('intercepted')).toEqual({ success: true, stamped: true })
  })

  test('its filter, which replies to the exceptions that it catches', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('filtered', 'range')).toMatchObject({ error: { code: 'out-of-range' } })
    expect(await client.emitWithAck('filtered')).toMatchObject({ error: { code: 'internal-error' } })
  })

  test('its filter: one that returns nothing replies internal-error', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('swallowed', 'range')).toMatchObject({
      error: { code: 'internal-error' },
    })
    expect(await client.emitWithAck('swallowed')).toEqual({ success: true })
  })

  test('the global guards of the application', async () => {
    started = await startedApp([Desk], {}, (app) => {
      app.useGlobalGuards({
        canActivate: (context: ExecutionContext) => {
          if (context.switchToWs().getPattern() === 'nothing') throw new ForbiddenException()
          return true
        },
      })
    })
    const client = await started.client()
    expect(await client.emitWithAck('nothing')).toMatchObject({ error: { code: 'access-denied' } })
    expect(await client.emitWithAck('plain', 1)).toEqual({ success: true, payload: 1, event: 'plain' })
  })

  test('no global filter of the application, because those write HTTP responses', async () => {
    const caught: unknown[] = []
    started = await startedApp([Desk], {}, (app) => {
      app.useGlobalFilters({ catch: (error: unknown) => void caught.push(error) })
    })
    const client = await started.client()
    expect(await client.emitWithAck('throws')).toMatchObject({ error: { code: 'internal-error' } })
    expect(started.defects).toHaveLength(1)
    expect(caught).toEqual([])
  })

  test('its parameter decorators', async () => {
    started = await startedApp([Desk])
    const client = await started.client()
    expect(await client.emitWithAck('decorated', { name: 'Ada' })).toEqual({
      success: true,
      name: 'Ada',
      id: client.id,
    })
  })
})

test('an event that arrives with a disconnect, but after it, is not handled', async () => {
  const handled: string[] = []
  @WebSocketGateway()
  class Quitting {
    @SubscribeMessage('quit')
    quit(socket: Socket) {
      handled.push('quit')
      socket.disconnect()
    }

    @SubscribeMessage('more')
    more() {
      handled.push('more')
    }
  }
  started = await startedApp([Quitting])
  const { body } = await rawRequest(started.port, '/socket.io/?EIO=4&transport=polling')
  const { sid } = JSON.parse(body.slice(1)) as { sid: string }
  const post = (packets: string) =>
    fetch(`${started?.url}/socket.io/?EIO=4&transport=polling&sid=${sid}`, { method: 'POST', body: packets })
  await (await post('40')).text()
  await (await post('42["more"]\u001e42["quit"]\u001e42["more"]')).text()
  expect(handled).toEqual(['more', 'quit'])
})

describe('the start fails because of', () => {
  @WebSocketGateway({ namespace: 'chat' })
  class First {
    @SubscribeMessage('join')
    join() {}
  }

  @WebSocketGateway({ namespace: '/chat' })
  class Second {
    @SubscribeMessage('join')
    join() {}
  }

  @WebSocketGateway()
  class Elsewhere {
    @SubscribeMessage('join')
    join() {}
  }

  @WebSocketGateway()
  class Acknowledging {
    @SubscribeMessage('join')
    join(@Ack() _ack: () => void) {}
  }

  @WebSocketGateway(4001)
  class OwnPort {}

  test('two gateways that handle one event in one namespace; the error names both', async () => {
    await expect(startedApp([First, Second])).rejects.toThrow(/First and Second both handle the event "join"/)
    started = await startedApp([First, Elsewhere])
  })

  test('a handler with an @Ack() parameter', async () => {
    await expect(startedApp([Acknowledging])).rejects.toThrow('Acknowledging.join')
  })

  test('a gateway with a port of its own', async () => {
    await expect(startedApp([OwnPort])).rejects.toThrow('no port')
  })
})

describe('connection hooks', () => {
  const hooked = (
    connect: (socket: Socket) => unknown,
    disconnect: (reason: string) => unknown = () => {},
  ) => {
    @WebSocketGateway()
    class Hooked {
      handleConnection(socket: Socket) {
        return connect(socket)
      }

      handleDisconnect(_socket: Socket, reason: string) {
        return disconnect(reason)
      }

      @SubscribeMessage('data')
      data(socket: Socket) {
        return { success: true, name: (socket.data as { name?: string }).name }
      }
    }
    return Hooked
  }

  test('delay the events of their socket until they have ended', async () => {
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => {
      open = resolve
    })
    const gateway = hooked(async (socket) => {
      let arrived = 0
      socket.onAny(() => {
        if (++arrived === 2) open()
      })
      await opened
      ;(socket.data as { name?: string }).name = 'Ada'
    })
    started = await startedApp([gateway])
    const client = await started.client()
    const first = client.emitWithAck('data')
    const second = client.emitWithAck('data')
    expect(await Promise.all([first, second])).toEqual([
      { success: true, name: 'Ada' },
      { success: true, name: 'Ada' },
    ])
  })

  test.each([
    [
      'throw',
      () => {
        throw new Error('at once')
      },
    ],
    [
      'reject',
      async () => {
        throw new Error('later')
      },
    ],
  ])('that fail (%s) disconnect their socket only', async (_how, connect) => {
    started = await startedApp([hooked(connect)])
    const client = await started.client()
    const reason = client.connected
      ? await new Promise((resolve) => void client.once('disconnect', resolve))
      : 'io server disconnect'
    expect(reason).toBe('io server disconnect')
    expect(started.defects.map(({ place }) => place)).toEqual([{ namespace: '/', event: 'connection' }])
  })

  test('that fail after a disconnect are a defect', async () => {
    let onCalled = (): void => {}
    const called = new Promise<void>((resolve) => {
      onCalled = resolve
    })
    const gateway = hooked(
      () => {},
      async (reason) => {
        onCalled()
        throw new Error(reason)
      },
    )
    started = await startedApp([gateway])
    const client = await started.client()
    client.disconnect()
    await called
    await Promise.resolve()
    expect(started.defects.map(({ place }) => place)).toEqual([{ namespace: '/', event: 'disconnect' }])
  })

  test('run only after the check of the namespace; a rejection or an error in it is a connect_error', async () => {
    started = await startedApp([Desk])
    const { transport } = started
    transport.admit('/', (socket) => {
      const { user } = socket.handshake.auth as { user?: string }
      if (user === 'bug') throw new Error('bug')
      return user === 'Ada' ? undefined : { code: 'unauthenticated', message: 'No user', timestamp: 'now' }
    })
    await started.client('/', { auth: { user: 'Ada' } })
    await expect(started.client()).rejects.toMatchObject({ data: { code: 'unauthenticated' } })
    await expect(started.client('/', { auth: { user: 'bug' } })).rejects.toMatchObject({
      data: { code: 'internal-error' },
    })
  })
})
