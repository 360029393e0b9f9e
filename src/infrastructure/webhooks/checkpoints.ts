import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as TE from '#fp/TaskEither'
import type { TaskEither } from '#fp/TaskEither'
import type { Clock } from '../../application/ports/clock.js'
import type { EventStore, IndexEntry, StoreFault } from '../../application/ports/event-store.js'
import { queryStore } from '../../application/engine/query-store.js'
import { createSingleTimer } from '../../application/engine/room/single-timer.js'
import type { Epoch, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'

/** How far the webhooks of one room have come. It may be behind what the receiver has, and is never ahead of it. */
export interface Checkpoint {
  readonly epoch: Epoch
  /** Everything up to this record was delivered or given up; 0: nothing yet. */
  readonly seq: number
  /** The first failure of the next event; `null`: it has not failed. */
  readonly failingSince: Instant | null
}

/**
 * Keeps checkpoints over restarts. They are as durable as the records of the log, and in the same order: a checkpoint
 * must not survive a record that it counts.
 */
export interface CheckpointStore {
  /** The checkpoints of those of these rooms that have one. */
  readonly find: (rooms: ReadonlyArray<RoomId>) => TaskEither<StoreFault, ReadonlyMap<RoomId, Checkpoint>>
  /** Replaces the checkpoints of these rooms: all of them, or none. */
  readonly write: (checkpoints: ReadonlyMap<RoomId, Checkpoint>) => TaskEither<StoreFault, void>
  /** Whether webhooks were on at the last `setOn`. A room without a checkpoint was created after that. */
  readonly isOn: TaskEither<StoreFault, boolean>
  readonly setOn: (isOn: boolean) => TaskEither<StoreFault, void>
}

/** For event stores in memory. It is lost with the process. */
export const memoryCheckpointStore = (): CheckpointStore => {
  const checkpoints = new Map<RoomId, Checkpoint>()
  let isOn = false
  return {
    find: (rooms) =>
      TE.fromIO(() => {
        const found = new Map<RoomId, Checkpoint>()
        for (const room of rooms) {
          const checkpoint = checkpoints.get(room)
          if (checkpoint !== undefined) found.set(room, checkpoint)
        }
        return found
      }),
    write: (newer) =>
      TE.fromIO(() => {
        for (const [room, checkpoint] of newer) checkpoints.set(room, checkpoint)
      }),
    isOn: TE.fromIO(() => isOn),
    setOn: (value) =>
      TE.fromIO(() => {
        isOn = value
      }),
  }
}

/** The current checkpoints, which are ahead of those in the store. */
export interface CheckpointWriter {
  readonly find: (
    rooms: ReadonlyArray<RoomId>,
  ) => Promise<Either<StoreFault, ReadonlyMap<RoomId, Checkpoint>>>
  /** Written together with the others of the same second. After a crash, the events after a lost one are delivered again. */
  readonly set: (room: RoomId, checkpoint: Checkpoint) => void
  /** Writes what is pending, and nothing after that. */
  readonly close: () => Promise<void>
}

/** Writing each checkpoint at once would add a disk flush to every delivery. */
const writeEveryMs = 1_000

export const createCheckpointWriter = (
  store: CheckpointStore,
  clock: Clock,
  onFault: (fault: StoreFault) => void,
): CheckpointWriter => {
  let pending = new Map<RoomId, Checkpoint>()
  let beingWritten: ReadonlyMap<RoomId, Checkpoint> = new Map()
  let writing: Promise<void> = Promise.resolve()
  let isClosed = false
  const timer = createSingleTimer(clock)

  const write = async (): Promise<void> => {
    if (pending.size === 0) return
    beingWritten = pending
    pending = new Map()
    const written = await queryStore(() => store.write(beingWritten))
    if (E.isLeft(written)) {
      onFault(written.left)
      for (const [room, checkpoint] of beingWritten) {
        if (!pending.has(room)) pending.set(room, checkpoint)
      }
    }
    beingWritten = new Map()
    if (pending.size > 0) setTimer()
  }

  const setTimer = (): void => {
    if (isClosed || timer.at() !== null) return
    timer.set(clock.now() + writeEveryMs, () => {
      writing = writing.then(write)
    })
  }

  const unwritten = (room: RoomId): Checkpoint | undefined => pending.get(room) ?? beingWritten.get(room)

  return {
    find: async (rooms) => {
      // Before the query: a checkpoint that is written while the store answers would be in neither.
      const before = new Map(rooms.map((room) => [room, unwritten(room)]))
      const stored = await queryStore(() => store.find(rooms))
      if (E.isLeft(stored)) return stored
      const found = new Map(stored.right)
      for (const room of rooms) {
        const checkpoint = unwritten(room) ?? before.get(room)
        if (checkpoint !== undefined) found.set(room, checkpoint)
      }
      return E.right(found)
    },
    set: (room, checkpoint) => {
      const current = unwritten(room)
      // An event that was also read from the log is older than the checkpoint; within an epoch it never goes back.
      const seq = current?.epoch === checkpoint.epoch ? Math.max(current.seq, checkpoint.seq) : checkpoint.seq
      pending.set(room, { ...checkpoint, seq })
      setTimer()
    },
    close: async () => {
      isClosed = true
      timer.clear()
      writing = writing.then(write)
      await writing
    },
  }
}

const pageRooms = 1_000

/**
 * Before the first room runs. If webhooks were off, logs without a checkpoint get one at their end: their events
 * happened without a receiver. Logs with a checkpoint continue from it.
 */
export const turnWebhooksOn = async (
  store: Pick<EventStore, 'list'>,
  checkpoints: CheckpointStore,
): Promise<Either<StoreFault, void>> => {
  const isOn = await queryStore(() => checkpoints.isOn)
  if (E.isLeft(isOn)) return isOn
  if (isOn.right) return E.right(undefined)
  let after: RoomId | null = null
  for (;;) {
    const from: RoomId | null = after
    const listed: Either<StoreFault, ReadonlyArray<IndexEntry>> = await queryStore(() =>
      store.list(from, pageRooms),
    )
    if (E.isLeft(listed)) return listed
    const last = listed.right.at(-1)
    // Last: after a crash before this the whole step repeats, and from here on a log without a checkpoint is new.
    if (last === undefined) return queryStore(() => checkpoints.setOn(true))
    const written = await checkpointAtEnds(listed.right, checkpoints)
    if (E.isLeft(written)) return written
    after = last.room
  }
}

const checkpointAtEnds = async (
  entries: ReadonlyArray<IndexEntry>,
  checkpoints: CheckpointStore,
): Promise<Either<StoreFault, void>> => {
  const found = await queryStore(() => checkpoints.find(entries.map(({ room }) => room)))
  if (E.isLeft(found)) return found
  const ends = new Map<RoomId, Checkpoint>()
  for (const { room, epoch, seq } of entries) {
    if (found.right.get(room)?.epoch !== epoch) ends.set(room, { epoch, seq, failingSince: null })
  }
  return queryStore(() => checkpoints.write(ends))
}

/** Rooms that are created from now on are never delivered, even if webhooks are on again later. */
export const turnWebhooksOff = (checkpoints: CheckpointStore): Promise<Either<StoreFault, void>> =>
  queryStore(() => checkpoints.setOn(false))
