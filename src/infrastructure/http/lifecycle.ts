import * as E from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { Engine } from '../../application/engine/index.js'

export type Phase = 'starting' | 'ready' | 'stopping'

/** The phase of the server. It only moves forward. */
export interface Lifecycle {
  readonly phase: () => Phase
  readonly ready: () => void
  readonly stopping: () => void
}

export const createLifecycle = (): Lifecycle => {
  let phase: Phase = 'starting'
  return {
    phase: () => phase,
    ready: () => {
      if (phase === 'starting') phase = 'ready'
    },
    stopping: () => {
      phase = 'stopping'
    },
  }
}

const maxStoreWaitMs = 1_000

/** Whether the server accepts clients: it is up, and its store answers. */
export const readiness = async (
  lifecycle: Lifecycle,
  engine: Engine,
  clock: Clock,
): Promise<Phase | 'store-unavailable'> => {
  if (lifecycle.phase() !== 'ready') return lifecycle.phase()
  const isStoreUp = await storeAnswers(engine, clock)
  // The server may have been stopped during the query.
  if (lifecycle.phase() !== 'ready') return lifecycle.phase()
  return isStoreUp ? 'ready' : 'store-unavailable'
}

const storeAnswers = (engine: Engine, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    const cancelTimeout = clock.schedule(clock.now() + maxStoreWaitMs, () => resolve(false))
    const end = (hasAnswered: boolean): void => {
      cancelTimeout()
      resolve(hasAnswered)
    }
    engine
      .list(null, 1)()
      .then(
        (listed) => end(E.isRight(listed)),
        () => end(false),
      )
  })
