import { median, startLoad, startServer } from '../processes.mjs'

const pairs = 50
const relays = 60_000
const window = 8
const rounds = 5
const seconds = 3

/**
 * Candidates from one peer to another through the server, one packet in and one out: how many a second at most, the
 * server's CPU for each, and how long they take at half of that. In turn, so that all have the same weather.
 */
export const measureRelays = async (/** @type {import('../processes.mjs').Contestant[]} */ names) => {
  const sides = await Promise.all(
    names.map(async (name) => {
      const server = await startServer(name)
      const load = startLoad('relayers.mjs')
      await load.job({ type: 'open', url: server.url, pairs }, 'opened')
      await load.job({ type: 'saturate', relays, window }, 'saturated')
      return { name, server, load, /** @type {number[]} */ rates: [], /** @type {number[]} */ micros: [] }
    }),
  )
  for (let round = 0; round < rounds; round++) {
    for (const { server, load, rates, micros } of sides) {
      const before = await server.usage()
      const { perSecond } = await load.job({ type: 'saturate', relays, window }, 'saturated')
      const after = await server.usage()
      rates.push(perSecond)
      micros.push((after.cpuMicros - before.cpuMicros) / relays)
    }
  }
  const results = []
  for (const { name, server, load, rates, micros } of sides) {
    const perSecond = median(rates)
    const half = await load.job({ type: 'pace', perSecond: Math.floor(perSecond / 2), seconds }, 'paced')
    if (half.missing > 0) throw new Error(`${name} lost ${half.missing} relays`)
    results.push({ name, perSecond, micros: median(micros), p50: half.p50, p99: half.p99 })
    await load.end()
    await server.end()
  }
  return results
}
