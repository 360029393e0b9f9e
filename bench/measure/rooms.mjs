import { startLoad, startServer } from '../processes.mjs'

const viewers = 10
const step = 100
const most = 1_200
const p99AtMostMs = 20

/**
 * The largest number of rooms of ten viewers that draw at once with 99 of 100 highlights at most 20 ms late, as the
 * viewers see it; and how late the last tick is. How the starts are spread decides much: started in one instant, all
 * ticks fall together, and the length of that queue is measured. A step that fails is tried a second time.
 */
export const measureRooms = async (
  /** @type {import('../processes.mjs').Contestant} */ name,
  /** @type {number} */ startsOverMs,
) => {
  const job = { type: 'draw', members: 20, startsOverMs }
  const server = await startServer(name)
  const load = startLoad('viewers.mjs')
  const steps = []
  for (let rooms = step; rooms <= most; rooms += step) {
    await load.job({ type: 'fill', url: server.url, rooms: step, viewers, first: rooms }, 'filled')
    let result = await load.job(job, 'drawn')
    // The machine is shared: a step that fails gets a second try.
    if (!result.complete || result.p99 > p99AtMostMs) result = await load.job(job, 'drawn')
    const { p50, p99, driftP50, driftMax, early } = result
    steps.push({ rooms, p50, p99, driftP50, driftMax, early })
    if (!result.complete || p99 > p99AtMostMs) break
  }
  await load.end()
  await server.end()
  const kept = steps.filter(({ p99 }) => p99 <= p99AtMostMs)
  return { name, rooms: kept.at(-1)?.rooms ?? 0, steps }
}
