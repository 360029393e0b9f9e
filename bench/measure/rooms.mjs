import { startLoad, startServer } from '../processes.mjs'

const viewers = 10
const step = 100
const most = 1_200
const p99AtMostMs = 20

/**
 * The largest number of rooms of ten viewers that draw at once with 99 of 100 highlights at most 20 ms late, as the
 * viewers see it; and how late the last tick is.
 */
export const measureRooms = async (/** @type {import('../processes.mjs').Contestant} */ name) => {
  const server = await startServer(name)
  const load = startLoad('viewers.mjs')
  const steps = []
  for (let rooms = step; rooms <= most; rooms += step) {
    await load.job({ type: 'fill', url: server.url, rooms: step, viewers, first: rooms }, 'filled')
    let result = await load.job({ type: 'draw', members: 20 }, 'drawn')
    // The machine is shared: a step that fails gets a second try.
    if (!result.complete || result.p99 > p99AtMostMs)
      result = await load.job({ type: 'draw', members: 20 }, 'drawn')
    const { p50, p99, driftP50, driftMax, early } = result
    steps.push({ rooms, p50, p99, driftP50, driftMax, early })
    if (!result.complete || p99 > p99AtMostMs) break
  }
  await load.end()
  await server.end()
  const kept = steps.filter(({ p99 }) => p99 <= p99AtMostMs)
  return { name, rooms: kept.at(-1)?.rooms ?? 0, steps }
}
