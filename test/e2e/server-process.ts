import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A real server process on a data folder of its own, which it finds again when it is started again. */
export interface ServerProcess {
  readonly url: string
  readonly folder: string
  readonly start: () => Promise<void>
  /** `SIGKILL`: the process ends where it stands. Gives its exit code; `null` for a signal. */
  readonly end: (signal: 'SIGKILL' | 'SIGTERM') => Promise<number | null>
  /** What it has printed so far. */
  readonly output: () => string
  readonly remove: () => Promise<void>
}

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

export const serverProcess = async (
  settings: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> => {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-e2e-'))
  const port = await freePort()
  let child: ChildProcess | null = null
  let output = ''

  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [main], {
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
    child = started
    const ready = new Promise<void>((resolve, reject) => {
      const heard = (chunk: Buffer): void => {
        output += chunk.toString()
        if (output.includes(`127.0.0.1:${port}`)) resolve()
      }
      started.stdout.on('data', heard)
      started.stderr.on('data', heard)
      started.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${output}`)))
    })
    await ready
    started.removeAllListeners('exit')
  }

  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    start: async () => {
      output = ''
      await start()
    },
    end: async (signal) => {
      const running = child
      child = null
      if (running === null || running.exitCode !== null) return running?.exitCode ?? null
      const exited = once(running, 'exit')
      running.kill(signal)
      const [code] = await exited
      return typeof code === 'number' ? code : null
    },
    output: () => output,
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
