import type { ActivityCommand, ActivityEffect } from '../../domain/activities/registry.js'
import type { EffectContext } from '../../domain/kernel/activity-plugin.js'

/**
 * Whoever does what a built-in activity wants and cannot do itself: think of a move, say. It keeps nothing: the same is
 * asked again after a crash, and what counts is what came into the log.
 */
export interface EffectHandler {
  /** The command that answers the want. Rejects where there is none, which may be otherwise the next time. */
  readonly run: (want: ActivityEffect, wanting: EffectContext) => Promise<ActivityCommand>
  /** Gives up what is being done. Nothing may be asked afterwards. */
  readonly close: () => Promise<void>
}

/** For engines that have nobody to ask: what is wanted is not to be had. */
export const noEffectHandler: EffectHandler = {
  run: (want) => Promise.reject(new Error(`there is nobody to ask for ${want.kind}`)),
  close: () => Promise.resolve(),
}
