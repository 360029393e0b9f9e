import type { TaskEither } from '#fp/TaskEither'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { Epoch, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'

/** How far the webhooks of one room have come. It may be behind what the receiver has, and is never ahead of it. */
export interface Cursor {
  readonly epoch: Epoch
  /** All up to this place of that log was delivered or given up; 0: nothing yet. */
  readonly seq: number
  /** Since when the receiver does not take the next one; `null`: it does. */
  readonly failingSince: Instant | null
}

/**
 * Keeps cursors over the end of the process. What a store of logs promises of its records holds for them too, and in the
 * same order: a cursor must not survive what the log that it counts in has lost.
 */
export interface Cursors {
  /** The cursors of those of these rooms that have one. */
  readonly find: (rooms: ReadonlyArray<RoomId>) => TaskEither<StoreFault, ReadonlyMap<RoomId, Cursor>>
  /** Puts them in the place of earlier ones: all of them, or none. */
  readonly write: (cursors: ReadonlyMap<RoomId, Cursor>) => TaskEither<StoreFault, void>
  /** Whether webhooks were on when this was last said. A room without a cursor is one that began since then. */
  readonly isOn: TaskEither<StoreFault, boolean>
  readonly turn: (on: boolean) => TaskEither<StoreFault, void>
}
