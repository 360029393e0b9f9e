import { Module } from '@nestjs/common'
import type { INestApplication, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { AddressInfo } from 'node:net'
import { io as connect } from 'socket.io-client'
import type { ManagerOptions, Socket as ClientSocket, SocketOptions } from 'socket.io-client'
import { connectionsOf } from '../../../src/infrastructure/transport/engine-io-internals.js'
import { createSocketIoTransport } from '../../../src/infrastructure/transport/socket-io-transport.js'
import { echoTraits } from './echo-gateway.js'
import type { RequestTarget } from '../../../src/infrastructure/transport/reply.js'
import type { Transport, TransportOptions } from '../../../src/infrastructure/transport/transport.js'

export type Defect = { readonly error: unknown; readonly place: RequestTarget }

export type StartedApp = {
  readonly app: INestApplication
  readonly transport: Transport
  readonly defects: Defect[]
  readonly counts: Array<readonly [string, Readonly<Record<string, string>>]>
  readonly port: number
  readonly url: string
  /** The clock that the transport reads. */
  readonly clock: { nowMs: number }
  /** A connected Socket.IO client; closed with the application. */
  readonly client: (
    namespace?: string,
    options?: Partial<ManagerOptions & SocketOptions>,
  ) => Promise<ClientSocket>
  /** Resolves when one of the open connections has closed on the server. */
  readonly closed: () => Promise<void>
  readonly close: () => Promise<void>
}

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** Starts an application of these gateways on a free port, with a clock that the test sets. */
export const startedApp = async (
  gateways: readonly Type[],
  options: Partial<TransportOptions> = {},
  prepare: (app: INestApplication) => void = () => {},
): Promise<StartedApp> => {
  class Gateways {}
  Module({ providers: [...gateways] })(Gateways)
  const app = await NestFactory.create(Gateways, { logger: false, abortOnError: false })
  const defects: Defect[] = []
  const counts: StartedApp['counts'] = []
  const clock = { nowMs: NOW_MS }
  const transport = createSocketIoTransport(app, {
    now: () => clock.nowMs,
    onDefect: (error, place) => void defects.push({ error, place }),
    count: (name, labels) => void counts.push([name, labels]),
    clientOrigins: [],
    traitsOf: echoTraits,
    ...options,
  })
  prepare(app)
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const clients: ClientSocket[] = []
  return {
    app,
    transport,
    defects,
    counts,
    port,
    url,
    clock,
    client: async (namespace = '/', clientOptions = {}) => {
      const socket = connect(`${url}${namespace}`, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        ...clientOptions,
      })
      clients.push(socket)
      await new Promise<void>((resolve, reject) => {
        socket.once('connect', resolve)
        socket.once('connect_error', reject)
      })
      return socket
    },
    closed: () =>
      new Promise((resolve) => {
        for (const connection of connectionsOf(transport.io)) connection.once('close', () => resolve())
      }),
    close: async () => {
      for (const socket of clients) socket.disconnect()
      await app.close()
    },
  }
}
