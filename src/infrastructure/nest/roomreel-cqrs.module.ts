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
import type { Attendances, CommittedEvents } from './publishing.js'
import { ATTENDANCES, COMMITTED_EVENTS, ENGINE } from './tokens.js'

/** Asks a room for something, by the command bus. What the room says no with is a `Left`, and nothing is thrown. */
export class AskRoom extends Command<Either<RequestFailure, CommandResult>> {
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
  constructor(readonly event: RecordedEvent<RoomEvent>) {}
}

/**
 * A member came with its first entry, or went with its last; on the event bus once it is durable, in each room's order.
 * A connection that is lost for less than the grace is neither.
 */
export class MemberPresence {
  readonly what: MembershipChange['what']
  readonly room: RoomId
  /** The record's place in the room's log. */
  readonly seq: number
  /** Milliseconds since 1970, by the engine's clock. */
  readonly at: Instant
  readonly memberId: MemberId
  readonly userId: string | null
  readonly name: string | null
  /** Of the entry with which it came or went. */
  readonly dialect: ProtocolName
  readonly role: Role
  /** Why it left; nothing for one that joined. */
  readonly reason: LeaveReason | undefined

  constructor(attendance: MembershipChange) {
    this.what = attendance.what
    this.room = attendance.room
    this.seq = attendance.seq
    this.at = attendance.at
    this.memberId = attendance.memberId
    this.userId = attendance.userId
    this.name = attendance.name
    this.dialect = attendance.dialect
    this.role = attendance.role
    this.reason = attendance.what === 'left' ? attendance.reason : undefined
  }
}

@CommandHandler(AskRoom)
class AskRoomHandler implements ICommandHandler<AskRoom> {
  constructor(@Inject(ENGINE) private readonly engine: Engine) {}

  execute({ room, command, by, cause }: AskRoom): Promise<Either<RequestFailure, CommandResult>> {
    return new Promise((resolve) => {
      this.engine.submit(room, { command, by, cause, reply: resolve })
    })
  }
}

/** Carries what is durable to the event bus. Handlers run after the members were told, and hold up nobody. */
class OnEventBus implements OnModuleInit, OnModuleDestroy {
  private cancel: Cancel | undefined

  constructor(private readonly subscribe: () => Cancel) {}

  onModuleInit(): void {
    this.cancel = this.subscribe()
  }

  onModuleDestroy(): void {
    this.cancel?.()
  }
}

const committedEventsOnBus: FactoryProvider<OnEventBus> = {
  provide: Symbol('committed events on the event bus'),
  inject: [COMMITTED_EVENTS, EventBus],
  useFactory: (committed: CommittedEvents, bus: EventBus) =>
    new OnEventBus(() => committed.subscribe((event) => void bus.publish(new RoomEventCommitted(event)))),
}

const memberPresenceOnBus: FactoryProvider<OnEventBus> = {
  provide: Symbol('member presence on the event bus'),
  inject: [ATTENDANCES, EventBus],
  useFactory: (attended: Attendances, bus: EventBus) =>
    new OnEventBus(() =>
      attended.subscribe((attendance) => void bus.publish(new MemberPresence(attendance))),
    ),
}

export interface RoomreelCqrsOptions {
  /** Publish every committed record as `RoomEventCommitted`; off, it costs nothing. */
  readonly committedEvents?: boolean
  /** Publish who came and who went as `MemberPresence`; off, it costs nothing. */
  readonly memberPresence?: boolean
}

/**
 * Commands in and committed events out by @nestjs/cqrs, for applications that are built on its buses. Needs
 * `RoomreelModule.forRoot(…)` and `CqrsModule.forRoot()` beside it. What is published is gone if the process ends before
 * a handler is done; who must not miss anything reads the log, or takes the webhook.
 */
@Module({ providers: [AskRoomHandler] })
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
