import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Task } from '#fp/Task'
import type { StoreFault } from '../../../application/ports/event-store.js'
import type { OpenOptions, Tables } from './tables.js'
import { openTables } from './tables.js'

/** An open data folder with its queue of writes. */
export interface Connection {
  /** Runs after all earlier writes. Once it answers, its write is in the folder or it is not. */
  readonly inTurn: <Answer>(job: (tables: Tables) => Promise<Answer>) => Promise<Either<StoreFault, Answer>>
  /** Runs at once, on committed data. */
  readonly reading: <Answer>(
    job: (tables: Tables) => Answer | Promise<Answer>,
  ) => Promise<Either<StoreFault, Answer>>
  readonly close: Task<void>
}

/**
 * A failed write (a full disk, a failed flush) may still be committed. So nothing is cached after it: the next
 * caller reads the folder, which is opened again first, because lmdb stops working after it failed to write its header
 * page.
 */
export const connectionTo = (opened: Tables, options: OpenOptions): Connection => {
  let tables = opened
  let state: 'open' | 'broken' | 'closed' = 'open'
  let turn: Promise<unknown> = Promise.resolve()

  /** Whether lmdb has the folder open: not between a close and a failed open. */
  let isOpen = true

  const reopen = async (): Promise<void> => {
    if (canClose()) {
      await closeTables()
      tables = openTables(options)
      isOpen = true
    }
    state = 'open'
  }

  const closeTables = async (): Promise<void> => {
    if (!isOpen) return
    isOpen = false
    await tables.root.close()
  }

  /** With overlapping sync, lmdb's close waits for a flush that never comes after one has failed. */
  const canClose = (): boolean => state !== 'broken' || options.durability === 'disk'

  const inTurn: Connection['inTurn'] = (job) => {
    const answer = turn.then(async () => {
      if (state === 'closed') return closedFault
      try {
        if (state === 'broken') await reopen()
        return E.right(await job(tables))
      } catch (error) {
        state = 'broken'
        const problem = await problemOf(error)
        if (isOpen) tables.root.resetReadTxn()
        return unavailable(problem)
      }
    })
    turn = answer
    return answer
  }

  return {
    inTurn,
    reading: async (job) => {
      if (state === 'closed') return closedFault
      try {
        return E.right(await job(tables))
      } catch (error) {
        return unavailable(await problemOf(error))
      }
    },
    close: async () => {
      await turn
      if (state === 'closed') return
      const closes = canClose()
      state = 'closed'
      if (closes) await closeTables()
    },
  }
}

const unavailable = (problem: string): Either<StoreFault, never> => E.left({ type: 'unavailable', problem })

const closedFault = unavailable('the store has been closed')

/** lmdb reports a failed commit, and its reason by a second promise that must be handled. */
export const problemOf = async (error: unknown): Promise<string> => {
  const { commitError, message } = isCommitFailure(error)
    ? error
    : { commitError: null, message: String(error) }
  if (commitError === null) return message
  return commitError.then(
    () => message,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  )
}

export const isCommitFailure = (
  error: unknown,
): error is Error & { readonly commitError: Promise<unknown> } =>
  error instanceof Error && 'commitError' in error && error.commitError instanceof Promise
