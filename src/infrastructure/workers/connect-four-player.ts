import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { Board } from '../../domain/activities/connect-four/board.js'
import type { ChooseMove } from '../../domain/activities/connect-four/index.js'
import type { ChosenMove } from '../../domain/activities/connect-four/solver/choose.js'
import { judgedMove } from '../../domain/activities/connect-four/solver/levels.js'
import { positionOf } from '../../domain/activities/connect-four/solver/position.js'
import type { MoveTask } from './connect-four-worker.js'
import { monotonicMs } from './monotonic.js'

/** Chooses the computer's moves in worker threads: `roomModel({ chooseMove: player.choose })`. */
export interface ConnectFourPlayer {
  readonly choose: ChooseMove
  /** Rejects the open requests and ends the threads. */
  readonly close: () => Promise<void>
}

export interface PlayerOptions {
  /** The compiled worker. Default: the one beside this file; tests that run from the sources have another. */
  readonly workerFile?: string
  /** The maximum number of threads. Default: all cores but one, which the room engine needs. */
  readonly threads?: number
}

/** An idle thread keeps tens of megabytes of memory. */
const idleMs = 60_000

/** From the end of the search to the answer in the caller's thread. */
const returnMs = 20

/** Requests are answered in order. The first thread starts with the first request. */
export const createConnectFourPlayer = ({ workerFile, threads }: PlayerOptions = {}): ConnectFourPlayer => {
  let pool: Piscina<MoveTask, ChosenMove> | undefined
  let isClosed = false
  return {
    choose: async ({ board, level, random, deadlineMs }, signal) => {
      const answerBy = monotonicMs() + deadlineMs - returnMs
      signal?.throwIfAborted()
      if (isClosed) throw new Error('The player is closed')
      pool ??= createPool(workerFile, threads)
      const search = pool.run({ board, level, random, answerBy }, signal === undefined ? {} : { signal })
      const timeout = new AbortController()
      try {
        return await Promise.race([search, quickMoveAfter(deadlineMs, board, random, timeout.signal)])
      } catch (error) {
        // The pool's own error has no abort reason.
        signal?.throwIfAborted()
        throw error
      } finally {
        timeout.abort()
        // After a timeout the search ends by itself, and its result is not needed.
        search.catch(() => undefined)
      }
    },
    close: async () => {
      isClosed = true
      await pool?.destroy()
    },
  }
}

/**
 * For a machine so busy that no thread answers in time: a shallow search of less than a millisecond in the caller's
 * thread. Never settles once `signal` is aborted.
 */
const quickMoveAfter = (ms: number, board: Board, random: number, signal: AbortSignal): Promise<ChosenMove> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const move = judgedMove(positionOf(board), 3, random, () => true)
      if (move === undefined) reject(new RangeError('A full board has no move'))
      else resolve({ column: move.column, reason: 'hurried' })
    }, ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })

const createPool = (
  workerFile: string | undefined,
  threads: number | undefined,
): Piscina<MoveTask, ChosenMove> => {
  const maxThreads = threads ?? Math.max(1, availableParallelism() - 1)
  return new Piscina<MoveTask, ChosenMove>({
    filename: workerFile ?? fileURLToPath(new URL('connect-four-worker.js', import.meta.url)),
    name: 'chooseMove',
    // With a minimum of 0, the pool starts no new thread for waiting requests when an abort ends its only thread.
    minThreads: 1,
    maxThreads,
    idleTimeout: idleMs,
  })
}
