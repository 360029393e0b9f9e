import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { LeaveReason, ProtocolName, Role } from '../../domain/room/index.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { ClientLink, LinkEmit, SequencedPayload } from '../ports/client-link.js'
import type { EncodedEmit } from './encoded-emit.js'
import { payloadBytes } from './encoded-emit.js'
import type { LostSignal } from './lost-signals.js'
import { addLost } from './lost-signals.js'

/** A signal in the form in which its member's client receives it. It is in no log, so the queue has its only copy. */
export interface OutboundSignal extends LinkEmit {
  readonly room: RoomId
  readonly from: MemberId
  readonly kind: string
  readonly bytes: number
  readonly protocol: ProtocolName
}

/** A membership that another member or the server ended. */
export interface RemovalNotice {
  readonly ended: {
    readonly room: RoomId
    readonly memberId: MemberId
    readonly role: Role
    readonly reason: LeaveReason
  }
  readonly emits: ReadonlyArray<EncodedEmit>
}

/** An emit that waits until its client has caught up. A signal has no `seq`, so nothing in the log replaces it. */
export type WaitingEmit = LinkEmit &
  SequencedPayload & { readonly bytes: number; readonly signal?: OutboundSignal }

/** Emits of one room that were taken from the queue and are being sent. */
export interface TakenEmits {
  readonly room: RoomId
  readonly emits: ReadonlyArray<WaitingEmit>
}

/**
 * All undelivered data of one session. An emit waits while the client catches up. A signal or removal notice that was
 * sent stays until the client has acknowledged a later delivery probe, and is sent again on the session's next link.
 */
export interface DeliveryQueue {
  /** The session is on this link now; `null`: on none. What the last link did not acknowledge waits again. */
  readonly connect: (link: ClientLink | null) => void
  /** Adds an emit behind a catch-up. False: the queue is full. */
  readonly enqueue: (room: RoomId, seq: number, emit: LinkEmit) => boolean
  /** Adds a signal behind a catch-up. False: the queue is full. */
  readonly enqueueSignal: (signal: OutboundSignal) => boolean
  /** Takes the room's waiting emits with a greater `seq`, in order, to send them now. */
  readonly take: (room: RoomId, afterSeq: number) => TakenEmits
  readonly confirmSent: (taken: TakenEmits) => void
  /** A signal was sent at once, because its client is live. */
  readonly trackSignal: (signal: OutboundSignal) => void
  /** A removal notice: `isSent` if its client is live and has just been sent it. */
  readonly addNotice: (notice: RemovalNotice, isSent: boolean) => void
  /** Takes the removal notices that were not acknowledged. */
  readonly takeNotices: () => ReadonlyArray<RemovalNotice>
  readonly hasNotices: () => boolean
  /** Signals that were discarded at the limit, and of which no later one was acknowledged. */
  readonly lostSignals: () => ReadonlyArray<LostSignal>
  /** The session is not in the room any more. */
  readonly leaveRoom: (room: RoomId) => void
  /** Discards all but the removal notices. */
  readonly discard: () => void
  readonly bytes: () => number
}

export interface DeliveryQueueLimits {
  /** Per session, of all rooms. */
  readonly maxBytes: number
  /** Unacknowledged signals of one session, and waiting emits of one room. */
  readonly maxEntries: number
}

/** Frequent enough that little is sent twice, and rare enough to cost a stream of signals nothing. */
const probeIntervalMs = 20

/** A sent entry that has left its room keeps its position for the watermark, without its content. */
interface Unacknowledged {
  readonly bytes: number
  readonly signal?: OutboundSignal
  readonly notice?: RemovalNotice
}

export const createDeliveryQueue = (
  clock: Clock,
  { maxBytes, maxEntries }: DeliveryQueueLimits,
  limitReached: () => void,
): DeliveryQueue => {
  let link: ClientLink | null = null
  let bytes = 0
  /** Of the last link's, and waiting again. A client that reconnects must have room for new emits besides. */
  let requeuedBytes = 0
  const waitingEmits = new Map<RoomId, Array<WaitingEmit>>()
  const takenBatches = new Set<TakenEmits>()
  let unacknowledged: Array<Unacknowledged> = []
  /** How many entries were ever sent: the acknowledgement watermark counts the same way. */
  let sentCount = 0
  let notices: Array<RemovalNotice> = []
  const lostSignals = new Map<string, LostSignal>()
  let isProbing = false
  let probedAt: Instant = -Infinity
  let plannedProbe: Cancel | null = null

  const probe = (): void => {
    if (link === null || unacknowledged.length === 0 || isProbing || plannedProbe !== null) return
    const at = probedAt + probeIntervalMs
    if (at > clock.now()) {
      plannedProbe = clock.schedule(at, () => {
        plannedProbe = null
        probe()
      })
      return
    }
    probedAt = clock.now()
    isProbing = true
    const [probedLink, through] = [link, sentCount]
    link.confirmDelivery(() => {
      if (link !== probedLink) return
      isProbing = false
      acknowledge(through)
      probe()
    })
  }

  const free = (size: number): void => {
    bytes -= size
    requeuedBytes = Math.min(requeuedBytes, bytes)
  }

  /** The client has received the first `watermark` entries that were sent. */
  const acknowledge = (watermark: number): void => {
    const firstUnacknowledged = sentCount - unacknowledged.length
    for (const entry of unacknowledged.splice(0, Math.max(0, watermark - firstUnacknowledged))) {
      free(entry.bytes)
    }
    // The discarded signals were sent before these, and have arrived with them.
    if (watermark >= firstUnacknowledged) lostSignals.clear()
  }

  const track = (entry: Unacknowledged): void => {
    unacknowledged.push(entry)
    sentCount += 1
    if (bytes > maxBytes || unacknowledged.length > maxEntries) discardOldest()
    probe()
  }

  /** Half of them at once, because removal from the front moves the rest. */
  const discardOldest = (): void => {
    limitReached()
    for (const entry of unacknowledged.splice(0, Math.ceil(unacknowledged.length / 2))) discardEntry(entry)
  }

  const discardEntry = ({ bytes: size, signal }: Unacknowledged): void => {
    free(size)
    if (signal !== undefined) addLost(lostSignals, { ...signal, count: 1 })
  }

  const fits = (room: RoomId, more: number): boolean => {
    if (bytes - requeuedBytes + more <= maxBytes && (waitingEmits.get(room)?.length ?? 0) < maxEntries)
      return true
    limitReached()
    return false
  }

  const wait = (room: RoomId, emit: WaitingEmit): void => {
    const queue = waitingEmits.get(room)
    if (queue === undefined) waitingEmits.set(room, [emit])
    else queue.push(emit)
    bytes += emit.bytes
  }

  const waitWithSignal = (signal: OutboundSignal): void =>
    wait(signal.room, { ...signal, seq: Infinity, signal })

  /** Signals wait again, in the order in which they were sent; emits are in the log. */
  const requeue = (): void => {
    const entries: ReadonlyArray<Unacknowledged> = [
      ...unacknowledged,
      ...[...takenBatches].flatMap(({ emits }) => emits),
      ...[...waitingEmits.values()].flat(),
    ]
    takenBatches.clear()
    waitingEmits.clear()
    unacknowledged = []
    bytes = 0
    for (const { signal, notice } of entries) {
      if (signal !== undefined) waitWithSignal(signal)
      if (notice !== undefined) notices.push(notice)
    }
    if (bytes > maxBytes) discardOldestWaiting()
    requeuedBytes = bytes
  }

  /** Repeated reconnects must not add up: the oldest signals of each room are lost and named. */
  const discardOldestWaiting = (): void => {
    limitReached()
    for (const queue of waitingEmits.values()) {
      while (bytes > maxBytes) {
        const oldest = queue.shift()
        if (oldest === undefined) break
        discardEntry(oldest)
      }
    }
  }

  return {
    connect: (next) => {
      plannedProbe?.()
      plannedProbe = null
      isProbing = false
      probedAt = -Infinity
      link = next
      requeue()
    },
    enqueue: (room, seq, { event, payload }) => {
      const size = payloadBytes(payload)
      if (!fits(room, size)) return false
      wait(room, { seq, event, payload, bytes: size })
      return true
    },
    enqueueSignal: (signal) => {
      if (!fits(signal.room, signal.bytes)) return false
      waitWithSignal(signal)
      return true
    },
    take: (room, afterSeq) => {
      const queue = waitingEmits.get(room) ?? []
      waitingEmits.delete(room)
      for (const { seq, bytes: size } of queue) if (seq <= afterSeq) free(size)
      const batch = { room, emits: queue.filter(({ seq }) => seq > afterSeq) }
      if (batch.emits.length > 0) takenBatches.add(batch)
      return batch
    },
    confirmSent: (batch) => {
      if (!takenBatches.delete(batch)) return
      for (const { bytes: size, signal } of batch.emits) {
        if (signal === undefined) free(size)
        else track({ bytes: size, signal })
      }
    },
    trackSignal: (signal) => {
      bytes += signal.bytes
      track({ bytes: signal.bytes, signal })
    },
    addNotice: (notice, isSent) => {
      if (isSent) track({ bytes: 0, notice })
      else notices.push(notice)
    },
    takeNotices: () => {
      const all = notices
      notices = []
      return all
    },
    hasNotices: () => notices.length > 0,
    lostSignals: () => [...lostSignals.values()],
    leaveRoom: (room) => {
      for (const { bytes: size } of waitingEmits.get(room) ?? []) free(size)
      waitingEmits.delete(room)
      for (const batch of takenBatches) {
        if (batch.room !== room) continue
        takenBatches.delete(batch)
        for (const { bytes: size } of batch.emits) free(size)
      }
      unacknowledged = unacknowledged.map((entry) => {
        if (entry.signal?.room !== room) return entry
        free(entry.bytes)
        return { bytes: 0 }
      })
    },
    discard: () => {
      requeue()
      waitingEmits.clear()
      lostSignals.clear()
      bytes = requeuedBytes = 0
    },
    bytes: () => bytes,
  }
}
