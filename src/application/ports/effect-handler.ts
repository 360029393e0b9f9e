import type { ActivityCommand, Effect, EffectContext } from '../../domain/kernel/activity.js'

/**
 * Runs the effects of built-in activities, such as a computer move. It stores nothing: an effect runs again after a crash,
 * and only a result that is in the log counts.
 */
export interface EffectHandler {
  /** Resolves to the command that carries the result. Rejects if there is none; the engine retries. */
  readonly run: (want: Effect, wanting: EffectContext) => Promise<ActivityCommand>
  /** Aborts running effects. `run` must not be called afterwards. */
  readonly close: () => Promise<void>
}

/** For engines without effects: every effect fails and gives its fallback command. */
export const noEffectHandler: EffectHandler = {
  run: (want) => Promise.reject(new Error(`no effect handler runs ${want.kind}`)),
  close: () => Promise.resolve(),
}
