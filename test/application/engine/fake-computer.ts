import type {
  Column,
  ComputerMove,
  ConnectFourCommand,
} from '../../../src/domain/activities/connect-four/index.js'
import type { Effect, EffectContext } from '../../../src/domain/kernel/activity.js'
import type { RoomModel } from '../../../src/domain/room/index.js'
import { createRoomModel } from '../../../src/domain/room/index.js'
import { builtInActivities, builtInProtocols } from '../../../src/plugins.js'

/** One attempt of an effect, with its result on demand. */
export interface Attempt {
  readonly effect: Effect
  readonly context: EffectContext
  readonly move: (column: Column) => void
  readonly fail: () => void
}

/** A computer player whose moves the test chooses. */
export interface FakeComputer {
  /** The built-in model with this player. */
  readonly model: RoomModel
  /** Every attempt, in order. */
  readonly attempts: ReadonlyArray<Attempt>
  /** The attempts without a result that are not aborted. */
  readonly open: () => ReadonlyArray<Attempt>
}

export const fakeComputer = (): FakeComputer => {
  const attempts: Array<Attempt> = []
  const done = new Set<Attempt>()
  const runEffect = (effect: Effect, context: EffectContext): Promise<ConnectFourCommand> =>
    new Promise((resolve, reject) => {
      const attempt: Attempt = {
        effect,
        context,
        move: (column) => {
          done.add(attempt)
          const { game, ply } = effect as ComputerMove
          resolve({ type: 'play-thought', game, ply, column })
        },
        fail: () => {
          done.add(attempt)
          reject(new Error('the search failed'))
        },
      }
      // The real player rejects with the abort reason too.
      context.signal.addEventListener('abort', () => reject(new Error('aborted')))
      attempts.push(attempt)
    })
  return {
    model: createRoomModel({
      activities: builtInActivities.map((each) =>
        each.effects === undefined ? each : { ...each, runEffect },
      ),
      protocols: builtInProtocols,
    }),
    attempts,
    open: () => attempts.filter((each) => !done.has(each) && !each.context.signal.aborted),
  }
}
