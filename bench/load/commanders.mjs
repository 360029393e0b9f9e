import { rawClient } from './raw-client.mjs'

/**
 * Clients that send commands and wait for each to be acknowledged, so many under way at once. Every client is alone in
 * a room, so a command costs one acknowledgement and one event.
 *
 * - `{ type: 'open', url, clients, namespace, room?: true }` → `{ type: 'opened' }`
 * - `{ type: 'command', each, window }` → `{ type: 'commanded', commands, failed, seconds }`
 */

/** @type {Array<{ ask: (event: string, payload: unknown) => Promise<any>, close: () => void, room: string }>} */
let clients = []
let sent = 0

const open = async (/** @type {any} */ job) => {
  for (let index = 0; index < job.clients; index++) {
    const room = `commands-${index}`
    const client = await rawClient(job.url, { namespace: job.namespace, onEvent: () => {} })
    await client.ask('join', { room, create: true })
    await client.ask('command', {
      room,
      id: 'activate',
      type: 'room.activate',
      payload: { activity: 'echo' },
    })
    clients.push({ ...client, room })
  }
}

const command = async (/** @type {{ each: number, window: number }} */ { each, window }) => {
  const began = performance.now()
  let failed = 0
  const lane = async (/** @type {any} */ client, /** @type {number} */ count) => {
    for (let index = 0; index < count; index++) {
      const reply = await client.ask('command', {
        room: client.room,
        id: `command-${sent++}`,
        type: 'echo.say',
        payload: { text: 'a command of an ordinary size', index },
      })
      if (reply.success !== true) failed++
    }
  }
  await Promise.all(
    clients.flatMap((client) => Array.from({ length: window }, () => lane(client, each / window))),
  )
  return {
    type: 'commanded',
    commands: clients.length * each,
    failed,
    seconds: (performance.now() - began) / 1000,
  }
}

process.on('message', async (/** @type {any} */ job) => {
  if (job.type === 'open') {
    await open(job)
    process.send?.({ type: 'opened' })
  } else if (job.type === 'command') {
    process.send?.(await command(job))
  } else if (job.type === 'close') {
    for (const client of clients) client.close()
    clients = []
    process.send?.({ type: 'closed' })
  }
})
process.on('disconnect', () => process.exit(0))
