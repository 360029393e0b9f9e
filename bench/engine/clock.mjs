/**
 * Why one heap and one `setTimeout` for all rooms: lateness and CPU of 600 rooms that tick every 100 ms for 10 s, beside
 * one `setTimeout` for each. `node bench/engine/clock.mjs` after `npm run build`.
 */
import { performance } from 'node:perf_hooks'
import { systemClock } from '../../dist/infrastructure/clock/system-clock.js'

const rooms = 600
const ticks = 100
const intervalMs = 100

const timerForEach = () => {
  const anchorMs = Date.now() - performance.now()
  const now = () => Math.floor(anchorMs + performance.now())
  const schedule = (at, run) => {
    let timeout = null
    const arm = () => {
      const delayMs = Math.ceil(at - anchorMs - performance.now())
      timeout = setTimeout(() => (now() < at ? arm() : run()), Math.max(delayMs, 0))
    }
    arm()
    return () => clearTimeout(timeout)
  }
  return { now, schedule }
}

const run = async (name, clock, spreadMs) => {
  const late = []
  let turns = 0
  let isNewTurn = true
  const start = clock.now() + 200
  const before = process.cpuUsage()
  await Promise.all(
    Array.from({ length: rooms }, (_, room) => {
      const first = start + (room % spreadMs)
      return new Promise((resolve) => {
        const tick = (count) => {
          late.push(clock.now() - (first + count * intervalMs))
          if (isNewTurn) {
            turns++
            isNewTurn = false
            // What is decided until then goes to the store in one group.
            queueMicrotask(() => {
              isNewTurn = true
            })
          }
          if (count === ticks) return resolve()
          clock.schedule(first + (count + 1) * intervalMs, () => tick(count + 1))
        }
        clock.schedule(first + intervalMs, () => tick(1))
      })
    }),
  )
  const { user, system } = process.cpuUsage(before)
  late.sort((left, right) => left - right)
  const at = (share) => late[Math.floor((late.length - 1) * share)]
  const micros = ((user + system) / late.length).toFixed(2)
  const words = [`median ${at(0.5)}`, `p99 ${at(0.99)}`, `worst ${at(1)} ms late`, `earliest ${at(0)}`]
  console.log(
    `${name}: ${words.join(', ')}; ${micros} µs a tick; ${(late.length / turns).toFixed(1)} ticks a group`,
  )
}

for (const spreadMs of [1, 100]) {
  console.log(`rooms start within ${spreadMs} ms`)
  await run('  one heap        ', systemClock(), spreadMs)
  await run('  a timer for each', timerForEach(), spreadMs)
}
