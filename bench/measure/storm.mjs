import { startLoad, startServer } from '../processes.mjs'

const clients = 2_000

/** How a program comes in that takes news several at a time. */
const joins = {
  'viewer-join': { namespace: '/', auth: {}, payload: { room: 'storm' } },
  join: { namespace: '/rooms', auth: { batch: true }, payload: { room: 'storm', create: true } },
}

/**
 * So many who are connected already join one room in one instant: when the last of them has its acknowledgement, when
 * the last news of it has been heard, and how many messages that took.
 */
export const measureStorm = async (
  /** @type {import('../processes.mjs').Contestant} */ name,
  /** @type {keyof typeof joins} */ event,
) => {
  const { namespace, auth, payload } = joins[event]
  const server = await startServer(name)
  const load = startLoad('joiners.mjs')
  await load.job({ type: 'open', url: server.url, clients, namespace, auth }, 'opened')
  const before = await server.usage()
  const result = await load.job({ type: 'join', event, payload }, 'joined')
  const after = await server.usage()
  await load.end()
  await server.end()
  if (result.failed > 0) throw new Error(`${name} refused ${result.failed} joins`)
  return { ...result, clients, cpuMs: (after.cpuMicros - before.cpuMicros) / 1_000 }
}
