import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { reservePort } from './port-reservation.js'

/** A server process with its own data folder, which it keeps over restarts. */
export interface ServerProcess {
  readonly url: string
  readonly folder: string
  /** Resolves when the server is ready, or when `end` ended it before; rejects if it ended by itself. */
  readonly start: () => Promise<void>
  /** Returns the exit code; `null` after SIGKILL. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>
  /** Output since the last start. */
  readonly output: () => string
  /** For the analysis of failures: a line for each run, with its output. */
  readonly describeHistory: () => string
  readonly remove: () => Promise<void>
}

/** One process from start to end. Instants are `performance.now()` of the test, in ms. */
interface ProcessRun {
  readonly child: ChildProcess
  /** Resolves when all output is read after the end. */
  readonly ended: Promise<unknown>
  readonly startedAt: number
  readyAt: number | null
  endedAt: number | null
  output: string
  /** The test has ended it. */
  isEndRequested: boolean
}

export const serverProcess = async (
  settings: Readonly<Record<string, string>> = {},
  fixedPort?: number,
): Promise<ServerProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-e2e-'))
  const port = fixedPort ?? (await reservePort())
  const runs: Array<ProcessRun> = []
  let isRemoved = false

  const spawnRun = (): ProcessRun => {
    const child = spawn(process.execPath, [inject('serverMain')], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: String(port),
        DATA_DIR: join(folder, 'data'),
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const run: ProcessRun = {
      child,
      ended: once(child, 'close'),
      startedAt: performance.now(),
      readyAt: null,
      endedAt: null,
      output: '',
      isEndRequested: false,
    }
    runs.push(run)
    return run
  }

  const ready = (run: ProcessRun): Promise<void> =>
    new Promise((resolve, reject) => {
      const { child } = run
      const readOutput = (chunk: Buffer): void => {
        run.output += chunk.toString()
        if (run.readyAt !== null || !run.output.includes(`127.0.0.1:${port}`)) return
        run.readyAt = performance.now()
        resolve()
      }
      child.stdout?.on('data', readOutput)
      child.stderr?.on('data', readOutput)
      child.once('error', reject)
      child.once('close', (code) => {
        run.endedAt = performance.now()
        if (run.isEndRequested) resolve()
        else reject(new Error(`The server ended by itself, with ${code}:\n${run.output}`))
      })
    })

  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    start: async () => {
      // A test that timed out may still run; it must not leave a process behind.
      if (isRemoved) throw new Error('The server was removed')
      await ready(spawnRun())
    },
    end: async (signal) => {
      const run = runs.at(-1)
      if (run === undefined) return null
      run.isEndRequested = true
      run.child.kill(signal)
      await run.ended
      return run.child.exitCode
    },
    output: () => runs.at(-1)?.output ?? '',
    describeHistory: () => runs.map(describeRun).join('\n'),
    remove: async () => {
      isRemoved = true
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const describeRun = ({ child, startedAt, readyAt, endedAt, isEndRequested, output }: ProcessRun): string => {
  const ready = readyAt === null ? 'never ready' : `ready at ${Math.round(readyAt)}`
  const why = isEndRequested ? 'as it was told' : `by itself, with ${child.exitCode ?? child.signalCode}`
  const end = endedAt === null ? 'still there' : `ended at ${Math.round(endedAt)}, ${why}`
  return `server ${child.pid}: started at ${Math.round(startedAt)}, ${ready}, ${end}\n${output.trimEnd()}`
}
