import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

const prefix = '.dist-tested-by-'
const pauseMs = 50

/**
 * A server loads its modules by name while it starts. A new build that replaces `dist` in that moment leaves it with
 * missing or mixed modules. So the tests start servers from a copy of the build.
 */
export interface BuildCopy {
  /** path of `main.js` in the copy */
  readonly main: string
  readonly remove: () => void
}

export interface BuildCopyOptions {
  /** The folder of `dist`. The copy is beside it, so that Node finds `node_modules` in a folder above. */
  readonly root?: string
  /** How long to wait for a build that is being moved into place. */
  readonly patienceMs?: number
}

export const copyBuild = ({ root = project, patienceMs = 10_000 }: BuildCopyOptions = {}): BuildCopy => {
  const build = join(root, 'dist')
  const folder = join(root, `${prefix}${process.pid}`)
  const main = join(folder, 'main.js')
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  removeStaleCopies(root)
  let cause: unknown
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += pauseMs) {
    if (waitedMs > 0) sleepSync(pauseMs)
    remove()
    try {
      const before = stampOf(build)
      cpSync(build, folder, { recursive: true })
      // Otherwise another build came in between, and the copy may be a mixture of both.
      if (stampOf(build) === before && existsSync(main)) return { main, remove }
    } catch (error) {
      cause = error
    }
  }
  remove()
  throw new Error(`There is no build in ${build}: "npm run build" makes one`, { cause })
}

/** Copies of test runs that were killed. */
const removeStaleCopies = (root: string): void => {
  for (const name of readdirSync(root)) {
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) {
      rmSync(join(root, name), { recursive: true, force: true })
    }
  }
}

/** Signal 0 only checks that the process exists. */
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Digest of the sources; `null` for a build of the watcher. */
const stampOf = (build: string): string | null => {
  const stamp = join(build, '.built-from')
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : null
}

/** Blocks the thread, which has nothing else to do before the first test. */
const sleepSync = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
