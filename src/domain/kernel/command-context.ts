import type { Cause } from './domain-event.js'
import type { MemberId } from './ids.js'
import type { Instant } from './instant.js'

/**
 * A command with everything that `decide` needs from outside: the instant, the actor (`null`: the room's timer or the
 * server), the command id, and 32 random bytes. An event contains the random values that it depends on.
 */
export interface CommandContext<Command> {
  readonly command: Command
  readonly at: Instant
  readonly by: MemberId | null
  readonly cause: Cause | null
  readonly random: Uint8Array
}
