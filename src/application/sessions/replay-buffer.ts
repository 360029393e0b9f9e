import type { EncodedEmit, EncodedRecord } from './encoded-emit.js'
import { payloadBytes } from './encoded-emit.js'
import type { SessionLimits } from './limits.js'

/** The emits of all records from `from` on; records without emits are left out. */
export interface Replay {
  readonly from: number
  readonly records: ReadonlyArray<EncodedRecord>
  /** The last record that changed a count; 0 if none did. */
  readonly countedAt: number
}

/** The latest emits of one room, for clients that return soon: the log need not be read for them. */
export interface ReplayBuffer {
  readonly add: (seq: number, emits: ReadonlyArray<EncodedEmit>, changesCount: boolean) => void
  /** The current content; nothing if it does not reach `seq`. */
  readonly upTo: (seq: number) => Replay | undefined
  readonly clear: () => void
  readonly bytes: () => number
}

/** A limit on all replay buffers together. */
export interface ReplayMemory {
  readonly maxBytesPerRoom: number
  readonly maxEmitsPerRoom: number
  /** The buffer has grown or shrunk. Clears the oldest buffers where the total exceeds the limit. */
  readonly resized: (buffer: Pick<ReplayBuffer, 'clear' | 'bytes'>, change: number) => void
  readonly bytes: () => number
}

type ReplayLimits = Pick<SessionLimits, 'maxReplayBytesPerRoom' | 'maxReplayEmitsPerRoom' | 'maxReplayBytes'>

export const createReplayMemory = (
  { maxReplayBytesPerRoom, maxReplayEmitsPerRoom, maxReplayBytes }: ReplayLimits,
  limitReached: () => void,
): ReplayMemory => {
  const buffers = new Set<Pick<ReplayBuffer, 'clear' | 'bytes'>>()
  let total = 0

  /** Down to three quarters, so that the scan is rare. */
  const clearOldest = (): void => {
    limitReached()
    for (const buffer of buffers) {
      if (total <= maxReplayBytes * 0.75) return
      buffer.clear()
    }
  }

  return {
    maxBytesPerRoom: maxReplayBytesPerRoom,
    maxEmitsPerRoom: maxReplayEmitsPerRoom,
    resized: (buffer, change) => {
      total += change
      if (buffer.bytes() === 0) return void buffers.delete(buffer)
      buffers.add(buffer)
      if (total > maxReplayBytes) clearOldest()
    },
    bytes: () => total,
  }
}

/** Bytes of a record's emits in memory, where objects take about twice their JSON. */
export const emitBytes = (emits: ReadonlyArray<EncodedEmit>): number =>
  emits.reduce((sum, { payload }) => sum + 64 + 2 * payloadBytes(payload), 0)

export const createReplayBuffer = (memory: ReplayMemory): ReplayBuffer => {
  let from = 0
  let last = 0
  let countedAt = 0
  let bytes = 0
  let emitCount = 0
  let records: Array<EncodedRecord & { readonly bytes: number }> = []

  const resize = (next: number): void => {
    const change = next - bytes
    bytes = next
    if (change !== 0) memory.resized(buffer, change)
  }

  const startAt = (seq: number): void => {
    from = seq
    records = []
    emitCount = 0
    resize(0)
  }

  /** Down to half of both limits, because removal from the front copies the rest. */
  const removeOldest = (): void => {
    let removed = 0
    let rest = bytes
    for (const record of records) {
      if (rest <= memory.maxBytesPerRoom / 2 && emitCount <= memory.maxEmitsPerRoom / 2) break
      rest -= record.bytes
      emitCount -= record.emits.length
      from = record.seq + 1
      removed += 1
    }
    records = records.slice(removed)
    resize(rest)
  }

  const buffer: ReplayBuffer = {
    add: (seq, emits, changesCount) => {
      if (seq !== last + 1) startAt(seq)
      last = seq
      if (changesCount) countedAt = seq
      if (emits.length === 0) return
      const size = emitBytes(emits)
      records.push({ seq, emits, bytes: size })
      emitCount += emits.length
      resize(bytes + size)
      if (bytes > memory.maxBytesPerRoom || emitCount > memory.maxEmitsPerRoom) removeOldest()
    },
    upTo: (seq) => (last < seq ? undefined : { from, records: [...records], countedAt }),
    clear: () => startAt(last + 1),
    bytes: () => bytes,
  }
  return buffer
}
