import { Inject, Module } from '@nestjs/common'
import type { DynamicModule, FactoryProvider, OnModuleDestroy, OnModuleInit } from '@nestjs/common'
import { Command, CommandHandler, EventBus } from '@nestjs/cqrs'
import type { ICommandHandler } from '@nestjs/cqrs'
import type { Either } from '#fp/Either'
import type { Cancel } from '../../application/ports/clock.js'
import type { CommandResult, Engine, RequestFailure } from '../../application/engine/index.js'
import type { Cause, RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import type { ProtocolName, LeaveReason, Role, RoomCommand, RoomEvent } from '../../domain/room/index.js'
import type { CommittedEvents, MembershipChanges } from './publishing.js'
import { COMMITTED_EVENTS, ENGINE, MEMBERSHIP_CHANGES } from './tokens.js'

/** A room command on the command bus. A rejection or fault is a `Left`; nothing is thrown. */
export class SubmitRoomCommand extends Command<Either<RequestFailure, CommandResult>> {
  constructor(
    readonly room: RoomId,
    /** `null` reads the room's state, in order with its commands. */
    readonly command: RoomCommand | null,
    /** The member that gives the command; `null` for none. */
    readonly by: MemberId | null = null,
    /** The member's command id, which makes a retry safe. */
    readonly cause: Cause | null = null,
  ) {
    super()
  }
}

/** A durable event of a room without its secret fields, on the event bus in each room's order. */
export class RoomEventCommitted {
  constructor(readonly event: RecordedEvent<RoomEvent>) {}
}

/**
 * A member has joined with its first entry or left with its last, on the event bus in each room's order, once durable. A
 * connection that returns within the grace period is neither.
 */
export class MemberPresence {
  readonly what: MembershipChange['what']
  readonly room: RoomId
  /** The event's position in the room's log. */
  readonly seq: number
  /** Milliseconds since 1970, by the engine's clock. */
  readonly at: Instant
  readonly memberId: MemberId
  readonly userId: string | null
  readonly name: string | null
  /** The protocol of the entry with which it has joined or left. */
  readonly dialect: ProtocolName
  readonly role: Role
  /** Why it has left; `undefined` if it has joined. */
  readonly reason: LeaveReason | undefined

  constructor(change: MembershipChange) {
    this.what = change.what
    this.room = change.room
    this.seq = change.seq
    this.at = change.at
    this.memberId = change.memberId
    this.userId = change.userId
    this.name = change.name
    this.dialect = change.dialect
    this.role = change.role
    this.reason = change.what === 'left' ? change.reason : undefined
  }
}

@CommandHandler(SubmitRoomCommand)
class SubmitRoomCommandHandler implements ICommandHandler<SubmitRoomCommand> {
  constructor(@Inject(ENGINE) private readonly engine: Engine) {}

  execute({ room, command, by, cause }: SubmitRoomCommand): Promise<Either<RequestFailure, CommandResult>> {
    return new Promise((resolve) => {
      this.engine.submit(room, { command, by, cause, reply: resolve })
    })
  }
}

/** Publishes a feed on the event bus. Handlers run after the delivery to the members and delay nothing. */
class EventBusFeed implements OnModuleInit, OnModuleDestroy {
  private cancel: Cancel | undefined

  constructor(private readonly subscribe: () => Cancel) {}

  onModuleInit(): void {
    this.cancel = this.subscribe()
  }

  onModuleDestroy(): void {
    this.cancel?.()
  }
}

const committedEventsOnBus: FactoryProvider<EventBusFeed> = {
  provide: Symbol('committed events on the event bus'),
  inject: [COMMITTED_EVENTS, EventBus],
  useFactory: (committed: CommittedEvents, bus: EventBus) =>
    new EventBusFeed(() => committed.subscribe((event) => void bus.publish(new RoomEventCommitted(event)))),
}

const memberPresenceOnBus: FactoryProvider<EventBusFeed> = {
  provide: Symbol('member presence on the event bus'),
  inject: [MEMBERSHIP_CHANGES, EventBus],
  useFactory: (changes: MembershipChanges, bus: EventBus) =>
    new EventBusFeed(() => changes.subscribe((change) => void bus.publish(new MemberPresence(change)))),
}

export interface RoomreelCqrsOptions {
  /** Publishes every durable event as `RoomEventCommitted`. Default: false, at no cost. */
  readonly committedEvents?: boolean
  /** Publishes who joins and leaves as `MemberPresence`. Default: false, at no cost. */
  readonly memberPresence?: boolean
}

/**
 * Room commands and durable events on the buses of @nestjs/cqrs. Import it beside `RoomreelModule.forRoot(…)` and
 * `CqrsModule.forRoot()`. An event is lost if the process ends before its handler has run; a handler that must not miss
 * events reads the log or takes the webhook.
 */
@Module({ providers: [SubmitRoomCommandHandler] })
export class RoomreelCqrsModule {
  static forRoot({
    committedEvents = false,
    memberPresence = false,
  }: RoomreelCqrsOptions = {}): DynamicModule {
    return {
      module: RoomreelCqrsModule,
      providers: [
        ...(committedEvents ? [committedEventsOnBus] : []),
        ...(memberPresence ? [memberPresenceOnBus] : []),
      ],
    }
  }
}
