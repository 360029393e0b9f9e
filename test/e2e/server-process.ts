import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { ownPort } from './own-port.js'

/** A real server process on a data folder of its own, which it finds again when it is started again. */
export interface ServerProcess {
  readonly url: string
  readonly folder: string
  /** Resolves when it can be reached, or when `end` has ended it before; rejects if it ended by itself. */
  readonly start: () => Promise<void>
  /** `SIGKILL`: the process ends where it stands. Gives its exit code; `null` for a signal. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>
  /** What it has printed since it was started last. */
  readonly output: () => string
  /** For whoever has to find out what went wrong: a line for each life, with all it printed. */
  readonly story: () => string
  readonly remove: () => Promise<void>
}

/** One process, from its start to its end. Instants are those of the test's own clock, in ms. */
interface Life {
  readonly child: ChildProcess
  /** Once it has ended and all it printed has been read. */
  readonly ended: Promise<unknown>
  readonly startedAt: number
  readyAt: number | null
  endedAt: number | null
  output: string
  /** It was told to end. */
  isUnwanted: boolean
}

export const serverProcess = async (
  settings: Readonly<Record<string, string>> = {},
  fixedPort?: number,
): Promise<ServerProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-e2e-'))
  const port = fixedPort ?? (await ownPort())
  const lives: Array<Life> = []
  let isRemoved = false

  const born = (): Life => {
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
    const life: Life = {
      child,
      ended: once(child, 'close'),
      startedAt: performance.now(),
      readyAt: null,
      endedAt: null,
      output: '',
      isUnwanted: false,
    }
    lives.push(life)
    return life
  }

  const ready = (life: Life): Promise<void> =>
    new Promise((resolve, reject) => {
      const { child } = life
      const heard = (chunk: Buffer): void => {
        life.output += chunk.toString()
        if (life.readyAt !== null || !life.output.includes(`127.0.0.1:${port}`)) return
        life.readyAt = performance.now()
        resolve()
      }
      child.stdout?.on('data', heard)
      child.stderr?.on('data', heard)
      child.once('error', reject)
      child.once('close', (code) => {
        life.endedAt = performance.now()
        if (life.isUnwanted) resolve()
        else reject(new Error(`The server ended by itself, with ${code}:\n${life.output}`))
      })
    })

  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    start: async () => {
      // What a test that was given up still does must not leave a process behind.
      if (isRemoved) throw new Error('The server was removed')
      await ready(born())
    },
    end: async (signal) => {
      const life = lives.at(-1)
      if (life === undefined) return null
      life.isUnwanted = true
      life.child.kill(signal)
      await life.ended
      return life.child.exitCode
    },
    output: () => lives.at(-1)?.output ?? '',
    story: () => lives.map(told).join('\n'),
    remove: async () => {
      isRemoved = true
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const told = ({ child, startedAt, readyAt, endedAt, isUnwanted, output }: Life): string => {
  const ready = readyAt === null ? 'never ready' : `ready at ${Math.round(readyAt)}`
  const why = isUnwanted ? 'as it was told' : `by itself, with ${child.exitCode ?? child.signalCode}`
  const end = endedAt === null ? 'still there' : `ended at ${Math.round(endedAt)}, ${why}`
  return `server ${child.pid}: started at ${Math.round(startedAt)}, ${ready}, ${end}\n${output.trimEnd()}`
}
