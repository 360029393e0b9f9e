import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from './failure.js'
import { withoutSteering } from './text.js'

/** Where a command says what it found. A test hands in its own. */
export interface Terminal {
  /** One line of the answer. Resolves once it is written, so that a long answer waits for its reader. */
  readonly print: (line: string) => Promise<void>
  /** The same, byte for byte: for what goes on into a file. */
  readonly pass: (line: string) => Promise<void>
  /** One line beside the answer, for people only. */
  readonly note: (line: string) => void
  /** How many columns a line should have at most. */
  readonly columns: number
  readonly wait: (ms: number) => Promise<void>
}

/** Who reads has seen enough (`| head`). The command ends in order, and that is no failure. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone'
}

/** What goes into a file or another program has room enough; on a screen a line is one line. */
const columnsElsewhere = 160

/** A timer that is set for longer fires at once. */
const longestWaitMs = 24 * 24 * 60 * 60 * 1_000

export const processTerminal = (): Terminal => {
  const { stdout, stderr } = process
  // Every write answers for itself; without a listener the same error would also end the process.
  stdout.on('error', () => undefined)
  const pass = (line: string): Promise<void> =>
    new Promise((resolve, reject) => {
      stdout.write(`${line}\n`, (error) => (error ? reject(unwritable(error)) : resolve()))
    })
  return {
    pass,
    print: (line) => pass(withoutSteering(line)),
    note: (line) => void stderr.write(`roomreel: ${withoutSteering(line)}\n`),
    columns: stdout.isTTY ? stdout.columns : columnsElsewhere,
    wait: async (ms) => {
      for (let left = ms; left > 0; left -= longestWaitMs) await sleep(Math.min(left, longestWaitMs))
    },
  }
}

const unwritable = (error: NodeJS.ErrnoException): Error =>
  error.code === 'EPIPE' ? new ReaderGone() : new Failure(`the output cannot be written: ${error.message}`)
