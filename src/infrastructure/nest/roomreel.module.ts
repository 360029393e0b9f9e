import { ConfigurableModuleBuilder, Inject, Module } from '@nestjs/common'
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common'
import * as E from '#fp/Either'
import type { RoomModel } from '../../domain/room/index.js'
import { builtInModel } from '../../plugins.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore } from '../../application/ports/event-store.js'
import type { Monitor } from '../../application/ports/monitor.js'
import type { Publisher } from '../../application/ports/publisher.js'
import { createEngine } from '../../application/engine/index.js'
import type { AuditOptions, Engine, EngineLimits } from '../../application/engine/index.js'
import { systemClock } from '../clock/system-clock.js'
import { defaultGraceMs, defaultRetentionMs } from '../config/settings.js'
import { systemEntropy } from '../entropy/system-entropy.js'
import { logRoomDefect, logShutdownError } from './defect-log.js'
import { combinePublishers, committedEvents, membershipChanges } from './publishing.js'
import type { CommittedEvents, MembershipChanges } from './publishing.js'
import { createShutdown } from './shutdown.js'
import type { Shutdown, ShutdownError } from './shutdown.js'
import { CLOCK, COMMITTED_EVENTS, ENGINE, ENTROPY, MEMBERSHIP_CHANGES, MONITOR, STORE } from './tokens.js'

export interface RoomreelOptions {
  /** An open event store. The module closes it with the application, after the last record. */
  readonly store: EventStore
  /** Default: the system's clock and entropy. */
  readonly clock?: Clock
  readonly entropy?: Entropy
  /** Receives faults, conflicts and defects. Default: defects go to Nest's logger. */
  readonly monitor?: Monitor
  /** Receive every durable event, in each room's order. */
  readonly publishers?: ReadonlyArray<Publisher>
  /** Closed with the application, after the engine and before the store: a computer player, for example. */
  readonly resources?: ReadonlyArray<{ readonly close: () => Promise<void> }>
  /** The rules of the rooms: `roomModel({ activities })`, see `docs/activities.md`. Default: those of the built-in activities. */
  readonly model?: RoomModel
  /** How long a member stays in its room after its connection is lost. Default: `defaultGraceMs`. */
  readonly graceMs?: number
  /** How long the log of an empty room without timers is kept. Default: `defaultRetentionMs`, 30 days. */
  readonly retentionMs?: number
  readonly limits?: Partial<EngineLimits>
  /** Records every command in the store's audit trail. Default: nothing is recorded. */
  readonly audit?: AuditOptions | undefined
  /** Shared with the parts that are closed before the engine, so that all failures are reported together. */
  readonly shutdown?: Shutdown
  /** Receives the failures of a shutdown, once, at its end. Default: Nest's logger. */
  readonly onShutdownError?: (error: ShutdownError) => void
}

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<RoomreelOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (definition) => ({ ...definition, global: true }))
  .build()

const silentMonitor: Monitor = {
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
  changes: MembershipChanges,
): Engine =>
  createEngine({
    model: modelOf(options),
    store: options.store,
    clock,
    entropy,
    monitor,
    publisher: combinePublishers([...(options.publishers ?? []), committed.publisher, changes.publisher]),
    graceMs: options.graceMs ?? defaultGraceMs,
    retentionMs: options.retentionMs ?? defaultRetentionMs,
    audit: options.audit,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
  })

/**
 * The engine in a NestJS application:
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
 * It recovers the rooms of the last run before the application listens, and stops with `app.close()` (for signals:
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
      useFactory: ({ monitor }: RoomreelOptions) => monitor ?? silentMonitor,
    },
    {
      provide: COMMITTED_EVENTS,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: RoomreelOptions) => committedEvents(modelOf(options)),
    },
    { provide: MEMBERSHIP_CHANGES, useFactory: membershipChanges },
    {
      provide: ENGINE,
      inject: [MODULE_OPTIONS_TOKEN, CLOCK, ENTROPY, MONITOR, COMMITTED_EVENTS, MEMBERSHIP_CHANGES],
      useFactory: engineFrom,
    },
  ],
  exports: [STORE, CLOCK, ENTROPY, MONITOR, COMMITTED_EVENTS, MEMBERSHIP_CHANGES, ENGINE],
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
    if (E.isLeft(started)) throw new Error(`The event store cannot be read: ${started.left.problem}`)
  }

  /** A failed step must not keep the store open: its lock would stop the next start. */
  async onApplicationShutdown(): Promise<void> {
    const { resources = [], shutdown = createShutdown(), onShutdownError = logShutdownError } = this.options
    await shutdown.run('engine', () => this.engine.stop())
    for (const resource of resources) await shutdown.run('resource', () => resource.close())
    await shutdown.run('event store', () => this.store.close())
    const error = shutdown.error()
    if (error !== undefined) onShutdownError(error)
  }
}
