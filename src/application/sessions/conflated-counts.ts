import type { Instant } from '../../domain/kernel/instant.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { Encoder } from '../ports/encoder.js'

/** The counts of one room, such as its viewers: at once after a quiet interval, else the latest at its end (E-30). */
export interface ConflatedCounts {
  readonly update: (encoder: Encoder, state: RoomState) => void
  /** The state of the protocol's latest count, published or not. */
  readonly latest: (protocol: ProtocolName) => RoomState | undefined
  /** Cancels the pending publications. */
  readonly close: () => void
}

interface Count {
  latest: RoomState
  publishedAt: Instant
  pending: Cancel | null
}

const intervalMs = 50

export const createConflatedCounts = (
  clock: Clock,
  publish: (encoder: Encoder, state: RoomState) => void,
): ConflatedCounts => {
  const counts = new Map<ProtocolName, Count>()

  const publishLatest = (encoder: Encoder, count: Count): void => {
    count.pending = null
    count.publishedAt = clock.now()
    publish(encoder, count.latest)
  }

  return {
    update: (encoder, state) => {
      const count = counts.get(encoder.protocol) ?? { latest: state, publishedAt: -Infinity, pending: null }
      counts.set(encoder.protocol, count)
      count.latest = state
      if (count.pending !== null) return
      const at = count.publishedAt + intervalMs
      if (at <= clock.now()) return publishLatest(encoder, count)
      count.pending = clock.schedule(at, () => publishLatest(encoder, count))
    },
    latest: (protocol) => counts.get(protocol)?.latest,
    close: () => {
      for (const { pending } of counts.values()) pending?.()
    },
  }
}
