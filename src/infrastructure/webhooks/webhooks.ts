import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore, StoreFault } from '../../application/ports/event-store.js'
import type { Publisher } from '../../application/ports/publisher.js'
import { createQueue } from '../../application/engine/room/queue.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { MembershipChange } from '../../domain/room/membership-change.js'
import type { RoomModel } from '../../domain/room/index.js'
import { membershipChangeOf } from '../../domain/room/membership-change.js'
import { readBacklog } from './backlog.js'
import type { CheckpointStore } from './checkpoints.js'
import { createCheckpointWriter, turnWebhooksOn } from './checkpoints.js'
import type { DeliveryPorts } from './delivery.js'
import { deliver, retryDelayMs } from './delivery.js'
import { messageOf } from './message.js'
import type { WebhookMonitor } from './monitor.js'
import type { RoomQueue } from './room-queue.js'
import {
  dropExpired,
  enqueue,
  fillFromLog,
  keepOnlyNext,
  newRoomQueue,
  recordFailure,
  removeDelivered,
} from './room-queue.js'
import { createRoomScanner } from './room-scanner.js'

/** Limits of what waits in memory. Events above a limit are not lost: they are read from the logs later. */
export interface WebhookLimits {
  /** Requests at the same time. */
  readonly requests: number
  /** Rooms with undelivered events that are known by name. */
  readonly rooms: number
  /** Events of one room in memory, and of one reading of its log. */
  readonly eventsPerRoom: number
  /** Events of all rooms, except those that are being read from a log. */
  readonly events: number
  /** Consecutive deliveries of one room while others wait. */
  readonly inTurn: number
  /** Rooms of one store query. */
  readonly page: number
}

const defaultWebhookLimits: WebhookLimits = {
  requests: 8,
  rooms: 20_000,
  eventsPerRoom: 1_000,
  events: 20_000,
  inTurn: 1_000,
  page: 1_000,
}

export interface WebhookPorts extends DeliveryPorts {
  readonly model: RoomModel
  readonly store: Pick<EventStore, 'find' | 'list' | 'read'>
  readonly checkpoints: CheckpointStore
  readonly entropy: Entropy
  readonly monitor: WebhookMonitor
  readonly limits?: Partial<WebhookLimits>
}

/** Posts membership changes to a receiver: each at least once, those of one room in order. */
export interface Webhooks {
  /** Before the engine starts. Afterwards finds what the last run did not deliver. */
  readonly start: () => Promise<Either<StoreFault, void>>
  /** For the engine: the records that it publishes are durable. */
  readonly publisher: Publisher
  /** Whether this room's log may have undelivered events. */
  readonly isWaiting: (room: RoomId) => boolean
  /** The rooms and events in memory. */
  readonly load: () => { readonly rooms: number; readonly events: number }
  /** Aborts requests, cancels timers and writes the checkpoints. */
  readonly stop: () => Promise<void>
}

/**
 * A consumer of the logs with a checkpoint per room. Memory holds only the next events: an event without space, or
 * lost in a crash, is read from its log later.
 */
export const createWebhooks = (ports: WebhookPorts): Webhooks => {
  const { store, clock, entropy, monitor } = ports
  const limits: WebhookLimits = { ...defaultWebhookLimits, ...ports.limits }
  const queues = new Map<RoomId, RoomQueue>()
  /** Rooms whose next event is unknown. It must not be skipped, so they wait for the next start. */
  const suspended = new Set<RoomId>()
  const ready = createQueue<RoomQueue>()
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  let events = 0
  let phase: 'on' | 'gone' | 'stopped' = 'on'

  const hasSpace = (): boolean => queues.size < limits.rooms

  const onFault = (fault: StoreFault): void => monitor.faulted(null, fault)
  const checkpoints = createCheckpointWriter(ports.checkpoints, clock, onFault)
  const scanner = createRoomScanner({
    store,
    checkpoints,
    clock,
    hasSpace,
    pageRooms: limits.page,
    onFound: (room) => {
      if (!queues.has(room) && !suspended.has(room)) openQueue(room, true)
    },
    onFault,
  })

  const receive = (change: MembershipChange): void => {
    const { room } = change
    if (phase !== 'on' || suspended.has(room)) return
    const current = queues.get(room)
    // The log has the event; the scan finds it once there is space again.
    if (current === undefined && !hasSpace()) return scanner.restart()
    const queue = current ?? openQueue(room, !scanner.hasScanned(room))
    const hasSpaceForEvent = queue.events.length < limits.eventsPerRoom && events < limits.events
    updateQueue(queue, () => enqueue(queue, change, hasSpaceForEvent))
  }

  const openQueue = (room: RoomId, isBehind: boolean): RoomQueue => {
    const queue: RoomQueue = { ...newRoomQueue(room), isBehind }
    queues.set(room, queue)
    ready.push(queue)
    // Deferred, so that the queue has all events of this turn of the event loop.
    void Promise.resolve().then(pump)
    return queue
  }

  /** Changes a queue and counts the events of all queues. */
  const updateQueue = <Result>(queue: RoomQueue, change: () => Result): Result => {
    events -= queue.events.length
    const result = change()
    events += queue.events.length
    return result
  }

  const pump = (): void => {
    while (phase === 'on' && running.size < limits.requests) {
      const queue = ready.shift()
      if (queue === undefined) return
      const work: Promise<void> = deliverInTurn(queue)
        .catch((error: unknown) => {
          monitor.defect(queue.room, error)
          suspend(queue)
        })
        .finally(() => {
          running.delete(work)
          pump()
        })
      running.add(work)
    }
  }

  const deliverInTurn = async (queue: RoomQueue): Promise<void> => {
    for (let sent = 0; sent < limits.inTurn; sent++) {
      if (queue.events.length === 0 && !(await refill(queue))) return
      const [next] = queue.events
      if (next === undefined) return onCaughtUp(queue)
      const outcome = await deliver(messageOf(next), stopping.signal, ports)
      monitor.attempted(outcome)
      if (phase !== 'on') return
      switch (outcome.type) {
        case 'delivered':
          onDelivered(queue, next)
          break
        case 'stopped':
          return
        case 'gone':
          return onGone()
        case 'refused':
        case 'unreachable':
        case 'timeout':
          return onFailed(queue, next)
      }
    }
    ready.push(queue)
  }

  /** Fills the queue from the log, if it has more. `false`: delivery cannot continue now. */
  const refill = async (queue: RoomQueue): Promise<boolean> => {
    while (queue.isBehind && queue.events.length === 0) {
      queue.hasNewer = false
      const { room } = queue
      const found = await checkpoints.find([room])
      const checkpoint = E.isLeft(found) ? undefined : found.right.get(room)
      const backlog = E.isLeft(found)
        ? found
        : await readBacklog(store, room, checkpoint, limits.eventsPerRoom, ports.model)
      if (phase !== 'on') return false
      if (E.isLeft(backlog)) {
        onUnreadable(queue, backlog.left)
        return false
      }
      updateQueue(queue, () => fillFromLog(queue, backlog.right, checkpoint))
      giveUpExpired(queue)
    }
    return true
  }

  const onUnreadable = (queue: RoomQueue, fault: StoreFault): void => {
    monitor.faulted(queue.room, fault)
    switch (fault.type) {
      case 'unavailable':
        queue.failures++
        return scheduleRetry(queue)
      case 'corrupt':
        return suspend(queue)
    }
  }

  const suspend = (queue: RoomQueue): void => {
    suspended.add(queue.room)
    closeQueue(queue)
  }

  const onDelivered = (queue: RoomQueue, { room, epoch, seq }: MembershipChange): void => {
    updateQueue(queue, () => removeDelivered(queue))
    checkpoints.set(room, { epoch, seq, failingSince: null })
  }

  const onFailed = (queue: RoomQueue, { room, epoch, seq }: MembershipChange): void => {
    const isFirst = queue.failingSince === null
    recordFailure(queue, clock.now())
    // All events before this one are delivered, because a queue starts at the checkpoint.
    if (isFirst) checkpoints.set(room, { epoch, seq: seq - 1, failingSince: queue.failingSince })
    giveUpExpired(queue)
    if (events > limits.events) updateQueue(queue, () => keepOnlyNext(queue))
    scheduleRetry(queue)
  }

  const giveUpExpired = (queue: RoomQueue): void => {
    const dropped = updateQueue(queue, () => dropExpired(queue))
    if (dropped === undefined) return
    const { room, epoch, seq } = dropped.last
    checkpoints.set(room, { epoch, seq, failingSince: queue.failingSince })
    monitor.givenUp(room, seq, dropped.events)
  }

  const scheduleRetry = (queue: RoomQueue): void => {
    queue.cancelRetry = clock.schedule(clock.now() + retryDelayMs(queue.failures, entropy), () => {
      queue.cancelRetry = null
      ready.push(queue)
      pump()
    })
  }

  const onCaughtUp = (queue: RoomQueue): void => {
    if (queue.readTo !== null) checkpoints.set(queue.room, { ...queue.readTo, failingSince: null })
    closeQueue(queue)
  }

  const closeQueue = (queue: RoomQueue): void => {
    queues.delete(queue.room)
    events -= queue.events.length
    // Only at half: a scan costs as much for one free place as for many.
    if (queues.size <= limits.rooms / 2) scanner.resume()
  }

  const onGone = (): void => {
    if (phase !== 'on') return
    end('gone')
    void scanner.stop()
    monitor.gone()
  }

  const end = (finalPhase: 'gone' | 'stopped'): void => {
    phase = finalPhase
    stopping.abort()
    for (const { cancelRetry } of queues.values()) cancelRetry?.()
    queues.clear()
    ready.drain()
    events = 0
  }

  return {
    start: async () => {
      const isOn = await turnWebhooksOn(store, ports.checkpoints)
      if (E.isRight(isOn)) scanner.restart()
      return isOn
    },
    publisher: {
      prepare: (record, before, after) => {
        const change = membershipChangeOf(record, before, after)
        return change === undefined ? nothing : () => receive(change)
      },
    },
    isWaiting: (room) =>
      phase === 'on' && (queues.has(room) || suspended.has(room) || !scanner.hasScanned(room)),
    load: () => ({ rooms: queues.size, events }),
    stop: async () => {
      end('stopped')
      await scanner.stop()
      await Promise.all(running)
      await checkpoints.close()
    },
  }
}

const nothing = (): void => undefined
