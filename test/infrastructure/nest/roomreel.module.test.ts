import { Inject, Injectable, Module } from '@nestjs/common'
import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { CommandBus, CqrsModule, EventsHandler } from '@nestjs/cqrs'
import type { IEventHandler } from '@nestjs/cqrs'
import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import type { Publisher } from '../../../src/application/ports/publisher.js'
import type { Engine } from '../../../src/application/engine/index.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import {
  SubmitRoomCommand,
  MemberPresence,
  RoomEventCommitted,
  RoomreelCqrsModule,
} from '../../../src/infrastructure/nest/roomreel-cqrs.module.js'
import { RoomreelModule } from '../../../src/infrastructure/nest/roomreel.module.js'
import type { RoomreelOptions } from '../../../src/infrastructure/nest/roomreel.module.js'
import { CLOCK, ENGINE, ENTROPY, STORE } from '../../../src/infrastructure/nest/tokens.js'
import {
  entering,
  firstInstant,
  openRules,
  person,
  seededEntropy,
  settled,
  virtualClock,
} from '../../kit/index.js'

const room = roomId('main')
const ann = person('ann')

@Injectable()
class Lobby {
  constructor(@Inject(ENGINE) readonly engine: Engine) {}
}

const committed: RoomEventCommitted[] = []

@EventsHandler(RoomEventCommitted)
class Listener implements IEventHandler<RoomEventCommitted> {
  handle(event: RoomEventCommitted): void {
    committed.push(event)
  }
}

@EventsHandler(RoomEventCommitted)
class FailingListener implements IEventHandler<RoomEventCommitted> {
  handle(): void {
    throw new Error('a handler of the application')
  }
}

const presence: MemberPresence[] = []

@EventsHandler(MemberPresence)
class PresenceListener implements IEventHandler<MemberPresence> {
  handle(event: MemberPresence): void {
    presence.push(event)
  }
}

const optionsWith = (options: Partial<RoomreelOptions> = {}): RoomreelOptions => ({
  store: memoryEventStore(),
  clock: virtualClock(),
  entropy: seededEntropy('embedded'),
  ...options,
})

const applicationOf = (
  imports: ReadonlyArray<DynamicModule>,
  providers: ReadonlyArray<Type> = [],
): Promise<INestApplicationContext> => {
  class Application {}
  Module({ imports: [...imports], providers: [...providers] })(Application)
  return NestFactory.createApplicationContext(Application, { logger: false, abortOnError: false })
}

const create = { type: 'create', token: null, rules: openRules } as const

const submit = (engine: Engine, command: RoomCommand = create) =>
  new Promise((resolve) => {
    engine.submit(room, { command, by: null, cause: null, reply: resolve })
  })

describe('RoomreelModule', () => {
  it('provides the engine, its store, clock and entropy to the whole application', async () => {
    const options = optionsWith()
    const application = await applicationOf([RoomreelModule.forRoot(options)], [Lobby])
    try {
      const { engine } = application.get(Lobby)
      expect(engine).toBe(application.get(ENGINE))
      expect(application.get(STORE)).toBe(options.store)
      expect(application.get(CLOCK)).toBe(options.clock)
      expect(application.get(ENTROPY)).toBe(options.entropy)
      expect(await submit(engine)).toMatchObject(E.right({ seq: 1 }))
    } finally {
      await application.close()
    }
  })

  it('accepts options from a factory', async () => {
    const options = optionsWith()
    const application = await applicationOf([
      RoomreelModule.forRootAsync({ useFactory: () => Promise.resolve(options) }),
    ])
    expect(application.get(STORE)).toBe(options.store)
    await application.close()
  })

  it('recovers the rooms of the last run at start: a connected member is away', async () => {
    const store = memoryEventStore()
    const first = await applicationOf([
      RoomreelModule.forRoot(optionsWith({ store: { ...store, close: async () => {} } })),
    ])
    await submit(first.get(ENGINE), entering(ann, 'native', 'member'))
    await first.close()
    const second = await applicationOf([RoomreelModule.forRoot(optionsWith({ store }))])
    const log = await store.read(room, 0, 100)()
    expect(E.isRight(log) && log.right.map(({ type }) => type)).toStrictEqual([
      'room.created',
      'room.member-joined',
      'room.member-away',
    ])
    await second.close()
  })

  it('does not start on a store that cannot be read', async () => {
    const store: EventStore = {
      ...memoryEventStore(),
      awaiting: () => async () => E.left({ type: 'unavailable', problem: 'the disk is missing' }),
    }
    await expect(applicationOf([RoomreelModule.forRoot(optionsWith({ store }))])).rejects.toThrow(
      'The event store cannot be read: the disk is missing',
    )
  })

  it('closes the store with the application, after the last record', async () => {
    const memory = memoryEventStore()
    const steps: string[] = []
    let finishCommit: () => void = () => undefined
    const store: EventStore = {
      ...memory,
      commit: (appends) => async () => {
        await new Promise<void>((resolve) => {
          finishCommit = resolve
        })
        steps.push('committed')
        return memory.commit(appends)()
      },
      close: async () => void steps.push('closed'),
    }
    const clock = virtualClock()
    const application = await applicationOf([RoomreelModule.forRoot(optionsWith({ store, clock }))])
    const engine = application.get<Engine>(ENGINE)
    const answer = submit(engine).then(() => steps.push('answered'))
    await settled()
    const closing = application.close()
    await settled()
    expect(steps).toStrictEqual([])
    finishCommit()
    await Promise.all([answer, closing])
    expect(steps).toStrictEqual(['committed', 'answered', 'closed'])
    expect(clock.pending()).toStrictEqual([])
  })

  it('calls every publisher, also when one of them fails', async () => {
    const published: string[] = []
    const publisher = (name: string, fails: boolean): Publisher => ({
      prepare: (record) => () => {
        published.push(`${name} ${record.type}`)
        if (fails) throw new Error('cannot send')
      },
    })
    const publishers = [publisher('first', true), publisher('second', false)]
    const application = await applicationOf([RoomreelModule.forRoot(optionsWith({ publishers }))])
    await submit(application.get(ENGINE))
    await application.close()
    expect(published).toStrictEqual(['first room.created', 'second room.created'])
  })
})

describe('RoomreelCqrsModule', () => {
  const withBuses = (committedEvents: boolean, listener: Type = Listener) =>
    applicationOf(
      [
        RoomreelModule.forRoot(optionsWith()),
        CqrsModule.forRoot(),
        RoomreelCqrsModule.forRoot({ committedEvents }),
      ],
      [listener],
    )

  it('submits a command of the command bus, and returns its result or its rejection as data', async () => {
    const application = await withBuses(false)
    const bus = application.get(CommandBus)
    expect(await bus.execute(new SubmitRoomCommand(room, create))).toMatchObject(E.right({ seq: 1 }))
    expect(await bus.execute(new SubmitRoomCommand(room, create))).toStrictEqual(
      E.left({ type: 'room-exists' }),
    )
    expect(await bus.execute(new SubmitRoomCommand(room, null))).toMatchObject(
      E.right({ seq: 1, events: [] }),
    )
    await application.close()
  })

  it('publishes durable events in order, without their secrets, when that is on', async () => {
    committed.length = 0
    const application = await withBuses(true)
    const bus = application.get(CommandBus)
    await bus.execute(new SubmitRoomCommand(room, { ...create, token: 'canary' }))
    await bus.execute(new SubmitRoomCommand(room, { ...entering(ann, 'native', 'member'), token: 'canary' }))
    expect(committed.map(({ event }) => [event.seq, event.type])).toStrictEqual([
      [1, 'room.created'],
      [2, 'room.member-joined'],
    ])
    expect(JSON.stringify(committed)).not.toMatch(/canary|secret|session-of-ann/)
    await application.close()
  })

  describe('publishes MemberPresence', () => {
    const withPresence = (options: Partial<RoomreelOptions>, memberPresence: boolean) =>
      applicationOf(
        [
          RoomreelModule.forRoot(optionsWith(options)),
          CqrsModule.forRoot(),
          RoomreelCqrsModule.forRoot({ memberPresence }),
        ],
        [PresenceListener, Listener],
      )

    const commands: ReadonlyArray<readonly [RoomCommand, typeof ann.memberId | null]> = [
      [entering(ann, 'native', 'member'), ann.memberId],
      [entering(ann, 'picker', 'viewer'), ann.memberId],
      [{ type: 'disconnect', ...ann, lost: true, graceMs: 15_000 }, null],
      [{ type: 'resume', ...ann }, null],
      [{ type: 'leave', dialect: 'all', connection: null, reason: 'removed' }, ann.memberId],
    ]

    it('for a durable first entry and last departure, and not for a reconnect within the grace period', async () => {
      presence.length = committed.length = 0
      const memory = memoryEventStore()
      let presenceAtCommit = -1
      const store: EventStore = {
        ...memory,
        commit: (appends) => async () => {
          presenceAtCommit = Math.max(presenceAtCommit, presence.length)
          return memory.commit(appends)()
        },
      }
      const application = await withPresence({ store }, true)
      const bus = application.get(CommandBus)
      await bus.execute(new SubmitRoomCommand(room, entering(ann, 'native', 'member'), ann.memberId))
      expect([presenceAtCommit, presence.length]).toStrictEqual([0, 1])
      for (const [command, by] of commands.slice(1))
        await bus.execute(new SubmitRoomCommand(room, command, by))
      await application.close()
      const member = { room, at: firstInstant, memberId: ann.memberId, userId: null, name: 'ann' }
      expect(presence.map((event) => ({ ...event }))).toStrictEqual([
        { ...member, what: 'joined', seq: 2, dialect: 'native', role: 'member', reason: undefined },
        { ...member, what: 'left', seq: 7, dialect: 'picker', role: 'viewer', reason: 'removed' },
      ])
      expect(committed).toStrictEqual([])
    })

    it('only when that is on', async () => {
      presence.length = 0
      const application = await withPresence({}, false)
      await application
        .get(CommandBus)
        .execute(new SubmitRoomCommand(room, entering(ann, 'native', 'member'), ann.memberId))
      await application.close()
      expect(presence).toStrictEqual([])
    })
  })

  it('publishes no event when that is off', async () => {
    committed.length = 0
    const application = await withBuses(false)
    await application.get(CommandBus).execute(new SubmitRoomCommand(room, create))
    await application.close()
    expect(committed).toStrictEqual([])
  })

  it('replies to a command although an event handler fails', async () => {
    const application = await withBuses(true, FailingListener)
    const answer = await application.get(CommandBus).execute(new SubmitRoomCommand(room, create))
    expect(E.isRight(answer)).toBe(true)
    await application.close()
  })
})
