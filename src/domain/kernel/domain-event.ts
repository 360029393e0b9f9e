import type { CommandId, Epoch, MemberId, RoomId } from './ids.js'
import type { Instant } from './instant.js'

/**
 * An event that has no position in a log yet. `type` is part of the stored format: a log with a renamed type cannot be
 * read. `secret` is stored in the log and never leaves the engine.
 */
export interface DomainEvent<Type extends string = string, Data = unknown, Secret = unknown> {
  readonly type: Type
  readonly data: Data
  readonly secret?: Secret
}

/** The command that caused an event: its id, which the client chose, and a digest of its payload. */
export interface Cause {
  readonly id: CommandId
  readonly digest: string
}

/** An event with its position in a room's log. `seq` counts 1, 2, 3 … without a gap; `at` never decreases. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly seq: number
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
}
