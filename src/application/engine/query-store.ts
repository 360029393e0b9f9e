import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import type { StoreFault } from '../ports/event-store.js'

/** Runs a store query. A store that throws breaks its contract and counts as unavailable. */
export const queryStore = async <Found, Fault = StoreFault>(
  query: () => TaskEither<Fault, Found>,
): Promise<Either<Fault | UnavailableFault, Found>> => {
  try {
    return await query()()
  } catch (error) {
    return E.left({ type: 'unavailable', problem: problemOf(error) })
  }
}

type UnavailableFault = Extract<StoreFault, { readonly type: 'unavailable' }>

export const problemOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'a value that is not an Error was thrown'
