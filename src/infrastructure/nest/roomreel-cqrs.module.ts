import { Inject, Module } from '@nestjs/common'
import type { DynamicModule, OnModuleDestroy, OnModuleInit } from '@nestjs/common'
import { Command, CommandHandler, EventBus } from '@nestjs/cqrs'
import type { ICommandHandler } from '@nestjs/cqrs'
import type { Either } from '#fp/Either'
import type { Cancel } from '../../application/ports/clock.js'
import type { Answered, Engine, Refusal } from '../../application/rooms/index.js'
import type { Cause, Recorded } from '../../domain/kernel/fact.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { RoomCommand, RoomEvent } from '../../domain/room/index.js'
import type { CommittedEvents } from './publishing.js'
import { COMMITTED_EVENTS, ENGINE } from './tokens.js'

/** Asks a room for something, by the command bus. What the room says no with is a `Left`, and nothing is thrown. */
export class AskRoom extends Command<Either<Refusal, Answered>> {
  constructor(
    readonly room: RoomId,
    /** `null`: a look at the room, in its place in the order. */
    readonly command: RoomCommand | null,
    /** The member who asks; `null`: nobody in the room. */
    readonly by: MemberId | null = null,
    /** The member's own id for the command, with which it can be repeated safely. */
    readonly cause: Cause | null = null,
  ) {
    super()
  }
}

/** A record of a room is durable. On the event bus in each room's order, without what is secret. */
export class RoomEventCommitted {
  constructor(readonly event: Recorded<RoomEvent>) {}
}

@CommandHandler(AskRoom)
class AskRoomHandler implements ICommandHandler<AskRoom> {
  constructor(@Inject(ENGINE) private readonly engine: Engine) {}

  execute({ room, command, by, cause }: AskRoom): Promise<Either<Refusal, Answered>> {
    return new Promise((resolve) => {
      this.engine.submit(room, { command, by, cause, answer: resolve })
    })
  }
}

/** Carries what is durable to the event bus. Handlers run after the members were told, and hold up nobody. */
class CommittedEventsOnBus implements OnModuleInit, OnModuleDestroy {
  private cancel: Cancel | undefined

  constructor(
    private readonly committed: CommittedEvents,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    this.cancel = this.committed.subscribe((event) => {
      this.bus.publish(new RoomEventCommitted(event))
    })
  }

  onModuleDestroy(): void {
    this.cancel?.()
  }
}

/**
 * Commands in and committed events out by @nestjs/cqrs, for applications that are built on its buses. Needs
 * `RoomreelModule.forRoot(…)` and `CqrsModule.forRoot()` beside it.
 */
@Module({ providers: [AskRoomHandler] })
export class RoomreelCqrsModule {
  /** `committedEvents`: publish every committed record as `RoomEventCommitted`; off, it costs nothing. */
  static forRoot({ committedEvents = false }: { readonly committedEvents?: boolean } = {}): DynamicModule {
    return {
      module: RoomreelCqrsModule,
      providers: committedEvents
        ? [
            {
              provide: CommittedEventsOnBus,
              inject: [COMMITTED_EVENTS, EventBus],
              useFactory: (committed: CommittedEvents, bus: EventBus) =>
                new CommittedEventsOnBus(committed, bus),
            },
          ]
        : [],
    }
  }
}
