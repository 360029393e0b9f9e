import { Module } from '@nestjs/common'
import type { BeforeApplicationShutdown, DynamicModule, INestApplication } from '@nestjs/common'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Engine } from '../../application/engine/index.js'
import type { RoomModel } from '../../domain/room/index.js'
import { builtInModel } from '../../plugins.js'
import { systemClock } from '../clock/system-clock.js'
import type { IceServer } from '../config/ice-servers.js'
import { createHub } from '../connections/hub.js'
import { everyDialect } from '../protocols/built-in-protocols.js'
import { RootGateway } from '../protocols/root-gateway.js'
import type { RoomSettings } from '../protocols/room-settings.js'
import { failuresOf } from '../protocols/protocol-messages.js'
import { systemEntropy } from '../entropy/system-entropy.js'
import { createIceRenewal } from '../ice/ice-renewal.js'
import { iceServersFor } from '../ice/ice-servers-for.js'
import { noSfu } from '../sfu/no-sfu.js'
import { createSocketIoTransport } from '../transport/socket-io-transport.js'
import type { ShutdownPlan, Transport } from '../transport/transport.js'
import { logDefect } from './defect-log.js'
import type { RoomreelOptions } from './roomreel.module.js'
import { ENGINE, HUB, ROOM_SETTINGS, SFU } from './tokens.js'

export interface RoomSocketsOptions {
  /** Of pages that are served elsewhere; the application's own are always allowed. */
  readonly clientOrigins?: ReadonlyArray<string>
  /** How many proxies in front add to `X-Forwarded-For`; none, unless given. */
  readonly trustProxy?: number
  /** How long a member's place is kept when its connection is lost; 15 000 unless given. */
  readonly graceMs?: number
  /** How many peers a room for calls takes; 10 unless given. */
  readonly maxPeers?: number
  readonly iceServers?: ReadonlyArray<IceServer>
  /** The rules with activities of your own: `roomModel({ activities })`. Built-in activities only, unless given. */
  readonly model?: RoomModel
  /** The system's, unless a test brings its own. */
  readonly clock?: Clock
  readonly entropy?: Entropy
  /** Told of every mistake of ours while a client was served, which was told `internal-error`; unless given, Nest's logger is. */
  readonly onDefect?: (error: unknown) => void
  readonly closing?: ShutdownPlan
}

/** The sockets of an application that embeds the engine. */
export interface RoomSockets {
  /** What the engine has to have in common with them: to be spread into `RoomreelModule.forRoot({ … })`. */
  readonly engine: Required<Pick<RoomreelOptions, 'model' | 'clock' | 'entropy' | 'graceMs' | 'publishers'>>
  /** The gateways of every vocabulary; imported beside `RoomreelModule`. */
  readonly module: DynamicModule
  /** Puts Socket.IO under the application's gateways; to be called before it listens. */
  readonly attach: (app: INestApplication) => void
}

@Module({})
class RoomSocketsModule {}

const CLOSING = Symbol('roomreel.closing')

/**
 * Every vocabulary of rooms, `/` and `/rooms`, inside an application of one's own:
 *
 * ```ts
 * const sockets = roomSockets()
 *
 * @Module({ imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module] })
 * class AppModule {}
 *
 * const app = await NestFactory.create(AppModule)
 * sockets.attach(app)
 * await app.listen(3000)
 * ```
 *
 * `app.close()` tells the clients that it is going down, and closes their connections.
 */
export const roomSockets = (options: RoomSocketsOptions = {}): RoomSockets => {
  const clock = options.clock ?? systemClock()
  const entropy = options.entropy ?? systemEntropy()
  const graceMs = options.graceMs ?? 15_000
  const model = options.model ?? builtInModel
  const encoders = everyDialect.map(({ encoder }) => encoder(model))
  const hub = createHub({ clock, entropy, graceMs, encoders })
  const settings: RoomSettings = {
    rules: { maxPeers: options.maxPeers ?? 10, history: 'own' },
    ice: createIceRenewal({
      clock,
      iceServersFor: iceServersFor({ clock, fixed: options.iceServers ?? [], turn: null }),
    }),
  }
  let transport: Transport | undefined
  const closing: BeforeApplicationShutdown = {
    beforeApplicationShutdown: async () => {
      await transport?.shutDown(options.closing ?? { reconnectWindowMs: 1_000, withinMs: 1_000 })
      hub.stop()
    },
  }
  return {
    engine: { model, clock, entropy, graceMs, publishers: [hub.publisher] },
    module: {
      module: RoomSocketsModule,
      providers: [
        { provide: HUB, useValue: hub },
        { provide: ROOM_SETTINGS, useValue: settings },
        { provide: SFU, useValue: noSfu },
        { provide: CLOSING, useFactory: () => closing },
        RootGateway,
        ...everyDialect.map(({ gateway }) => gateway),
      ],
    },
    attach: (app) => {
      transport = createSocketIoTransport(app, {
        now: clock.now,
        onDefect: options.onDefect ?? logDefect,
        count: () => undefined,
        failureEmit: failuresOf(everyDialect.map(({ vocabulary }) => vocabulary)),
        clientOrigins: [...(options.clientOrigins ?? [])],
        trustProxy: options.trustProxy ?? 0,
      })
      const engine = app.get<Engine>(ENGINE)
      if (engine.model !== model)
        throw new Error('The engine has another model than the sockets: spread `sockets.engine`')
      hub.start(engine, transport.io)
    },
  }
}
