import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve as absolute } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url))

const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address())
  probe.close()
  await once(probe, 'close')
  return port
}

/** The servers that are compared. */
export const contestants = {
  roomreel: { script: '../dist/main.js', what: 'Roomreel, durable log on' },
  'bare-socket-io': {
    script: 'servers/bare-socket-io.mjs',
    what: 'bare Socket.IO, absolute deadlines, no log',
  },
  'plain-nest': { script: 'servers/plain-nest.mjs', what: 'stock Nest gateway, setInterval, no log' },
  /** Another built checkout of Roomreel, named by `--baseline`. */
  baseline: { script: '', what: 'Roomreel as of the baseline checkout' },
}

export const setBaseline = (/** @type {string} */ folder) => {
  contestants.baseline.script = absolute(folder, 'dist/main.js')
}

/** The heap flags of `npm start`, for all servers. */
const npmStartFlags = ['--max-semi-space-size=64', '--initial-heap-size=512']

/** @typedef {keyof typeof contestants} Contestant */

/**
 * A server in a process of its own.
 * @param {Contestant} name
 * @param {Record<string, string>} settings
 * @param {string[]} heap node's flags for its heap
 */
export const startServer = async (name, settings = {}, heap = npmStartFlags) => {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-bench-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = fork(name === 'baseline' ? contestants[name].script : here(contestants[name].script), {
    execArgv: [...heap, '--expose-gc', '--import', here('servers/probe.mjs')],
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: join(folder, 'data'),
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'error',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const startedAt = performance.now()
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode} before it was ready`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return {
    name,
    url,
    readyMs: performance.now() - startedAt,
    /** @returns {Promise<{ cpuMicros: number, heapBytes: number }>} */
    usage: (collect = false) => ask(child, { type: 'usage', collect }, 'usage'),
    end: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const answers = async (/** @type {string} */ url) => {
  try {
    const answer = await fetch(`${url}/socket.io/?EIO=4&transport=polling`)
    return answer.ok
  } catch {
    return false
  }
}

/** A process that makes load; `job` sends it one and resolves with its answer. */
export const startLoad = (/** @type {string} */ script) => {
  const child = fork(here(`load/${script}`), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  return {
    /** @returns {Promise<any>} */
    job: (/** @type {object} */ job, /** @type {string} */ answer) => ask(child, job, answer),
    end: async () => {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

const ask = (
  /** @type {import('node:child_process').ChildProcess} */ child,
  /** @type {object} */ question,
  /** @type {string} */ answer,
) =>
  new Promise((resolve, reject) => {
    const ended = (/** @type {number | null} */ code) => reject(new Error(`The process ended with ${code}`))
    const heard = (/** @type {{ type: string }} */ message) => {
      if (message.type !== answer) return
      child.off('message', heard)
      child.off('exit', ended)
      resolve(/** @type {any} */ (message))
    }
    child.on('message', heard)
    child.once('exit', ended)
    child.send(question)
  })

export const median = (/** @type {number[]} */ values) => {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
