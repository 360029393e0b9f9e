import { ConfigurableModuleBuilder, Inject, Module } from '@nestjs/common'
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common'
import * as E from '#fp/Either'
import type { RoomModel } from '../../domain/room/index.js'
import { builtInModel } from '../../plugins.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore } from '../../application/ports/event-store.js'
import type { Monitor } from '../../application/ports/monitor.js'
import type { EffectHandler } from '../../application/ports/effect-handler.js'
import type { Publisher } from '../../application/ports/publisher.js'
import { createEngine } from '../../application/engine/index.js'
import type { Engine, EngineLimits } from '../../application/engine/index.js'
import { systemClock } from '../clock/system-clock.js'
import { systemEntropy } from '../entropy/system-entropy.js'
import { logRoomDefect } from './defect-log.js'
import { attendances, committedEvents, composed } from './publishing.js'
import type { Attendances, CommittedEvents } from './publishing.js'
import { ATTENDANCES, CLOCK, COMMITTED_EVENTS, ENGINE, ENTROPY, MONITOR, STORE } from './tokens.js'

export interface RoomreelOptions {
  /** Where the logs are, already open. The module closes it with the application, after the last record. */
  readonly store: EventStore
  /** The system's, unless a test brings its own. */
  readonly clock?: Clock
  readonly entropy?: Entropy
  /** Who is told of faults, conflicts and defects; unless given, Nest's logger of defects, and nobody of the rest. */
  readonly monitor?: Monitor
  /** Where what is durable goes, in each room's order. */
  readonly publishers?: ReadonlyArray<Publisher>
  /** Who thinks for the computer; nobody, unless given. Closed with the application. */
  readonly outside?: EffectHandler
  /** The rules with activities of your own: `roomModel({ activities })`, see `docs/activities.md`. Built-in activities only, unless given. */
  readonly model?: RoomModel
  /** How long a member's place is kept when its connection is lost; 15 000 unless given. */
  readonly graceMs?: number
  /** How long the log of a room that is empty and wants nothing is kept; 30 days unless given. */
  readonly retentionMs?: number
  readonly limits?: Partial<EngineLimits>
}

const dayMs = 24 * 60 * 60 * 1_000

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<RoomreelOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build()

const unwatched: Monitor = {
  committed: () => undefined,
  rejected: () => undefined,
  faulted: () => undefined,
  conflicted: () => undefined,
  timerLate: () => undefined,
  defect: logRoomDefect,
}

const modelOf = ({ model }: RoomreelOptions): RoomModel => model ?? builtInModel

const engineFrom = (
  options: RoomreelOptions,
  clock: Clock,
  entropy: Entropy,
  monitor: Monitor,
  committed: CommittedEvents,
  attended: Attendances,
): Engine =>
  createEngine({
    model: modelOf(options),
    store: options.store,
    clock,
    entropy,
    monitor,
    publisher: composed([...(options.publishers ?? []), committed.publisher, attended.publisher]),
    graceMs: options.graceMs ?? 15_000,
    retentionMs: options.retentionMs ?? 30 * dayMs,
    ...(options.outside === undefined ? {} : { effectHandler: options.outside }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })

/**
 * The engine inside an application of one's own:
 *
 * ```ts
 * @Module({ imports: [RoomreelModule.forRoot({ store: memoryEventStore() })] })
 * class AppModule {}
 *
 * class Lobby {
 *   constructor(@Inject(ENGINE) private readonly engine: Engine) {}
 * }
 * ```
 *
 * It recovers what the last run left before the application listens, and ends with `app.close()` (for signals:
 * `app.enableShutdownHooks()`). `forRootAsync` takes `imports`, `inject` and `useFactory`.
 */
@Module({
  providers: [
    { provide: STORE, inject: [MODULE_OPTIONS_TOKEN], useFactory: ({ store }: RoomreelOptions) => store },
    {
      provide: CLOCK,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ clock }: RoomreelOptions) => clock ?? systemClock(),
    },
    {
      provide: ENTROPY,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ entropy }: RoomreelOptions) => entropy ?? systemEntropy(),
    },
    {
      provide: MONITOR,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ monitor }: RoomreelOptions) => monitor ?? unwatched,
    },
    {
      provide: COMMITTED_EVENTS,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: RoomreelOptions) => committedEvents(modelOf(options)),
    },
    { provide: ATTENDANCES, useFactory: attendances },
    {
      provide: ENGINE,
      inject: [MODULE_OPTIONS_TOKEN, CLOCK, ENTROPY, MONITOR, COMMITTED_EVENTS, ATTENDANCES],
      useFactory: engineFrom,
    },
  ],
  exports: [STORE, CLOCK, ENTROPY, MONITOR, COMMITTED_EVENTS, ATTENDANCES, ENGINE],
})
export class RoomreelModule
  extends ConfigurableModuleClass
  implements OnApplicationBootstrap, OnApplicationShutdown
{
  constructor(
    @Inject(ENGINE) private readonly engine: Engine,
    @Inject(STORE) private readonly store: EventStore,
    @Inject(MODULE_OPTIONS_TOKEN) private readonly options: RoomreelOptions,
  ) {
    super()
  }

  async onApplicationBootstrap(): Promise<void> {
    const started = await this.engine.start()
    if (E.isLeft(started)) throw new Error(`the event store could not be read: ${started.left.problem}`)
  }

  async onApplicationShutdown(): Promise<void> {
    await this.engine.stop()
    await this.options.outside?.close()
    await this.store.close()
  }
}
