import type { ActivityCommand, ActivityWant } from '../../domain/activities/registry.js'

export interface Wanting {
  /** From the question to the answer. */
  readonly deadlineMs: number
  /** 0 ≤ random < 1, and nothing else that is random may go into the answer. */
  readonly random: number
  /** Aborted when the answer is wanted no more. */
  readonly signal: AbortSignal
}

/**
 * Whoever does what a room wants and cannot do itself: think of a move, say. It keeps nothing: the same is asked again after a
 * crash, and what counts is what came into the log.
 */
export interface Outside {
  /** The command that answers the want. Rejects where there is none, which may be otherwise the next time. */
  readonly fulfil: (want: ActivityWant, wanting: Wanting) => Promise<ActivityCommand>
  /** Gives up what is being done. Nothing may be asked afterwards. */
  readonly close: () => Promise<void>
}

/** For engines that have nobody to ask: what is wanted is not to be had. */
export const nobodyOutside: Outside = {
  fulfil: (want) => Promise.reject(new Error(`there is nobody to ask for ${want.kind}`)),
  close: () => Promise.resolve(),
}
