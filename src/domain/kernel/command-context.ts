import type { Cause } from './domain-event.js'
import type { MemberId } from './ids.js'
import type { Instant } from './instant.js'

/**
 * A command with all that deciding it may need from outside, so that deciding asks nobody: the instant, who asks
 * (`null`: the room's own clock), under which id, and 32 random bytes of which what is used goes into the event.
 */
export interface CommandContext<Command> {
  readonly command: Command
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
  readonly random: Uint8Array
}
