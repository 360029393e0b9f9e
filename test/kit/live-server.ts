import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import type { EventStore } from '../../src/application/ports/event-store.js'
import type { Engine } from '../../src/application/rooms/index.js'
import { createEngine } from '../../src/application/rooms/index.js'
import { createHub } from '../../src/infrastructure/connections/hub.js'
import type { Hub } from '../../src/infrastructure/connections/hub.js'
import { nativeEncoder } from '../../src/infrastructure/dialects/native/encode.js'
import { NativeGateway } from '../../src/infrastructure/dialects/native/gateway.js'
import { pickerEncoder } from '../../src/infrastructure/dialects/picker/encode.js'
import { PickerGateway } from '../../src/infrastructure/dialects/picker/gateway.js'
import type { RoomSettings } from '../../src/infrastructure/dialects/room-settings.js'
import { systemEntropy } from '../../src/infrastructure/entropy/system-entropy.js'
import { memoryEventStore } from '../../src/infrastructure/event-stores/memory-event-store.js'
import { HUB, ROOM_SETTINGS } from '../../src/infrastructure/nest/tokens.js'
import { leanSocketIoAdapter } from '../../src/infrastructure/transport/lean-socket-io.js'
import type { VirtualClock } from './virtual-clock.js'
import { virtualClock } from './virtual-clock.js'

export interface LiveServer {
  readonly url: string
  readonly clock: VirtualClock
  readonly engine: Engine
  readonly hub: Hub
  readonly defects: ReadonlyArray<unknown>
  /** A client of this server, connected; closed with the server. */
  readonly client: (namespace?: string, auth?: object) => Promise<Client>
  readonly close: () => Promise<void>
}

export interface Client {
  readonly socket: Socket
  readonly id: string
  readonly session: Session
  /** Everything that was sent to it but `session`, in order. */
  readonly heard: ReadonlyArray<readonly [event: string, payload: Heard]>
  readonly ask: (event: string, payload?: unknown) => Promise<Heard>
  /** The first of this event that was or will be heard. */
  readonly hears: (event: string, fits?: (payload: Heard) => boolean) => Promise<Heard>
}

export type Heard = Readonly<Record<string, unknown>> & {
  readonly error?: Readonly<Record<string, unknown>>
}

export interface Session {
  readonly sessionId: string
  readonly graceMs: number
  readonly resumed: boolean
  readonly rooms: ReadonlyArray<string>
  readonly memberships: ReadonlyArray<Readonly<Record<string, unknown>>>
}

const settings: RoomSettings = { rules: { maxPeers: 10, history: 'own' }, iceServers: [] }

/** The real gateways on real sockets of this machine, with a log in memory and a clock that is told the time. */
export const liveServer = async (
  options: { readonly store?: EventStore; readonly graceMs?: number } = {},
): Promise<LiveServer> => {
  const clock = virtualClock()
  const entropy = systemEntropy()
  const graceMs = options.graceMs ?? 15_000
  const defects: Array<unknown> = []
  const hub = createHub({ clock, entropy, graceMs, encoders: [pickerEncoder, nativeEncoder] })
  const engine = createEngine({
    store: options.store ?? memoryEventStore(),
    clock,
    entropy,
    publisher: hub.publisher,
    monitor: {
      committed: () => undefined,
      rejected: () => undefined,
      faulted: () => undefined,
      conflicted: () => undefined,
      late: () => undefined,
      defect: (_room, error) => defects.push(error),
    },
    graceMs,
    retentionMs: 30 * 24 * 3_600_000,
  })

  class LiveModule {}
  Module({
    providers: [
      PickerGateway,
      NativeGateway,
      { provide: HUB, useValue: hub },
      { provide: ROOM_SETTINGS, useValue: settings },
    ],
  })(LiveModule)
  const app = await NestFactory.create(LiveModule, { logger: false })
  const transport = leanSocketIoAdapter(app, {
    now: clock.now,
    onDefect: (error) => defects.push(error),
    count: () => undefined,
    clientOrigins: [],
  })
  hub.start(engine, transport.io)
  await engine.start()
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const sockets: Array<Socket> = []

  return {
    url,
    clock,
    engine,
    hub,
    defects,
    client: async (namespace = '/', auth = {}) => {
      const socket = io(`${url}${namespace}`, {
        auth,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
      })
      sockets.push(socket)
      return listening(socket)
    },
    close: async () => {
      for (const socket of sockets) socket.disconnect()
      await transport.shutDown({ reconnectWindowMs: 0, withinMs: 1_000 })
      await app.close()
      hub.stop()
      await engine.stop()
    },
  }
}

const listening = async (socket: Socket): Promise<Client> => {
  const heard: Array<readonly [string, Heard]> = []
  const waiting = new Set<() => void>()
  const opened = new Promise<Session>((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('session', resolve)
  })
  socket.onAny((event: string, payload: Heard) => {
    if (event === 'session') return
    heard.push([event, payload])
    for (const look of waiting) look()
  })
  const session = await opened
  return {
    socket,
    id: socket.id ?? '',
    session,
    heard,
    ask: (event, payload) =>
      payload === undefined ? socket.emitWithAck(event) : socket.emitWithAck(event, payload),
    hears: (event, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find(([name, payload]) => name === event && fits(payload))
          if (found === undefined) return
          waiting.delete(look)
          resolve(found[1])
        }
        waiting.add(look)
        look()
      }),
  }
}
