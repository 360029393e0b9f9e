import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('../..', import.meta.url))

const prefix = '.dist-tested-by-'
const pauseMs = 50

/**
 * A server's modules are looked up by name while it starts, and a new build takes those names over: a server that starts
 * in that moment finds half of its modules gone, or half of them new. So tests start theirs from a copy of the build
 * that was there when they began.
 */
export interface OwnBuild {
  /** Its `main.js`. */
  readonly main: string
  readonly remove: () => void
}

export interface OwnBuildOptions {
  /** Holds `dist`. The copy comes beside that: a module's packages are looked for in the folders above it. */
  readonly root?: string
  /** How long a build may take to be put in place: a moment, unless the machine is busy. */
  readonly patienceMs?: number
}

export const ownBuild = ({ root = project, patienceMs = 10_000 }: OwnBuildOptions = {}): OwnBuild => {
  const build = join(root, 'dist')
  const folder = join(root, `${prefix}${process.pid}`)
  const main = join(folder, 'main.js')
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  clearLeftBehind(root)
  let cause: unknown
  for (let waitedMs = 0; waitedMs <= patienceMs; waitedMs += pauseMs) {
    if (waitedMs > 0) waitHere(pauseMs)
    remove()
    try {
      const before = stampOf(build)
      cpSync(build, folder, { recursive: true })
      // Not if it became another meanwhile: half of the copy would be of that one.
      if (stampOf(build) === before && existsSync(main)) return { main, remove }
    } catch (error) {
      cause = error
    }
  }
  remove()
  throw new Error(`There is no build in ${build}: "npm run build" makes one`, { cause })
}

/** By tests that were ended before they could clear away. */
const clearLeftBehind = (root: string): void => {
  for (const name of readdirSync(root)) {
    if (name.startsWith(prefix) && !isRunning(Number(name.slice(prefix.length)))) {
      rmSync(join(root, name), { recursive: true, force: true })
    }
  }
}

/** Signal 0 reaches a process without doing anything to it. */
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** What it was built from; the watcher's builds do not say. */
const stampOf = (build: string): string | null => {
  const stamp = join(build, '.built-from')
  return existsSync(stamp) ? readFileSync(stamp, 'utf8') : null
}

/** No server of this test is there yet: nothing else has to happen meanwhile. */
const waitHere = (ms: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
