import { Module } from '@nestjs/common'
import type { DynamicModule, Type } from '@nestjs/common'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore } from '../../application/ports/event-store.js'
import type { Monitor } from '../../application/ports/monitor.js'
import type { EffectHandler } from '../../application/ports/effect-handler.js'
import type { Publisher } from '../../application/ports/publisher.js'
import type { Sfu } from '../../application/ports/sfu.js'
import type { Settings } from '../config/settings.js'
import type { Hub } from '../connections/hub.js'
import { RootGateway } from '../protocols/root-gateway.js'
import type { RoomSettings } from '../protocols/room-settings.js'
import type { Vocabulary } from '../protocols/protocol-messages.js'
import { HealthController } from '../http/health.controller.js'
import type { Lifecycle } from '../http/lifecycle.js'
import type { LogReadLimits } from '../http/log-readers.js'
import { defaultLogReadLimits } from '../http/log-readers.js'
import { PageController } from '../http/page.controller.js'
import { RoomsController } from '../http/rooms.controller.js'
import { createIceRenewal } from '../ice/ice-renewal.js'
import { iceServersFor } from '../ice/ice-servers-for.js'
import type { Metrics } from '../observability/metrics.js'
import { RoomreelModule } from './roomreel.module.js'
import {
  HUB,
  LIFECYCLE,
  LOG_READ_LIMITS,
  METRICS,
  ROOM_SETTINGS,
  SETTINGS,
  SFU,
  VOCABULARIES,
} from './tokens.js'

/** What the server is put together from. */
export interface ServerParts {
  readonly settings: Settings
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly monitor: Monitor
  readonly metrics: Metrics
  readonly lifecycle: Lifecycle
  readonly hub: Hub
  readonly sfu: Sfu
  /** Who else is told what is durable. */
  readonly publishers?: ReadonlyArray<Publisher>
  /** Who thinks for the computer; nobody, unless given. */
  readonly outside?: EffectHandler
  /** Absent: `defaultLogReadLimits`. */
  readonly logReadLimits?: Partial<LogReadLimits>
  /** Each vocabulary with the gateway that speaks it. */
  readonly dialects: ReadonlyArray<{ readonly vocabulary: Vocabulary; readonly gateway: Type }>
}

/** The whole server: the engine, the gateways of every dialect, and HTTP. */
@Module({})
export class ServerModule {
  static of({ settings, hub, sfu, metrics, lifecycle, dialects, ...parts }: ServerParts): DynamicModule {
    const rooms: RoomSettings = {
      rules: { maxPeers: settings.maxPeers, history: 'own' },
      ice: createIceRenewal({
        clock: parts.clock,
        iceServersFor: iceServersFor({
          clock: parts.clock,
          fixed: settings.iceServers,
          turn: settings.turn,
        }),
      }),
    }
    return {
      module: ServerModule,
      imports: [
        RoomreelModule.forRoot({
          store: parts.store,
          clock: parts.clock,
          entropy: parts.entropy,
          monitor: parts.monitor,
          publishers: [hub.publisher, ...(parts.publishers ?? [])],
          ...(parts.outside === undefined ? {} : { outside: parts.outside }),
          graceMs: settings.reconnectGraceMs,
          retentionMs: settings.roomRetentionMs,
        }),
      ],
      controllers: [HealthController, RoomsController, PageController],
      providers: [
        { provide: SETTINGS, useValue: settings },
        { provide: HUB, useValue: hub },
        { provide: METRICS, useValue: metrics },
        { provide: LIFECYCLE, useValue: lifecycle },
        { provide: LOG_READ_LIMITS, useValue: { ...defaultLogReadLimits, ...parts.logReadLimits } },
        { provide: ROOM_SETTINGS, useValue: rooms },
        { provide: SFU, useValue: sfu },
        { provide: VOCABULARIES, useValue: dialects.map(({ vocabulary }) => vocabulary) },
        RootGateway,
        ...dialects.map(({ gateway }) => gateway),
      ],
    }
  }
}
