import * as E from '#fp/Either'
import type { Clock } from '../../../src/application/ports/clock.js'
import type { EventStore, RoomRecord, StoreFault } from '../../../src/application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../src/domain/kernel/ids.js'
import type { MembershipChange } from '../../../src/domain/room/membership-change.js'
import { membershipChangeOf } from '../../../src/domain/room/membership-change.js'
import type { RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import { evolve, initial } from '../../../src/domain/room/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type { Outcome } from '../../../src/infrastructure/webhooks/attempt.js'
import type { Cursors } from '../../../src/infrastructure/webhooks/cursors.js'
import type { Answer, Endpoint } from '../../../src/infrastructure/webhooks/endpoint.js'
import type { WebhookLimits } from '../../../src/infrastructure/webhooks/limits.js'
import { memoryCursors } from '../../../src/infrastructure/webhooks/memory-cursors.js'
import { messageOf } from '../../../src/infrastructure/webhooks/message.js'
import { createWebhooks } from '../../../src/infrastructure/webhooks/webhooks.js'
import type { Webhooks } from '../../../src/infrastructure/webhooks/webhooks.js'
import type { VirtualClock } from '../../kit/index.js'
import { created, seededEntropy, settled, testEpoch, testRoom, virtualClock } from '../../kit/index.js'

/** A request that has reached the receiver. */
export interface Post {
  readonly id: string
  readonly room: string
  readonly seq: number
  readonly type: string
  /** By the clock, when it came. */
  readonly at: number
  readonly signal: AbortSignal
}

type Reply = Answer | Promise<Answer>

export const ok: Answer = { type: 'answered', status: 204 }
export const status = (code: number): Answer => ({ type: 'answered', status: code })
export const never: Promise<Answer> = new Promise(() => undefined)

/** What the watch was told. */
export interface Watched {
  readonly outcomes: Array<Outcome['type']>
  readonly givenUp: Array<readonly [RoomId, number, number]>
  readonly faults: Array<StoreFault>
  readonly defects: Array<unknown>
  gone: number
}

export interface SceneOptions {
  readonly store?: EventStore
  readonly cursors?: Cursors
  readonly limits?: Partial<WebhookLimits>
}

/** Rooms whose logs grow, and a receiver that answers as it is told to. */
export interface Scene {
  readonly clock: VirtualClock
  readonly store: EventStore
  readonly cursors: Cursors
  readonly watched: Watched
  /** Everything that reached the receiver, in all lives. */
  readonly posts: ReadonlyArray<Post>
  /** How the receiver answers from now on. */
  answer: (post: Post) => Reply
  readonly webhooks: () => Webhooks
  /** Durable, and told; `untold`: the process ends before it can be. */
  readonly happens: (room: RoomId, events: ReadonlyArray<RoomEvent>, untold?: 'untold') => Promise<void>
  /** What the logs say that is to be delivered. */
  readonly expected: (room: RoomId) => ReadonlyArray<string>
  /** Removes a room, as retention does; its next log has this epoch. */
  readonly forget: (room: RoomId, epoch: Epoch) => Promise<void>
  /** A process: the one before does, hears and is heard no more. */
  readonly begin: () => Promise<void>
  readonly kill: () => void
}

export const sceneOf = (options: SceneOptions = {}): Scene => {
  const clock = virtualClock()
  const { store = memoryEventStore(), cursors = memoryCursors() } = options
  const posts: Array<Post> = []
  const watched: Watched = { outcomes: [], givenUp: [], faults: [], defects: [], gone: 0 }
  const logs = new Map<RoomId, Log>()
  let alive = { isAlive: true }
  let webhooks: Webhooks | undefined
  let lives = 0

  const logOf = (room: RoomId): Log => {
    const log = logs.get(room) ?? { epoch: testEpoch, seq: 0, state: initial(room), attendances: [] }
    logs.set(room, log)
    return log
  }

  const endpoint: Endpoint = {
    post: async (body, headers, signal) => {
      const { type, data } = JSON.parse(body)
      const post: Post = {
        id: headers['webhook-id'] ?? '',
        room: data.room,
        seq: data.seq,
        type,
        at: clock.now(),
        signal,
      }
      posts.push(post)
      return scene.answer(post)
    },
  }

  const scene: Scene = {
    clock,
    store,
    cursors,
    watched,
    posts,
    answer: () => ok,
    webhooks: () => {
      if (webhooks === undefined) throw new Error('nothing has begun')
      return webhooks
    },
    happens: async (room, events, untold) => {
      const log = logOf(room)
      const all: ReadonlyArray<RoomEvent> =
        log.seq === 0 ? [{ ...created, data: { ...created.data, room } }, ...events] : events
      for (const event of all) {
        const expectedSeq = log.seq
        const record: RoomRecord = {
          ...event,
          room,
          epoch: log.epoch,
          seq: ++log.seq,
          at: clock.now(),
          by: null,
          cause: null,
        }
        const before = log.state
        log.state = evolve(before, record)
        const attendance = membershipChangeOf(record, before, log.state)
        if (attendance !== undefined) log.attendances.push(attendance)
        const deliver = webhooks?.publisher.prepare(record, before, log.state)
        await committed(store, record, expectedSeq)
        if (untold === undefined && alive.isAlive) deliver?.()
      }
    },
    expected: (room) => logOf(room).attendances.map((each) => messageOf(each).id),
    forget: async (room, epoch) => {
      const { epoch: old, seq } = logOf(room)
      await store.remove(room, old, seq)()
      logs.set(room, { epoch, seq: 0, state: initial(room), attendances: [] })
    },
    begin: async () => {
      scene.kill()
      const life = { isAlive: true }
      alive = life
      const made = createWebhooks({
        store: {
          find: (room) => whileIn(life, store.find(room)),
          list: (after, limit) => whileIn(life, store.list(after, limit)),
          read: (room, after, limit) => whileIn(life, store.read(room, after, limit)),
        },
        cursors: {
          find: (rooms) => whileIn(life, cursors.find(rooms)),
          write: (written) => whileIn(life, cursors.write(written)),
          isOn: whileIn(life, cursors.isOn),
          turn: (on) => whileIn(life, cursors.turn(on)),
        },
        clock: clockIn(life, clock),
        endpoint: { post: (...request) => whileIn(life, () => endpoint.post(...request))() },
        entropy: seededEntropy(`life ${++lives}`),
        sign: ({ id }) => ({ 'webhook-id': id }),
        watch: {
          attempted: ({ type }) => void watched.outcomes.push(type),
          givenUp: (room, seq, events) => void watched.givenUp.push([room, seq, events]),
          gone: () => void watched.gone++,
          faulted: (_room, fault) => void watched.faults.push(fault),
          defect: (_room, error) => void watched.defects.push(error),
        },
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      })
      webhooks = made
      const started = await made.start()
      if (E.isLeft(started)) throw new Error(started.left.problem)
      await settled()
    },
    kill: () => {
      alive.isAlive = false
      webhooks = undefined
    },
  }
  return scene
}

interface Log {
  readonly epoch: Epoch
  seq: number
  state: RoomState
  readonly attendances: Array<MembershipChange>
}

const committed = async (store: EventStore, record: RoomRecord, expectedSeq: number): Promise<void> => {
  const outcomes = await store.commit([
    {
      room: record.room,
      epoch: record.epoch,
      expectedSeq,
      records: [record],
      due: null,
      occupied: false,
      addedSessions: [],
      removedSessions: [],
    },
  ])()
  if (outcomes[0]?.type !== 'appended') throw new Error(JSON.stringify(outcomes[0]))
}

interface Life {
  readonly isAlive: boolean
}

/** What a process asks of the world; once it is killed it does nothing, and never hears an answer. */
const whileIn =
  <Result>(life: Life, context: () => Promise<Result>) =>
  async (): Promise<Result> => {
    if (!life.isAlive) return new Promise<never>(() => undefined)
    const result = await context()
    return life.isAlive ? result : new Promise<never>(() => undefined)
  }

const clockIn = (life: Life, clock: Clock): Clock => ({
  now: clock.now,
  schedule: (at, run) =>
    clock.schedule(at, () => {
      if (life.isAlive) run()
    }),
})

/** Each id once, where it came first. */
export const firstOnly = (ids: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(ids)]

export const idsOf = (posts: ReadonlyArray<Post>, room: RoomId = testRoom): ReadonlyArray<string> =>
  posts.filter((post) => post.room === room).map(({ id }) => id)
