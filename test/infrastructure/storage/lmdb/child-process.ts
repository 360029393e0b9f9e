import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))
const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url))

/** A bundled script of this folder; `clear` removes the bundle. */
export interface Script {
  readonly path: string
  readonly clear: () => Promise<void>
}

/** Bundles a TypeScript script, because Node runs it in a process without vitest. */
export const scriptOf = async (name: string): Promise<Script> => {
  // In node_modules, so that the bundle finds lmdb, which is native and not bundled.
  const outDir = await mkdtemp(join(modules, '.roomreel-test-'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { external: ['lmdb'], noExternal: true },
    build: {
      ssr: join(here, name),
      outDir,
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: 'script.mjs' } },
    },
  })
  return { path: join(outDir, 'script.mjs'), clear: () => rm(outDir, { recursive: true, force: true }) }
}

/** A running script. */
export interface Child {
  readonly pid: number
  readonly lines: AsyncIterable<string>
  /** The exit code, or the name of the signal. */
  readonly ended: Promise<number | string>
  /** Ends the process without any clean-up. */
  readonly kill: () => void
}

/** Runs a script. A limit of file sizes, in kilobytes, acts like a full disk. */
export const runScript = (path: string, args: ReadonlyArray<string>, fileLimitKb?: number): Child => {
  const options = { stdio: ['ignore', 'pipe', 'ignore'] as ['ignore', 'pipe', 'ignore'] }
  const child: ChildProcess =
    fileLimitKb === undefined
      ? spawn(process.execPath, [path, ...args], options)
      : spawn(
          'sh',
          ['-c', `ulimit -f ${fileLimitKb * 2} && exec "$0" "$@"`, process.execPath, path, ...args],
          options,
        )
  if (child.pid === undefined || child.stdout === null) throw new Error('the script could not be started')
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  return {
    pid: child.pid,
    lines: createInterface({ input: child.stdout }),
    ended,
    kill: () => void child.kill('SIGKILL'),
  }
}
