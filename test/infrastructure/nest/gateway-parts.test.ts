import { Logger, Module, UseFilters, UseGuards, UseInterceptors, ValidationPipe } from '@nestjs/common'
import type { INestApplication, LoggerService } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import { IsString, MaxLength } from 'class-validator'
import type { AddressInfo } from 'node:net'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { Socket as ServerSocket } from 'socket.io'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  Roles,
  WsExceptionFilter,
  WsJwtGuard,
  WsLoggingInterceptor,
  WsRolesGuard,
  WsValidationPipe,
  principalOf,
} from '../../../src/nest.js'
import type { UserRole } from '../../../src/nest.js'
import { RoomreelModule, memoryEventStore, roomSockets } from '../../../src/index.js'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { authenticateFake, fakeToken } from '../identity/fake-tokens.js'

const alert = z.object({ bed: z.number().int().min(1).max(40) })

class Note {
  @IsString()
  @MaxLength(10)
  text = ''
}

@UseInterceptors(WsLoggingInterceptor)
@UseFilters(WsExceptionFilter)
@UseGuards(WsJwtGuard, WsRolesGuard)
@WebSocketGateway({ namespace: '/ward' })
class WardGateway {
  @SubscribeMessage('whoami')
  whoami(@ConnectedSocket() socket: ServerSocket) {
    return { success: true, userId: principalOf(socket)?.userId }
  }

  @Roles('staff')
  @SubscribeMessage('alert')
  alert(@MessageBody(new WsValidationPipe(alert)) { bed }: z.output<typeof alert>) {
    return { success: true, bed }
  }

  @Roles('admin')
  @SubscribeMessage('close')
  close(): void {}

  @SubscribeMessage('note')
  note(@MessageBody(new ValidationPipe({ transform: true })) { text }: Note) {
    return { success: true, text }
  }

  @SubscribeMessage('fail')
  fail(@MessageBody() payload: unknown): never {
    throw new RangeError(`cannot read ${JSON.stringify(payload)}`)
  }
}

let clock: VirtualClock
let app: INestApplication
let url = ''
let lines: Array<unknown> = []
let defects: Array<unknown> = []
const sockets: Array<Socket> = []

beforeEach(async () => {
  clock = virtualClock()
  lines = []
  defects = []
  const rooms = roomSockets({
    clock,
    authenticate: authenticateFake(clock),
    onDefect: (error) => defects.push(error),
    limits: 'off',
  })
  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...rooms.engine, store: memoryEventStore() }), rooms.module],
    providers: [WardGateway],
  })(AppModule)
  const logger: LoggerService = {
    log: (message: unknown, context: unknown) => void (context === 'Requests' && lines.push(message)),
    warn: () => undefined,
    error: () => undefined,
  }
  app = await NestFactory.create(AppModule, { logger })
  Logger.overrideLogger(logger)
  rooms.attach(app)
  await app.listen(0, '127.0.0.1')
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`
})

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect()
  await app.close()
  Logger.overrideLogger(false)
})

const connect = (auth: object, namespace = '/ward'): Socket => {
  const socket = io(`${url}${namespace}`, {
    auth,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
  })
  sockets.push(socket)
  return socket
}

const tokenOf = (sub: string, ...roles: ReadonlyArray<UserRole>): string =>
  fakeToken({ sub, roles, iat: clock.now(), exp: clock.now() + 60_000 })

const withToken = (...roles: ReadonlyArray<UserRole>): Socket => connect({ token: tokenOf('ann', ...roles) })

const codeOf = async (socket: Socket, event: string, payload?: unknown): Promise<unknown> => {
  const reply = (await socket.emitWithAck(event, payload)) as { error?: { code: string } }
  return reply.error?.code ?? 'ok'
}

describe("a gateway in an application's own namespace", () => {
  it('has the user of the handshake', async () => {
    expect(await withToken().emitWithAck('whoami')).toEqual({ success: true, userId: 'ann' })
  })

  it('refuses connections without a token, and answers their acknowledgement', async () => {
    expect(await connect({ userId: 'ann' }).emitWithAck('whoami')).toEqual({
      success: false,
      error: {
        code: 'unauthenticated',
        message: 'A valid token is needed',
        timestamp: new Date(clock.now()).toISOString(),
        event: 'whoami',
      },
    })
  })

  it.each<[event: string, payload: unknown, allowed: ReadonlyArray<UserRole | 'no role'>]>([
    ['whoami', undefined, ['no role', 'staff', 'admin', 'super_admin']],
    ['alert', { bed: 3 }, ['staff']],
    ['close', undefined, ['admin', 'super_admin']],
  ])('allows %s to exactly the roles of the handler', async (event, payload, allowed) => {
    const passed: Array<unknown> = []
    for (const role of ['no role', 'staff', 'admin', 'super_admin'] as const) {
      const code = await codeOf(role === 'no role' ? withToken() : withToken(role), event, payload)
      if (code === 'ok') passed.push(role)
      else expect(code).toBe('access-denied')
    }
    expect(passed).toEqual(allowed)
  })

  it('counts emergency access as admin, until its end', async () => {
    const admin = connect({ token: tokenOf('ann', 'staff') }, '/admin')
    const ward = withToken('staff')
    expect(await codeOf(ward, 'close')).toBe('access-denied')
    expect(await admin.emitWithAck('emergency-access', { reason: 'fire' })).toMatchObject({ success: true })
    expect(await codeOf(ward, 'close')).toBe('ok')
  })

  it('loses its user when the token expires or is revoked', async () => {
    const socket = withToken('staff')
    expect(await codeOf(socket, 'alert', { bed: 1 })).toBe('ok')
    const operator = connect({ token: tokenOf('op', 'admin') }, '/admin')
    const closed = new Promise((resolve) => socket.once('disconnect', resolve))
    const error = new Promise((resolve) => socket.once('error', resolve))
    expect(await operator.emitWithAck('admin:revoke', { userId: 'ann' })).toEqual({ success: true })
    expect(await error).toMatchObject({ code: 'unauthenticated' })
    expect(await closed).toBe('io server disconnect')
    clock.advance(1)
    const other = connect({ token: tokenOf('ann') })
    const ended = new Promise((resolve) => other.once('disconnect', resolve))
    expect(await codeOf(other, 'whoami')).toBe('ok')
    clock.advance(60_000)
    expect(await ended).toBe('io server disconnect')
  })

  it('checks payloads by zod, and names the field', async () => {
    expect(await withToken('staff').emitWithAck('alert', { bed: 41, more: 1 })).toMatchObject({
      error: { code: 'invalid-payload', path: 'bed', event: 'alert' },
    })
    expect(await withToken('staff').emitWithAck('alert', { bed: 40, more: 1 })).toEqual({
      success: true,
      bed: 40,
    })
  })

  it('checks payloads by class-validator beside it', async () => {
    expect(await withToken().emitWithAck('note', { text: 'short' })).toEqual({ success: true, text: 'short' })
    expect(await codeOf(withToken(), 'note', { text: 'much too long' })).toBe('invalid-payload')
  })

  it('answers a defect without its message, and reports it', async () => {
    const reply: unknown = await withToken().emitWithAck('fail', { word: 'canary' })
    expect(reply).toMatchObject({ error: { code: 'internal-error' } })
    expect(JSON.stringify(reply)).not.toContain('canary')
    expect(defects).toEqual([new RangeError('cannot read {"word":"canary"}')])
  })

  it('logs each request without payload and user', async () => {
    const socket = withToken('staff')
    await socket.emitWithAck('alert', { bed: 3 })
    await socket.emitWithAck('alert', { bed: 'canary' })
    await socket.emitWithAck('fail', { word: 'canary' })
    const line = (event: string, code: string) => ({
      message: 'request',
      namespace: '/ward',
      event,
      code,
      durationMs: 0,
    })
    expect(lines).toEqual([
      line('alert', 'ok'),
      line('alert', 'invalid-payload'),
      line('fail', 'internal-error'),
    ])
  })
})
