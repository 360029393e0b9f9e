import { median, startLoad, startServer } from '../processes.mjs'

const clients = 100
const each = 200
const window = 4
const rounds = 5

/** @typedef {{ name: import('../processes.mjs').Contestant, settings?: Record<string, string> }} Side */

/** Server CPU for each command that is acknowledged (and told to its room of one), in µs; commands per second. */
export const measureCommands = async (/** @type {import('../processes.mjs').Contestant[]} */ names) =>
  measureSides(names.map((name) => ({ name })))

/** The same for servers with settings of their own. */
export const measureSides = async (/** @type {Side[]} */ compared) => {
  const sides = await Promise.all(
    compared.map(async ({ name, settings = {} }) => {
      const server = await startServer(name, settings)
      const load = startLoad('commanders.mjs')
      await load.job({ type: 'open', url: server.url, clients, namespace: '/rooms' }, 'opened')
      await load.job({ type: 'command', each, window }, 'commanded')
      return { name, server, load, /** @type {number[]} */ micros: [], /** @type {number[]} */ rates: [] }
    }),
  )
  for (let round = 0; round < rounds; round++) {
    for (const { server, load, micros, rates } of sides) {
      const before = await server.usage()
      const { commands, failed, seconds } = await load.job({ type: 'command', each, window }, 'commanded')
      const after = await server.usage()
      if (failed > 0) throw new Error(`${server.name} refused ${failed} commands`)
      micros.push((after.cpuMicros - before.cpuMicros) / commands)
      rates.push(commands / seconds)
    }
  }
  for (const { server, load } of sides) {
    await load.end()
    await server.end()
  }
  return sides.map(({ name, micros, rates }) => ({ name, micros: median(micros), perSecond: median(rates) }))
}
