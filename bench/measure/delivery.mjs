import { median, startLoad, startServer } from '../processes.mjs'

const viewers = 1_000
const rounds = 5

/** Server CPU for each highlight that one of 1 000 viewers of one room receives, in µs. */
export const measureDelivery = async (/** @type {import('../processes.mjs').Contestant[]} */ names) => {
  const sides = await Promise.all(
    names.map(async (name) => {
      const server = await startServer(name)
      const load = startLoad('viewers.mjs')
      await load.job({ type: 'fill', url: server.url, rooms: 1, viewers, first: 0 }, 'filled')
      await load.job({ type: 'draw', members: 20 }, 'drawn')
      return { name, server, load, /** @type {number[]} */ micros: [] }
    }),
  )
  for (let round = 0; round < rounds; round++) {
    for (const { server, load, micros } of sides) {
      const before = await server.usage()
      const { delivered, complete } = await load.job({ type: 'draw', members: 20 }, 'drawn')
      const after = await server.usage()
      if (!complete) throw new Error(`${server.name} did not end its draw`)
      micros.push((after.cpuMicros - before.cpuMicros) / delivered)
    }
  }
  for (const { server, load } of sides) {
    await load.end()
    await server.end()
  }
  return sides.map(({ name, micros }) => ({ name, micros: median(micros), all: micros }))
}
