import { rawClient } from './raw-client.mjs'

/**
 * Many who come into one room in one instant.
 *
 * - `{ type: 'open', url, clients, namespace, auth }` → `{ type: 'opened' }`: connects them, and nobody joins yet
 * - `{ type: 'join', event, payload }` → `{ type: 'joined', … }`: all join at once; waits until everybody is
 *   acknowledged and nothing has been heard for a while
 */

/** @type {Array<{ ask: (event: string, payload: unknown) => Promise<any>, close: () => void }>} */
const clients = []
let heard = 0
let bytes = 0
let lastHeardAt = 0

const note = (/** @type {string} */ _event, /** @type {string} */ packet) => {
  heard++
  bytes += packet.length
  lastHeardAt = performance.now()
}

/** Of a room of thousands the answer is long, and how long this process takes to read it is not what is measured. */
const succeeded = (/** @type {string} */ json) => [{ success: json.startsWith('[{"success":true') }]

const quietMs = 1_000

const join = async (/** @type {{ event: string, payload: object }} */ { event, payload }) => {
  heard = bytes = 0
  const began = performance.now()
  lastHeardAt = began
  /** @type {number[]} */
  const waits = []
  let failed = 0
  await Promise.all(
    clients.map(async (client) => {
      const reply = await client.ask(event, payload)
      if (reply.success !== true) failed++
      waits.push(performance.now() - began)
    }),
  )
  while (performance.now() - lastHeardAt < quietMs) await new Promise((resolve) => setTimeout(resolve, 50))
  waits.sort((left, right) => left - right)
  return {
    type: 'joined',
    failed,
    medianMs: waits[waits.length >> 1],
    lastMs: waits.at(-1),
    quietAfterMs: lastHeardAt - began,
    heard,
    bytes,
  }
}

process.on('message', async (/** @type {any} */ job) => {
  if (job.type === 'open') {
    const { url, namespace, auth } = job
    for (let index = 0; index < job.clients; index += 50) {
      const some = Array.from({ length: Math.min(50, job.clients - index) }, () =>
        rawClient(url, { namespace, auth, reads: succeeded, onEvent: note }),
      )
      clients.push(...(await Promise.all(some)))
    }
    process.send?.({ type: 'opened' })
  } else if (job.type === 'join') {
    process.send?.(await join(job))
  }
})
process.on('disconnect', () => process.exit(0))
