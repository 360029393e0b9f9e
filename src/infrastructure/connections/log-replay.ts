import { setImmediate as nextTurn } from 'node:timers/promises'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import { initial } from '../../domain/room/index.js'
import type { Clock } from '../../application/ports/clock.js'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { Engine } from '../../application/engine/index.js'
import type { Encoder } from '../../application/ports/encoder.js'
import type { Told } from './emit.js'
import { outgoing } from './emit.js'
import type { Stretch } from './replay-buffer.js'

/** Records that are folded without a pause. */
const page = 500
/** So many emits of a room are kept for the next who asks, and so many of all rooms. */
const emitsKept = 10_000
const emitsKeptInAll = 200_000
/** After a restart everybody asks for the same within the grace; then nobody does. */
const keptForMs = 20_000

/**
 * What records of the log were to clients when they were told, made from the log again: it has to be folded from its
 * beginning, because what a record is to somebody depends on the state it met.
 */
export interface Retelling {
  /** Page by page and in order what the records over `after` up to `upTo` told; gives what they say of counts. */
  readonly retell: (
    room: RoomId,
    after: number,
    upTo: number,
    each: (told: ReadonlyArray<Told>) => Promise<void>,
  ) => Promise<Either<StoreFault, Pick<Stretch, 'countedAt'>>>
  /** Rooms of which something is kept. */
  readonly size: () => number
  readonly close: () => void
}

interface Kept {
  readonly upTo: number
  readonly stretch: Promise<Either<StoreFault, Stretch>>
  /** How many they are, once that is known. */
  emits: number
  readonly drop: () => void
}

export const createRetelling = (
  engine: () => Pick<Engine, 'records' | 'model'>,
  clock: Clock,
  encoders: ReadonlyArray<Encoder>,
): Retelling => {
  const byRoom = new Map<RoomId, Kept>()

  /** One reading of the log for all who ask while it goes on, and shortly after. */
  const lately = (room: RoomId, upTo: number): Kept => {
    const known = byRoom.get(room)
    if (known !== undefined && known.upTo >= upTo) return known
    known?.drop()
    const cancel = clock.schedule(clock.now() + keptForMs, () => kept.drop())
    const kept: Kept = {
      upTo,
      stretch: latest(room, upTo).then((stretch) => {
        if (E.isLeft(stretch)) kept.drop()
        else makeRoomFor(kept, emitsIn(stretch.right.told))
        return stretch
      }),
      emits: 0,
      drop: () => {
        cancel()
        if (byRoom.get(room) === kept) byRoom.delete(room)
      },
    }
    byRoom.set(room, kept)
    return kept
  }

  /** The rooms that were asked for first go first: those who come back to them have come by now. */
  const makeRoomFor = (kept: Kept, emits: number): void => {
    kept.emits = emits
    let inAll = 0
    for (const each of byRoom.values()) inAll += each.emits
    for (const each of byRoom.values()) {
      if (inAll <= emitsKeptInAll) return
      inAll -= each.emits
      each.drop()
    }
  }

  /** As much of the log's end as is kept. */
  const latest = async (room: RoomId, upTo: number): Promise<Either<StoreFault, Stretch>> => {
    let told: Array<Told> = []
    let from = 1
    let emits = 0
    const folded = await fold(room, 0, upTo, async (some) => {
      emits += emitsIn(some)
      told = told.concat(some)
      let gone = 0
      for (; emits > emitsKept && gone < told.length; gone++) {
        emits -= told[gone]?.emits.length ?? 0
        from = (told[gone]?.seq ?? from) + 1
      }
      told = told.slice(gone)
    })
    return E.map(({ countedAt }: Pick<Stretch, 'countedAt'>): Stretch => ({ from, told, countedAt }))(folded)
  }

  const fold = async (
    room: RoomId,
    after: number,
    upTo: number,
    each: (told: ReadonlyArray<Told>) => Promise<void>,
  ): Promise<Either<StoreFault, Pick<Stretch, 'countedAt'>>> => {
    const { evolve } = engine().model
    let state = initial(room)
    let countedAt = 0
    for (let read = 0; read < upTo;) {
      const records = await engine().records(room, read, Math.min(page, upTo - read))()
      if (E.isLeft(records)) return records
      if (records.right.length === 0) break
      const told: Array<Told> = []
      for (const record of records.right) {
        const before = state
        state = evolve(before, record)
        if (record.seq <= after) continue
        const emits = encoders.flatMap((encoder) => outgoing(encoder, record, before, state))
        if (emits.length > 0) told.push({ seq: record.seq, emits })
        if (encoders.some(({ count }) => count?.changedBy(record, before, state))) countedAt = record.seq
      }
      read += records.right.length
      if (told.length > 0) await each(told)
      // Rooms that run have their turn: a store that reads from memory would not let them.
      await nextTurn()
    }
    return E.right({ countedAt })
  }

  return {
    retell: async (room, after, upTo, each) => {
      const stretch = await lately(room, upTo).stretch
      if (E.isLeft(stretch)) return stretch
      const { from, told, countedAt } = stretch.right
      if (from > after + 1) return fold(room, after, upTo, each)
      await each(told.filter(({ seq }) => seq > after && seq <= upTo))
      return E.right({ countedAt })
    },
    size: () => byRoom.size,
    close: () => {
      for (const { drop } of byRoom.values()) drop()
    },
  }
}

const emitsIn = (told: ReadonlyArray<Told>): number => told.reduce((sum, { emits }) => sum + emits.length, 0)
