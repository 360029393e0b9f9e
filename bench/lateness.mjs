import { parseArgs } from 'node:util'
import { contestants, startLoad, startServer } from './processes.mjs'

/**
 * How late ticks are while a server is young: a hundred rooms of ten more each time, up to four hundred, that draw twice,
 * started over a second; p99 in ms and the server's CPU for each delivery.
 *
 * `node bench/lateness.mjs [--runs 3] [--server roomreel] [--heap "--max-semi-space-size=64"]`: without `--heap` as `npm start` has it.
 */
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    server: { type: 'string', default: 'roomreel' },
    heap: { type: 'string' },
  },
})
const name = /** @type {import('./processes.mjs').Contestant} */ (values.server)
if (!Object.hasOwn(contestants, name))
  throw new Error(`--server is one of ${Object.keys(contestants).join(', ')}`)
const heap = values.heap?.split(' ').filter((option) => option !== '')

const viewers = 10
/** 50 highlights, and what begins and ends a draw. */
const told = 52

for (let run = 0; run < Number(values.runs); run++) {
  const server = await startServer(name, {}, heap)
  const load = startLoad('viewers.mjs')
  const steps = []
  for (let rooms = 100; rooms <= 400; rooms += 100) {
    await load.job({ type: 'fill', url: server.url, rooms: 100, viewers, first: rooms }, 'filled')
    const draws = []
    for (let draw = 0; draw < 2; draw++) {
      const before = await server.usage()
      const { p99 } = await load.job({ type: 'draw', members: 20, startsOverMs: 1_000 }, 'drawn')
      const { cpuMicros } = await server.usage()
      const micros = (cpuMicros - before.cpuMicros) / (rooms * viewers * told)
      draws.push(`${p99.toFixed(0)} ms (${micros.toFixed(1)} µs)`)
    }
    steps.push(`${rooms}: ${draws.join(', ')}`)
  }
  console.log(steps.join(' | '))
  await load.end()
  await server.end()
}
