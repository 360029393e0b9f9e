import 'reflect-metadata'
import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import type { RoomModel } from '../../src/domain/room/index.js'
import type { EventStore, RoomRecord } from '../../src/application/ports/event-store.js'
import type { Sfu } from '../../src/application/ports/sfu.js'
import type { AuditOptions, Engine } from '../../src/application/engine/index.js'
import { createEngine } from '../../src/application/engine/index.js'
import {
  defaultEmergencyAccessMs,
  defaultGraceMs,
  defaultMaxPeers,
} from '../../src/infrastructure/config/settings.js'
import { createSocketSessions } from '../../src/infrastructure/transport/socket-sessions.js'
import type { SocketSessions } from '../../src/infrastructure/transport/socket-sessions.js'
import { withAuth } from '../../src/infrastructure/protocols/auth/index.js'
import type { Authenticate } from '../../src/infrastructure/transport/handshake-guard.js'
import type { Identity } from '../../src/application/identity/identity.js'
import { createIdentity } from '../../src/application/identity/identity.js'
import type { Protocol } from '../../src/infrastructure/protocols/define-protocol.js'
import type { RoomSettings } from '../../src/infrastructure/protocols/handler-context.js'
import {
  gatewaysOf,
  isMessageOf,
  transportPortsOf,
} from '../../src/infrastructure/protocols/protocol-gateways.js'
import { auditPortsOf } from '../../src/infrastructure/protocols/request-audit.js'
import type { TransportLimits } from '../../src/infrastructure/transport/transport.js'
import { systemEntropy } from '../../src/infrastructure/entropy/system-entropy.js'
import { memoryEventStore } from '../../src/infrastructure/storage/memory-event-store.js'
import { createIceRenewal } from '../../src/infrastructure/ice/ice-renewal.js'
import { iceServersFor } from '../../src/infrastructure/ice/ice-servers-for.js'
import type { IceServersOptions } from '../../src/infrastructure/ice/ice-servers-for.js'
import {
  closingError,
  handshakeCheck,
  reauthenticateWith,
} from '../../src/infrastructure/nest/authentication.js'
import {
  ENTROPY,
  IDENTITY,
  REAUTHENTICATE,
  ROOM_SETTINGS,
  SESSIONS,
  SFU,
} from '../../src/infrastructure/nest/tokens.js'
import { noSfu } from '../../src/infrastructure/sfu/livekit-sfu.js'
import { createSocketIoTransport } from '../../src/infrastructure/transport/socket-io-transport.js'
import type { Client, Connecting } from './live-client.js'
import { connected } from './live-client.js'
import type { VirtualClock } from './virtual-clock.js'
import { settled, virtualClock } from './virtual-clock.js'
import { builtInModel, builtInProtocols } from '../../src/plugins.js'

export interface LiveServer {
  readonly url: string
  readonly clock: VirtualClock
  readonly engine: Engine
  readonly sessions: SocketSessions
  readonly identity: Identity
  /** The number of connections whose ICE servers are renewed before they expire. */
  readonly renewed: () => number
  readonly defects: ReadonlyArray<unknown>
  /** All published records, in order. */
  readonly log: ReadonlyArray<RoomRecord>
  /** All clients, also those that have left. */
  readonly clients: ReadonlyArray<Client>
  /** A connected client; it is closed with the server. */
  readonly client: (namespace?: string, auth?: object, connecting?: Connecting) => Promise<Client>
  /** Resolves to the first published record that fits, now or later, without the first `after` records. */
  readonly waitForRecord: (fits: (record: RoomRecord) => boolean, after?: number) => Promise<RoomRecord>
  /** Resolves when the condition holds; for conditions without an event. */
  readonly until: (condition: () => boolean) => Promise<void>
  /** Loses a client's connection, and resolves when its member is away. */
  readonly loseConnection: (client: Client) => Promise<RoomRecord>
  /** The bytes that the server buffers for this client. */
  readonly bufferedBytes: (client: Client, namespace?: string) => number
  /** Ends like a power cut: no later append reaches the store. Another server can start with the same store. */
  readonly crash: () => Promise<void>
  readonly close: () => Promise<void>
}

export interface LiveServerOptions {
  readonly store?: EventStore
  readonly clock?: VirtualClock
  readonly graceMs?: number
  readonly maxPeers?: number
  readonly sfu?: Sfu
  /** Default: the built-in activities, without a computer player. */
  readonly model?: RoomModel
  readonly turn?: IceServersOptions['turn']
  /** Default: clients state their user id themselves. */
  readonly authenticate?: Authenticate
  /** Default: the built-in protocols. */
  readonly protocols?: ReadonlyArray<Protocol>
  /** Default: the engine records nothing. */
  readonly audit?: AuditOptions
  readonly limits?: Partial<TransportLimits>
}

/** The gateways on local sockets, with an event store in memory and a virtual clock. */
export const liveServer = async (options: LiveServerOptions = {}): Promise<LiveServer> => {
  const clock = options.clock ?? virtualClock()
  const entropy = systemEntropy()
  const { model = builtInModel, authenticate } = options
  const protocols = withAuth(options.protocols ?? builtInProtocols)
  const store = options.store ?? memoryEventStore()
  const graceMs = options.graceMs ?? defaultGraceMs
  const settings: RoomSettings = {
    rules: { maxPeers: options.maxPeers ?? defaultMaxPeers, history: 'own' },
    ice: createIceRenewal({
      protocols,
      clock,
      iceServersFor: iceServersFor({
        clock,
        fixed: [{ urls: 'stun:stun.example.org' }],
        turn: options.turn ?? null,
      }),
    }),
  }
  const defects: Array<unknown> = []
  const log: Array<RoomRecord> = []
  const watchers = new Set<() => void>()
  const power = { on: true }
  const identity = createIdentity({
    clock,
    entropy,
    operatorNamespace: '/admin',
    emergencyAccessMs: defaultEmergencyAccessMs,
    errorOf: closingError(clock.now),
    onRolesChanged: (link) => sessions.reauthorize(link),
  })
  const sessions = createSocketSessions(
    { clock, entropy, graceMs, encoders: protocols.map(({ encoderFor }) => encoderFor(model)) },
    identity,
  )
  const engine = createEngine({
    model,
    store: killable(store, power),
    clock,
    entropy,
    publisher: {
      prepare: (record, before, after) => {
        const deliver = sessions.publisher.prepare(record, before, after)
        return () => {
          deliver()
          log.push(record)
          for (const look of watchers) look()
        }
      },
      signal: sessions.publisher.signal,
    },
    monitor: {
      committed: () => undefined,
      rejected: () => undefined,
      faulted: () => undefined,
      conflicted: () => undefined,
      timerLate: () => undefined,
      defect: (_room, error) => defects.push(error),
    },
    graceMs,
    retentionMs: 30 * 24 * 3_600_000,
    audit: options.audit,
  })

  class LiveModule {}
  Module({
    providers: [
      ...gatewaysOf(protocols),
      { provide: SESSIONS, useValue: sessions },
      { provide: ENTROPY, useValue: entropy },
      { provide: ROOM_SETTINGS, useValue: settings },
      { provide: SFU, useValue: options.sfu ?? noSfu },
      { provide: IDENTITY, useValue: identity },
      { provide: REAUTHENTICATE, useValue: reauthenticateWith(authenticate) },
    ],
  })(LiveModule)
  const app = await NestFactory.create(LiveModule, { logger: false })
  const transport = createSocketIoTransport(app, {
    now: clock.now,
    onDefect: (error) => defects.push(error),
    count: () => undefined,
    clientOrigins: [],
    ...transportPortsOf(protocols),
    ...auditPortsOf(isMessageOf(protocols), () => engine.audit),
    // Virtual time stands still during a test, so the buckets would never be refilled.
    limits: {
      eventsPerSocket: unlimited,
      eventsPerUser: unlimited,
      eventsPerAddress: unlimited,
      frequentPerSocket: unlimited,
      frequentPerUser: unlimited,
      frequentPerAddress: unlimited,
      connectsPerAddress: unlimited,
      ...options.limits,
    },
  })
  if (authenticate !== undefined) {
    const check = handshakeCheck(authenticate, identity, clock.now)
    for (const name of new Set(protocols.map(({ namespace }) => namespace))) transport.admit(name, check)
  }
  await identity.start(store.identity, store.key)
  sessions.start(engine, transport.io)
  await engine.start()
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const sockets: Array<Socket> = []
  const clients: Array<Client> = []

  const disconnectAll = async (): Promise<void> => {
    for (const socket of sockets) socket.disconnect()
    while (transport.connectionCount() > 0) await settled()
    await transport.shutDown({ reconnectWindowMs: 0, withinMs: 1_000 })
    await app.close()
    sessions.stop()
    identity.stop()
  }

  const happens: LiveServer['waitForRecord'] = (fits, after = 0) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = log.slice(after).find(fits)
        if (found === undefined) return
        watchers.delete(look)
        resolve(found)
      }
      watchers.add(look)
      look()
    })

  return {
    url,
    clock,
    engine,
    sessions,
    identity,
    renewed: settings.ice.size,
    defects,
    log,
    clients,
    client: async (namespace = '/', auth = {}, connecting = {}) => {
      const socket = io(`${url}${namespace}`, {
        auth,
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        ...connecting,
      })
      sockets.push(socket)
      const client = await connected(socket)
      clients.push(client)
      return client
    },
    waitForRecord: happens,
    until: async (condition) => {
      while (!condition()) await settled()
    },
    loseConnection: (client) => {
      const away = happens(({ type }) => type === 'room.member-away', log.length)
      client.cut()
      return away
    },
    bufferedBytes: ({ socket }, namespace = '/') => {
      const connection = transport.io.of(namespace).sockets.get(socket.id ?? '')
      return connection === undefined ? 0 : transport.bufferedBytes(connection)
    },
    crash: async () => {
      power.on = false
      await disconnectAll()
    },
    close: async () => {
      await disconnectAll()
      await engine.stop()
    },
  }
}

const unlimited = { burst: 1_000_000, perSecond: 1_000_000 }

/** A store whose commits do not resolve without power. */
const killable = (store: EventStore, power: { readonly on: boolean }): EventStore => ({
  ...store,
  commit: (appends) => () => (power.on ? store.commit(appends)() : new Promise(() => undefined)),
})
