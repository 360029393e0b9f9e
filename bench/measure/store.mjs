import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const rooms = 600
const seconds = 5
const script = fileURLToPath(new URL('../event-store/append.mjs', import.meta.url))

/** What the lmdb store alone does in a second: durable appends of one record for each of 600 rooms, and a replay. */
export const measureStore = async () => {
  const child = fork(script, [String(rooms), String(seconds)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const [results] = await Promise.race([once(child, 'message'), ended.then(([code]) => Promise.reject(code))])
  await ended
  const of = (/** @type {string} */ what) => {
    const found = results.find((/** @type {{ what: string }} */ result) => result.what.startsWith(what))
    if (found === undefined) throw new Error(`nothing was measured of ${what}`)
    return found
  }
  const durable = of('appends, disk, two groups')
  const replayed = of('replay, chain and seals verified (warm)')
  const unverified = of('replay without verifying')
  return {
    appendsPerSecond: durable.perSecond,
    appendP99Ms: durable.p99Ms,
    eventsPerSecond: replayed.perSecond,
    notes: [
      `CPU of all threads: ${durable.cpuMicros.toFixed(1)} µs an append, ${replayed.cpuMicros.toFixed(1)} µs a replayed event`,
      `replayed without verifying the chain: ${Math.round(unverified.perSecond).toLocaleString('en')}/s, ${unverified.cpuMicros.toFixed(1)} µs`,
      `durable with DURABILITY=process: ${Math.round(of('appends, process, two groups').perSecond).toLocaleString('en')}/s`,
    ],
  }
}
