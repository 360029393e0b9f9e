import type { AddressInfo } from 'node:net'
import { Logger } from '@nestjs/common'
import type { LoggerService } from '@nestjs/common'
import { issueToken } from 'roomreel'
import type { UserRole } from 'roomreel'
import { virtualClock } from 'roomreel/testing'
import type { VirtualClock } from 'roomreel/testing'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { Pager } from '../pager.js'
import { createWardApp } from '../ward-app.js'

const secret = 'a secret of the example, 32 bytes or more'
export const tokenLifetimeMs = 3_600_000

export interface Reply {
  readonly success: boolean
  readonly error?: { readonly code: string }
  readonly [field: string]: unknown
}

export interface Person {
  readonly socket: Socket
  /** What the ward has sent, in order. */
  readonly events: ReadonlyArray<readonly [event: string, data: unknown]>
  readonly ask: (event: string, payload?: unknown) => Promise<Reply>
  /** `ok`, or the code of the error. */
  readonly codeOf: (event: string, payload?: unknown) => Promise<string>
}

export interface RunningWard {
  readonly clock: VirtualClock
  /** The lines of the logging interceptor. */
  readonly lines: ReadonlyArray<unknown>
  readonly defects: ReadonlyArray<unknown>
  readonly tokenOf: (user: string, ...roles: ReadonlyArray<UserRole>) => Promise<string>
  /** On a connection of its own, unless it shares that of another namespace. */
  readonly connect: (auth: object, namespace?: string, isShared?: boolean) => Socket
  /** A user with a token, connected to the ward. */
  readonly person: (user: string, ...roles: ReadonlyArray<UserRole>) => Promise<Person>
  readonly close: () => Promise<void>
}

export const startWard = async (pager: Pager): Promise<RunningWard> => {
  const clock = virtualClock()
  const lines: Array<unknown> = []
  const defects: Array<unknown> = []
  const logger: LoggerService = {
    log: (message: unknown, context: unknown) => void (context === 'Requests' && lines.push(message)),
    warn: () => undefined,
    error: () => undefined,
  }
  const onDefect = (error: unknown): void => void defects.push(error)
  const app = await createWardApp({ secret, pager, logger, rooms: { clock, limits: 'off', onDefect } })
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  const sockets: Array<Socket> = []

  const connect: RunningWard['connect'] = (auth, namespace = '/ward', isShared = false) => {
    const socket = io(`http://127.0.0.1:${port}${namespace}`, {
      auth,
      transports: ['websocket'],
      forceNew: !isShared,
      reconnection: false,
    })
    sockets.push(socket)
    return socket
  }
  const tokenOf: RunningWard['tokenOf'] = (user, ...roles) =>
    issueToken(
      { user, name: null, roles, lifetimeMs: tokenLifetimeMs },
      secret,
      { issuer: null, audience: null },
      clock.now(),
    )
  return {
    clock,
    lines,
    defects,
    tokenOf,
    connect,
    person: async (user, ...roles) => personOf(connect({ token: await tokenOf(user, ...roles) })),
    close: async () => {
      for (const socket of sockets) socket.disconnect()
      await app.close()
      // Nest's logger is one for the whole thread.
      Logger.overrideLogger(false)
    },
  }
}

export const personOf = (socket: Socket): Person => {
  const events: Array<readonly [string, unknown]> = []
  socket.onAny((event: string, data: unknown) => void events.push([event, data]))
  const ask = (event: string, payload?: unknown): Promise<Reply> => socket.emitWithAck(event, payload)
  return {
    socket,
    events,
    ask,
    codeOf: async (event, payload) => (await ask(event, payload)).error?.code ?? 'ok',
  }
}
