import { Module } from '@nestjs/common'
import type {
  BeforeApplicationShutdown,
  DynamicModule,
  INestApplication,
  OnApplicationBootstrap,
} from '@nestjs/common'
import * as E from '#fp/Either'
import { createIdentity } from '../../application/identity/identity.js'
import type { Engine } from '../../application/engine/index.js'
import type { SessionLimits } from '../../application/sessions/index.js'
import type { ChooseMove } from '../../domain/activities/connect-four/index.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { EventStore } from '../../application/ports/event-store.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Sfu } from '../../application/ports/sfu.js'
import type { AnyActivity } from '../../domain/kernel/activity.js'
import { builtInProtocols, roomModel } from '../../plugins.js'
import { systemClock } from '../clock/system-clock.js'
import { defaultEmergencyAccessMs, defaultGraceMs, defaultMaxPeers } from '../config/settings.js'
import { createSocketSessions } from '../transport/socket-sessions.js'
import { systemEntropy } from '../entropy/system-entropy.js'
import { createIceRenewal } from '../ice/ice-renewal.js'
import { iceServersFor } from '../ice/ice-servers-for.js'
import type { IceServersOptions } from '../ice/ice-servers-for.js'
import type { Protocol } from '../protocols/define-protocol.js'
import { admin } from '../protocols/admin/index.js'
import { withAuth } from '../protocols/auth/index.js'
import { startIdleLogOff } from '../limits/idle-log-off.js'
import { defaultRateLimits } from '../limits/rate-limits.js'
import { createRoomCreation } from '../limits/room-creation.js'
import type { RoomSettings } from '../protocols/handler-context.js'
import { gatewaysOf, isMessageOf, transportPortsOf } from '../protocols/protocol-gateways.js'
import { auditPortsOf } from '../protocols/request-audit.js'
import type { RoomCreationLimit } from '../protocols/room-creation-limit.js'
import { noSfu } from '../sfu/livekit-sfu.js'
import type { Authenticate } from '../transport/handshake-guard.js'
import { createSocketIoTransport } from '../transport/socket-io-transport.js'
import { wireError } from '../transport/reply.js'
import type { ShutdownPlan, Transport, TransportOptions } from '../transport/transport.js'
import { closingError, handshakeCheck, reauthenticateWith } from './authentication.js'
import { logDefectOf } from './defect-log.js'
import type { RoomreelOptions } from './roomreel.module.js'
import { createShutdown } from './shutdown.js'
import { ENGINE, IDENTITY, PROTOCOLS, REAUTHENTICATE, ROOM_SETTINGS, SESSIONS, SFU, STORE } from './tokens.js'

export interface RoomSocketsOptions extends Partial<
  Pick<
    TransportOptions,
    | 'clientOrigins'
    | 'count'
    | 'frameLimits'
    | 'handshakeTimeoutMs'
    | 'limits'
    | 'onDefect'
    | 'pingIntervalMs'
    | 'pingTimeoutMs'
    | 'publicUrl'
    | 'replied'
    | 'trustProxy'
  >
> {
  /**
   * Names the user of a connection to one of the protocols' namespaces, or refuses it with `connect_error`. Default: a
   * client's own `auth.userId` and `auth.name` are taken unverified.
   */
  readonly authenticate?: Authenticate
  /** Activities beside the built-in ones. */
  readonly activities?: ReadonlyArray<AnyActivity>
  /** Protocols beside the built-in ones. */
  readonly protocols?: ReadonlyArray<Protocol>
  /** How long a member stays in its room after its connection is lost. Default: `defaultGraceMs`. */
  readonly graceMs?: number
  /** How many peers a room for calls accepts. Default: `defaultMaxPeers`. */
  readonly maxPeers?: number
  /** Limits of the session layer, such as rooms and undelivered bytes per session. Default: `defaultSessionLimits`. */
  readonly sessionLimits?: Partial<SessionLimits>
  /** Sent to every client as they are. */
  readonly iceServers?: IceServersOptions['fixed']
  /** TURN servers with a shared secret; every member gets credentials of its own. */
  readonly turn?: IceServersOptions['turn']
  /** Accepts the calls that are too large for a mesh. */
  readonly sfu?: Sfu
  /** Chooses the computer's moves in Connect Four. Default: none, and the computer resigns. */
  readonly chooseMove?: ChooseMove
  /** Default: the system's clock and entropy. */
  readonly clock?: Clock
  readonly entropy?: Entropy
  /** Closes a connection whose user has sent no event for this long. Default: never. */
  readonly idleLogOffMs?: number
  /** How long emergency access lasts. Default: 30 minutes. */
  readonly emergencyAccessMs?: number
  /** How the connections are closed, by their number. Default: within 1 s. */
  readonly shutdownPlan?: (connections: number) => ShutdownPlan
}

/** The protocols of rooms in a NestJS application. */
export interface RoomSockets {
  /** What the engine shares with the protocols; spread it into `RoomreelModule.forRoot({ … })`. */
  readonly engine: Required<
    Pick<RoomreelOptions, 'clock' | 'entropy' | 'graceMs' | 'model' | 'publishers' | 'shutdown'>
  >
  /** The gateways of all protocols; import it beside `RoomreelModule`. */
  readonly module: DynamicModule
  /** Puts Socket.IO under the application's gateways. Call it before the application listens. */
  readonly attach: (app: INestApplication) => Transport
}

@Module({})
class RoomSocketsModule {}

const LIFETIME = Symbol('roomreel.room-sockets-lifetime')

/**
 * All protocols of rooms, in the namespaces `/` and `/rooms`, for a NestJS application:
 *
 * ```ts
 * const sockets = roomSockets({
 *   authenticate: async ({ auth }) => {
 *     const user = await userOfToken(auth['token'])
 *     return user === undefined
 *       ? { type: 'refused', code: 'unauthenticated' }
 *       : { type: 'authenticated', principal: { userId: user.id, name: user.name } }
 *   },
 * })
 *
 * @Module({ imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module] })
 * class AppModule {}
 *
 * const app = await NestFactory.create(AppModule)
 * sockets.attach(app)
 * await app.listen(3000)
 * ```
 *
 * `app.close()` announces the shutdown to the clients and closes their connections, then the engine and the store.
 */
export const roomSockets = (options: RoomSocketsOptions = {}): RoomSockets => {
  const clock = options.clock ?? systemClock()
  const entropy = options.entropy ?? systemEntropy()
  const graceMs = options.graceMs ?? defaultGraceMs
  const protocols = withAuth([...builtInProtocols, ...(options.protocols ?? [])])
  const model = roomModel(options)
  const encoders = protocols.map(({ encoderFor }) => encoderFor(model))
  const identity = createIdentity({
    clock,
    entropy,
    operatorNamespace: admin.namespace,
    emergencyAccessMs: options.emergencyAccessMs ?? defaultEmergencyAccessMs,
    errorOf: closingError(clock.now),
    onRolesChanged: (link) => sessions.reauthorize(link),
  })
  const sessions = createSocketSessions(
    {
      clock,
      entropy,
      graceMs,
      encoders,
      ...(options.sessionLimits === undefined ? {} : { limits: options.sessionLimits }),
      monitor: { limitReached: (limit) => options.count?.('session_limit', { reason: limit }) },
    },
    identity,
  )
  const creation: RoomCreationLimit | undefined =
    options.limits === 'off'
      ? undefined
      : {
          ...createRoomCreation({ ...defaultRateLimits, ...options.limits }, clock.now),
          refused: (socket) => transport?.limited(socket, 'rooms'),
        }
  const settings: RoomSettings = {
    rules: { maxPeers: options.maxPeers ?? defaultMaxPeers, history: 'own' },
    ...(creation === undefined ? {} : { creation }),
    ice: createIceRenewal({
      clock,
      protocols,
      iceServersFor: iceServersFor({ clock, fixed: options.iceServers ?? [], turn: options.turn ?? null }),
    }),
  }
  /** The gateways of an application in namespaces of its own have the same users as rooms. */
  const admitAll = ({ io, admit }: Transport, { authenticate, trustProxy }: RoomSocketsOptions): void => {
    const check =
      authenticate === undefined ? undefined : handshakeCheck(authenticate, identity, clock.now, trustProxy)
    const ofRooms = new Set(protocols.map(({ namespace }) => namespace))
    const prepare = (namespace: string): void => {
      if (check !== undefined) admit(namespace, check)
      if (!ofRooms.has(namespace)) io.of(namespace).on('connection', sessions.identify)
    }
    for (const namespace of ofRooms) prepare(namespace)
    io.on('new_namespace', ({ name }) => {
      if (!ofRooms.has(name)) prepare(name)
    })
  }
  const shutdown = createShutdown()
  const { shutdownPlan = () => ({ reconnectWindowMs: 1_000, withinMs: 1_000 }) } = options
  let transport: Transport | undefined
  let store: EventStore | undefined
  let stopIdleLogOff: Cancel = () => undefined
  const lifetime: OnApplicationBootstrap & BeforeApplicationShutdown = {
    onApplicationBootstrap: async () => {
      if (transport === undefined || store === undefined)
        throw new Error(
          'The rooms have no sockets: call `sockets.attach(app)` before the application listens',
        )
      stopIdleLogOff = idleLogOff(transport, clock, options.idleLogOffMs ?? 0)
      const started = await identity.start(store.identity, store.key)
      if (E.isLeft(started)) throw new Error(`The event store cannot be read: ${started.left.problem}`)
    },
    beforeApplicationShutdown: async () => {
      stopIdleLogOff()
      await shutdown.run('connections', () => transport?.shutDown(shutdownPlan(transport.connectionCount())))
      await shutdown.run('sessions', sessions.stop)
      await shutdown.run('identity', identity.stop)
    },
  }
  return {
    engine: { model, clock, entropy, graceMs, publishers: [sessions.publisher], shutdown },
    module: {
      module: RoomSocketsModule,
      providers: [
        { provide: SESSIONS, useValue: sessions },
        { provide: ROOM_SETTINGS, useValue: settings },
        { provide: SFU, useValue: options.sfu ?? noSfu },
        { provide: IDENTITY, useValue: identity },
        { provide: REAUTHENTICATE, useValue: reauthenticateWith(options.authenticate, options.trustProxy) },
        { provide: PROTOCOLS, useValue: protocols },
        { provide: LIFETIME, useFactory: () => lifetime },
        ...gatewaysOf(protocols),
      ],
      exports: [SESSIONS, PROTOCOLS, ROOM_SETTINGS, IDENTITY],
    },
    attach: (app) => {
      transport = createSocketIoTransport(app, {
        count: () => undefined,
        onDefect: logDefectOf(protocols),
        clientOrigins: [],
        ...options,
        now: clock.now,
        ...transportPortsOf(protocols),
        ...auditPortsOf(isMessageOf(protocols), () => app.get<Engine>(ENGINE).audit),
      })
      store = app.get<EventStore>(STORE)
      const engine = app.get<Engine>(ENGINE)
      if (engine.model !== model)
        throw new Error(
          'The engine has other activities than the sockets: spread `sockets.engine` into RoomreelModule.forRoot',
        )
      admitAll(transport, options)
      sessions.start(engine, transport.io)
      return transport
    },
  }
}

const idleLogOff = ({ closeIdle }: Transport, clock: Clock, idleMs: number): Cancel => {
  if (idleMs === 0) return () => undefined
  const message = `You were logged off after ${idleMs / 60_000} minutes without activity; sign in again`
  return startIdleLogOff({
    clock,
    idleMs,
    closeIdle: (since) => closeIdle(since, { ...wireError('unauthenticated', '', clock.now()), message }),
  })
}
