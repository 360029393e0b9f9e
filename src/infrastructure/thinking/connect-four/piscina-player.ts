import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import type { ConnectFourPlayer } from '../../../application/ports/connect-four-player.js'
import type { ChosenMove } from '../../../domain/activities/connect-four/solver/choose.js'
import type { Board } from '../../../domain/activities/connect-four/board.js'
import { judgedMove } from '../../../domain/activities/connect-four/solver/levels.js'
import { monotonicMs } from './monotonic.js'
import { positionOf } from '../../../domain/activities/connect-four/solver/position.js'
import type { Task } from './thinking-worker.js'

export interface PlayerOptions {
  /** Compiled `thinking-worker`; only a test that runs from the sources has another than the one beside this file. */
  readonly workerFile?: string
  /** How many think at once, at most. One processor is left for the room engine. */
  readonly threads?: number
}

/** Threads that nobody asks end: each has tens of megabytes of memory. */
const idleMs = 60_000

/** From the end of the thinking to the answer in the asker's thread. */
const wayBackMs = 20

/** Each question in its turn, in threads of their own; the first one comes with the first question. */
export const makePiscinaPlayer = ({ workerFile, threads }: PlayerOptions = {}): ConnectFourPlayer => {
  let pool: Piscina<Task, ChosenMove> | undefined
  let isClosed = false
  return {
    choose: async ({ board, level, random, deadlineMs }, signal) => {
      const answerBy = monotonicMs() + deadlineMs - wayBackMs
      signal?.throwIfAborted()
      if (isClosed) throw new Error('the player has been closed')
      pool ??= makePool(workerFile, threads)
      const thinking = pool.run({ board, level, random, answerBy }, signal === undefined ? {} : { signal })
      const waiting = new AbortController()
      try {
        return await Promise.race([thinking, atOnceAfter(deadlineMs, board, random, waiting.signal)])
      } catch (error) {
        // The pool's own error says that it was aborted, not why.
        signal?.throwIfAborted()
        throw error
      } finally {
        waiting.abort()
        // Where the race is lost the thread ends by itself; nobody hears what it says then.
        thinking.catch(() => undefined)
      }
    },
    close: async () => {
      isClosed = true
      await pool?.destroy()
    },
  }
}

/**
 * For when a thread has not come to it in time, because the machine has no time for it: what a glance gives, which takes less
 * than a millisecond of the asker's own thread. Never settles once `signal` is aborted.
 */
const atOnceAfter = (ms: number, board: Board, random: number, signal: AbortSignal): Promise<ChosenMove> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const glance = judgedMove(positionOf(board), 3, random, () => true)
      if (glance === undefined) reject(new RangeError('a full board has been asked for a move'))
      else resolve({ column: glance.column, reason: 'hurried' })
    }, ms)
    signal.addEventListener('abort', () => clearTimeout(timer))
  })

const makePool = (workerFile: string | undefined, threads: number | undefined): Piscina<Task, ChosenMove> => {
  const maxThreads = threads ?? Math.max(1, availableParallelism() - 1)
  return new Piscina<Task, ChosenMove>({
    filename: workerFile ?? fileURLToPath(new URL('thinking-worker.js', import.meta.url)),
    name: 'think',
    // Not none: when the only thread ends with an aborted question, the pool makes no other for those that wait.
    minThreads: 1,
    maxThreads,
    idleTimeout: idleMs,
  })
}
