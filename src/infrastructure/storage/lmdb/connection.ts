import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Task } from '#fp/Task'
import type { StoreFault } from '../../../application/ports/event-store.js'
import type { Opening, Tables } from './tables.js'
import { openTables } from './tables.js'

/** An open data folder, and the turns in which it is written. */
export interface Connection {
  /** Asks when all that was to be written before has been; what it writes is in or not when this answers. */
  readonly inTurn: <Answer>(job: (tables: Tables) => Promise<Answer>) => Promise<Either<StoreFault, Answer>>
  /** Asks at once, of what has been committed. */
  readonly reading: <Answer>(
    context: (tables: Tables) => Answer | Promise<Answer>,
  ) => Promise<Either<StoreFault, Answer>>
  readonly close: Task<void>
}

/**
 * A write that fails (a full disk, a failed flush) may have come through all the same. So nothing is remembered over
 * it: whoever asks next reads what the folder says, and the folder is opened anew first, because lmdb serves nothing
 * more where its own header page could not be written.
 */
export const connectionTo = (opened: Tables, opening: Opening): Connection => {
  let tables = opened
  let state: 'open' | 'broken' | 'closed' = 'open'
  let turn: Promise<unknown> = Promise.resolve()

  /** Whether lmdb has the folder open: not between a closing and an opening that failed. */
  let isHeld = true

  const mend = async (): Promise<void> => {
    if (canBeClosed()) {
      await letGo()
      tables = openTables(opening)
      isHeld = true
    }
    state = 'open'
  }

  const letGo = async (): Promise<void> => {
    if (!isHeld) return
    isHeld = false
    await tables.root.close()
  }

  /** Flushing behind the answers, lmdb waits at its closing for a flush that will not come once one has failed. */
  const canBeClosed = (): boolean => state !== 'broken' || opening.durability === 'disk'

  const inTurn: Connection['inTurn'] = (job) => {
    const answer = turn.then(async () => {
      if (state === 'closed') return closed
      try {
        if (state === 'broken') await mend()
        return E.right(await job(tables))
      } catch (error) {
        state = 'broken'
        const problem = await problemOf(error)
        if (isHeld) tables.root.resetReadTxn()
        return unavailable(problem)
      }
    })
    turn = answer
    return answer
  }

  return {
    inTurn,
    reading: async (context) => {
      if (state === 'closed') return closed
      try {
        return E.right(await context(tables))
      } catch (error) {
        return unavailable(await problemOf(error))
      }
    },
    close: async () => {
      await turn
      if (state === 'closed') return
      const isSafe = canBeClosed()
      state = 'closed'
      if (isSafe) await letGo()
    },
  }
}

const unavailable = (problem: string): Either<StoreFault, never> => E.left({ type: 'unavailable', problem })

const closed = unavailable('the store has been closed')

/** lmdb tells apart that a commit failed and, by a promise of its own that must not go unheard, why. */
const problemOf = async (error: unknown): Promise<string> => {
  const { commitError, message } = isCommitFailure(error)
    ? error
    : { commitError: null, message: String(error) }
  if (commitError === null) return message
  return commitError.then(
    () => message,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  )
}

const isCommitFailure = (error: unknown): error is Error & { readonly commitError: Promise<unknown> } =>
  error instanceof Error && 'commitError' in error && error.commitError instanceof Promise
