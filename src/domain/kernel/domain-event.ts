import type { CommandId, Epoch, MemberId, RoomId } from './ids.js'
import type { Instant } from './instant.js'

/**
 * Something that happened, before it has its place in a log. Its `type` is the stored format: renaming one breaks
 * every log that has it. `secret` is kept in the log and leaves the engine through nothing.
 */
export interface DomainEvent<Type extends string = string, Data = unknown, Secret = unknown> {
  readonly type: Type
  readonly data: Data
  readonly secret?: Secret
}

/** Which command a record came from: the member's own id for it and a digest of what it said. */
export interface Cause {
  readonly id: CommandId
  readonly digest: string
}

/** A fact in its place in a room's log. `seq` counts 1, 2, 3 … without a gap; `at` never goes back. */
export type RecordedEvent<F extends DomainEvent = DomainEvent> = F & {
  readonly room: RoomId
  readonly epoch: Epoch
  readonly seq: number
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
}
