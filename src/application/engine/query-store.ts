import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import type { StoreFault } from '../ports/event-store.js'

/** Asks the store. One that throws has broken its promise; to the engine it is one that does not answer. */
export const queryStore = async <Found>(
  question: () => TaskEither<StoreFault, Found>,
): Promise<Either<StoreFault, Found>> => {
  try {
    return await question()()
  } catch (error) {
    return E.left({ type: 'unavailable', problem: problemOf(error) })
  }
}

export const problemOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'something was thrown that is no error'
