import type { CommandContext } from '../../src/domain/kernel/command-context.js'
import type { MemberId } from '../../src/domain/kernel/ids.js'
import { firstInstant } from './virtual-clock.js'

/** 32 bytes that are always the same: 0, 1, 2 … 31. */
export const sameRandom: Uint8Array = Uint8Array.from({ length: 32 }, (_, place) => place)

/** A command with what deciding it needs; what is left out is nobody, the first instant and the same bytes. */
export const asking = <Command>(
  command: Command,
  by: MemberId | null = null,
  rest: Partial<Omit<CommandContext<Command>, 'command' | 'by'>> = {},
): CommandContext<Command> => ({ command, by, at: firstInstant, cause: null, random: sameRandom, ...rest })
