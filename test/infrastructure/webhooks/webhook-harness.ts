import * as E from '#fp/Either'
import type { Clock } from '../../../src/application/ports/clock.js'
import type { EventStore, RoomRecord, StoreFault } from '../../../src/application/ports/event-store.js'
import type { Epoch, RoomId } from '../../../src/domain/kernel/ids.js'
import type { MembershipChange } from '../../../src/domain/room/membership-change.js'
import { membershipChangeOf } from '../../../src/domain/room/membership-change.js'
import type { RoomEvent, RoomState } from '../../../src/domain/room/index.js'
import { initial } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type {
  DeliveryOutcome,
  EndpointReply,
  Endpoint,
} from '../../../src/infrastructure/webhooks/delivery.js'
import type { CheckpointStore } from '../../../src/infrastructure/webhooks/checkpoints.js'
import type { WebhookLimits, Webhooks } from '../../../src/infrastructure/webhooks/webhooks.js'
import { memoryCheckpointStore } from '../../../src/infrastructure/webhooks/checkpoints.js'
import { messageOf } from '../../../src/infrastructure/webhooks/message.js'
import { createWebhooks } from '../../../src/infrastructure/webhooks/webhooks.js'
import type { VirtualClock } from '../../kit/index.js'
import {
  created as roomCreated,
  seededEntropy,
  settled,
  testEpoch,
  testRoom,
  virtualClock,
  hasJoined,
  hasLeft,
  person,
} from '../../kit/index.js'
import { roomId } from '../../../src/domain/kernel/ids.js'

const { evolve } = builtInModel

/** A request that has reached the receiver. */
export interface Post {
  readonly id: string
  readonly room: string
  readonly seq: number
  readonly type: string
  /** When it arrived, by the clock. */
  readonly at: number
  readonly signal: AbortSignal
}

type Reply = EndpointReply | Promise<EndpointReply>

export const ok: EndpointReply = { type: 'answered', status: 204 }
export const status = (code: number): EndpointReply => ({ type: 'answered', status: code })
export const never: Promise<EndpointReply> = new Promise(() => undefined)

/** What the monitor received. */
export interface Reported {
  readonly outcomes: Array<DeliveryOutcome['type']>
  readonly givenUp: Array<readonly [RoomId, number, number]>
  readonly faults: Array<StoreFault>
  readonly defects: Array<unknown>
  gone: number
}

export interface HarnessOptions {
  readonly store?: EventStore
  readonly checkpoints?: CheckpointStore
  readonly limits?: Partial<WebhookLimits>
}

/** Rooms with growing logs, and a receiver with scripted replies. */
export interface Harness {
  readonly clock: VirtualClock
  readonly store: EventStore
  readonly checkpoints: CheckpointStore
  readonly reported: Reported
  /** Every request that reached the receiver, over all restarts. */
  readonly posts: ReadonlyArray<Post>
  /** The receiver's reply from now on. */
  reply: (post: Post) => Reply
  readonly webhooks: () => Webhooks
  /** Appends durably and publishes; `unpublished`: the process ends before it publishes. */
  readonly append: (
    room: RoomId,
    events: ReadonlyArray<RoomEvent>,
    unpublished?: 'unpublished',
  ) => Promise<void>
  /** The message ids that the log requires. */
  readonly expected: (room: RoomId) => ReadonlyArray<string>
  /** Removes a room, as retention does; its next log has this epoch. */
  readonly removeRoom: (room: RoomId, epoch: Epoch) => Promise<void>
  /** Starts a process; the one before it has no effect any longer. */
  readonly restart: () => Promise<void>
  readonly kill: () => void
}

export const createHarness = (options: HarnessOptions = {}): Harness => {
  const clock = virtualClock()
  const { store = memoryEventStore(), checkpoints = memoryCheckpointStore() } = options
  const posts: Array<Post> = []
  const reported: Reported = { outcomes: [], givenUp: [], faults: [], defects: [], gone: 0 }
  const logs = new Map<RoomId, Log>()
  let current = { isAlive: true }
  let webhooks: Webhooks | undefined
  let starts = 0

  const logOf = (room: RoomId): Log => {
    const log = logs.get(room) ?? { epoch: testEpoch, seq: 0, state: initial(room), changes: [] }
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
      return harness.reply(post)
    },
  }

  const harness: Harness = {
    clock,
    store,
    checkpoints,
    reported,
    posts,
    reply: () => ok,
    webhooks: () => {
      if (webhooks === undefined) throw new Error('no process has started')
      return webhooks
    },
    append: async (room, events, unpublished) => {
      const log = logOf(room)
      const all: ReadonlyArray<RoomEvent> =
        log.seq === 0 ? [{ ...roomCreated, data: { ...roomCreated.data, room } }, ...events] : events
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
        const change = membershipChangeOf(record, before, log.state)
        if (change !== undefined) log.changes.push(change)
        const deliver = webhooks?.publisher.prepare(record, before, log.state)
        await commit(store, record, expectedSeq)
        if (unpublished === undefined && current.isAlive) deliver?.()
      }
    },
    expected: (room) => logOf(room).changes.map((each) => messageOf(each).id),
    removeRoom: async (room, epoch) => {
      const { epoch: old, seq } = logOf(room)
      await store.remove(room, old, seq)()
      logs.set(room, { epoch, seq: 0, state: initial(room), changes: [] })
    },
    restart: async () => {
      harness.kill()
      const running = { isAlive: true }
      current = running
      const created = createWebhooks({
        model: builtInModel,
        store: {
          find: (room) => whileIn(running, store.find(room)),
          list: (after, limit) => whileIn(running, store.list(after, limit)),
          read: (room, after, limit) => whileIn(running, store.read(room, after, limit)),
        },
        checkpoints: {
          find: (rooms) => whileIn(running, checkpoints.find(rooms)),
          write: (written) => whileIn(running, checkpoints.write(written)),
          isOn: whileIn(running, checkpoints.isOn),
          setOn: (on) => whileIn(running, checkpoints.setOn(on)),
        },
        clock: clockIn(running, clock),
        endpoint: { post: (...request) => whileIn(running, () => endpoint.post(...request))() },
        entropy: seededEntropy(`start ${++starts}`),
        sign: ({ id }) => ({ 'webhook-id': id }),
        monitor: {
          attempted: ({ type }) => void reported.outcomes.push(type),
          givenUp: (room, seq, events) => void reported.givenUp.push([room, seq, events]),
          gone: () => void reported.gone++,
          faulted: (_room, fault) => void reported.faults.push(fault),
          defect: (_room, error) => void reported.defects.push(error),
        },
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      })
      webhooks = created
      const started = await created.start()
      if (E.isLeft(started)) throw new Error(started.left.problem)
      await settled()
    },
    kill: () => {
      current.isAlive = false
      webhooks = undefined
    },
  }
  return harness
}

interface Log {
  readonly epoch: Epoch
  seq: number
  state: RoomState
  readonly changes: Array<MembershipChange>
}

const commit = async (store: EventStore, record: RoomRecord, expectedSeq: number): Promise<void> => {
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

interface RunningProcess {
  readonly isAlive: boolean
}

/** A killed process does nothing and receives no reply. */
const whileIn =
  <Result>(running: RunningProcess, context: () => Promise<Result>) =>
  async (): Promise<Result> => {
    if (!running.isAlive) return new Promise<never>(() => undefined)
    const result = await context()
    return running.isAlive ? result : new Promise<never>(() => undefined)
  }

const clockIn = (running: RunningProcess, clock: Clock): Clock => ({
  now: clock.now,
  schedule: (at, run) =>
    clock.schedule(at, () => {
      if (running.isAlive) run()
    }),
})

/** Each id once, at its first place. */
export const firstOnly = (ids: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(ids)]

export const idsOf = (posts: ReadonlyArray<Post>, room: RoomId = testRoom): ReadonlyArray<string> =>
  posts.filter((post) => post.room === room).map(({ id }) => id)

export const main = testRoom
export const other = roomId('other')

const ann = person('Ann')
export const bob = person('Bob')
export const joins = (who = ann): RoomEvent => hasJoined(who, 'party', 'user')
export const leaves = (who = ann): RoomEvent => hasLeft(who, 'party', 'user', 'left')

export const hourMs = 60 * 60 * 1_000
export const dayMs = 24 * hourMs

/** A harness with a running process. */
export const startedHarness = async (options: HarnessOptions = {}): Promise<Harness> => {
  const harness = createHarness(options)
  await harness.restart()
  return harness
}

/** The seqs of a room's requests, repetitions included. */
export const seqs = ({ posts }: Harness, room = main): ReadonlyArray<number> =>
  posts.filter((post) => post.room === room).map(({ seq }) => seq)
