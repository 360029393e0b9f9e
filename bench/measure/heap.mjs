import { startLoad, startServer } from '../processes.mjs'

const rooms = 200
const viewers = 10

/** Heap for each connection that has joined a room and says nothing, in bytes, after a full collection. */
export const measureHeap = async (/** @type {import('../processes.mjs').Contestant} */ name) => {
  const server = await startServer(name)
  const load = startLoad('viewers.mjs')
  // The first connections load code that every later one shares.
  await load.job({ type: 'fill', url: server.url, rooms: 20, viewers, first: 10_000 }, 'filled')
  await settle()
  const before = await server.usage(true)
  await load.job({ type: 'fill', url: server.url, rooms, viewers, first: 20_000 }, 'filled')
  await settle()
  const after = await server.usage(true)
  await load.end()
  await server.end()
  return { name, bytes: (after.heapBytes - before.heapBytes) / (rooms * viewers) }
}

/** What a connection needs only while it is opened is gone after a moment. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 3_000))
