import * as E from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { Engine } from '../../application/engine/index.js'

export type Phase = 'starting' | 'ready' | 'stopping'

/** Where the server is between its start and its end. It goes one way only. */
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

const storeAnswersWithinMs = 1_000

/** Whether the server should be sent anybody: it is up, and its log answers. */
export const readiness = async (
  lifecycle: Lifecycle,
  engine: Engine,
  clock: Clock,
): Promise<Phase | 'store-unavailable'> => {
  if (lifecycle.phase() !== 'ready') return lifecycle.phase()
  const answers = await storeAnswers(engine, clock)
  // It may have been told to stop meanwhile.
  if (lifecycle.phase() !== 'ready') return lifecycle.phase()
  return answers ? 'ready' : 'store-unavailable'
}

const storeAnswers = (engine: Engine, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    const giveUp = clock.schedule(clock.now() + storeAnswersWithinMs, () => resolve(false))
    const answered = (isWell: boolean): void => {
      giveUp()
      resolve(isWell)
    }
    engine
      .list(null, 1)()
      .then(
        (listed) => answered(E.isRight(listed)),
        () => answered(false),
      )
  })
