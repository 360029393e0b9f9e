import type { EncodedEmit, EncodedRecord } from '../encoded-emit.js'
import { payloadBytes } from '../encoded-emit.js'
import type { SessionLimits } from '../limits.js'

/** The emits of all records from `from` on; records without emits are left out. */
export interface CachedEmits {
  readonly from: number
  readonly records: ReadonlyArray<EncodedRecord>
  /** The last record that changed a count; 0 if none did. */
  readonly countedAt: number
}

/** The latest emits of one room, for clients that return soon: the log need not be read for them. */
export interface EmitCache {
  readonly add: (seq: number, emits: ReadonlyArray<EncodedEmit>, changesCount: boolean) => void
  /** The current content; nothing if it does not reach `seq`. */
  readonly upTo: (seq: number) => CachedEmits | undefined
  readonly clear: () => void
  readonly bytes: () => number
}

/** A limit on all emit caches together. */
export interface EmitMemory {
  readonly maxBytesPerRoom: number
  readonly maxEmitsPerRoom: number
  /** The cache has grown or shrunk. Clears the oldest caches where the total exceeds the limit. */
  readonly resized: (cache: Pick<EmitCache, 'clear' | 'bytes'>, change: number) => void
  readonly bytes: () => number
}

type EmitMemoryLimits = Pick<
  SessionLimits,
  'maxCachedBytesPerRoom' | 'maxCachedEmitsPerRoom' | 'maxCachedBytes'
>

export const createEmitMemory = (
  { maxCachedBytesPerRoom, maxCachedEmitsPerRoom, maxCachedBytes }: EmitMemoryLimits,
  limitReached: () => void,
): EmitMemory => {
  const caches = new Set<Pick<EmitCache, 'clear' | 'bytes'>>()
  let total = 0

  /** Down to three quarters, so that the scan is rare. */
  const clearOldest = (): void => {
    limitReached()
    for (const cache of caches) {
      if (total <= maxCachedBytes * 0.75) return
      cache.clear()
    }
  }

  return {
    maxBytesPerRoom: maxCachedBytesPerRoom,
    maxEmitsPerRoom: maxCachedEmitsPerRoom,
    resized: (cache, change) => {
      total += change
      if (cache.bytes() === 0) return void caches.delete(cache)
      caches.add(cache)
      if (total > maxCachedBytes) clearOldest()
    },
    bytes: () => total,
  }
}

/** Bytes of a record's emits in memory, where objects take about twice their JSON. */
export const emitBytes = (emits: ReadonlyArray<EncodedEmit>): number =>
  emits.reduce((sum, { payload }) => sum + 64 + 2 * payloadBytes(payload), 0)

export const createEmitCache = (memory: EmitMemory): EmitCache => {
  let from = 0
  let last = 0
  let countedAt = 0
  let bytes = 0
  let emitCount = 0
  let records: Array<EncodedRecord & { readonly bytes: number }> = []

  const resize = (next: number): void => {
    const change = next - bytes
    bytes = next
    if (change !== 0) memory.resized(cache, change)
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

  const cache: EmitCache = {
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
  return cache
}
