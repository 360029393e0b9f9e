import type {
  Column,
  ComputerMoveEffect,
  ConnectFourCommand,
} from '../../../src/domain/activities/connect-four/index.js'
import type { EffectHandler } from '../../../src/application/ports/effect-handler.js'
import type { Effect, EffectContext } from '../../../src/domain/kernel/activity.js'

/** One effect, with its result on demand. */
export interface Asked {
  readonly want: Effect
  readonly wanting: EffectContext
  readonly move: (column: Column) => void
  readonly fail: () => void
}

export interface FakeOutside extends EffectHandler {
  /** Every effect that was started, in order. */
  readonly asked: ReadonlyArray<Asked>
  /** Effects without result that are not aborted. */
  readonly open: () => ReadonlyArray<Asked>
}

export const fakeOutside = (): FakeOutside => {
  const asked: Array<Asked> = []
  const done = new Set<Asked>()
  return {
    asked,
    open: () => asked.filter((each) => !done.has(each) && !each.wanting.signal.aborted),
    run: (want, wanting) =>
      new Promise((resolve, reject) => {
        const question: Asked = {
          want,
          wanting,
          move: (column) => {
            done.add(question)
            const { game, ply } = want as ComputerMoveEffect
            const command: ConnectFourCommand = { type: 'play-thought', game, ply, column }
            resolve(command)
          },
          fail: () => {
            done.add(question)
            reject(new Error('nothing comes to mind'))
          },
        }
        // A real handler rejects with the abort reason too.
        wanting.signal.addEventListener('abort', () => reject(new Error('given up')))
        asked.push(question)
      }),
    close: () => Promise.resolve(),
  }
}
