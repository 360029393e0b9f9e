import { Webhook } from 'standardwebhooks'
import { afterEach, describe, expect, it } from 'vitest'
import type { Receiver } from '../infrastructure/webhooks/receiver.js'
import { receiver } from '../infrastructure/webhooks/receiver.js'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import { connectStockClient } from './stock-client.js'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

const endings: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** The events that the receiver accepted, without duplicates. */
const deliveredTo = ({ received }: Receiver): ReadonlyArray<unknown> => {
  const verifier = new Webhook(secret)
  const events = new Map<string, unknown>()
  for (const { headers, body } of received) {
    events.set(headers['webhook-id'] ?? '', verifier.verify(body, headers))
  }
  return [...events.values()]
}

describe('a server that is killed before its webhooks are accepted', () => {
  it('delivers them signed and in order after the next start, and shuts down in order', async () => {
    let status = 500
    const hook = await receiver((response) => response.writeHead(status).end())
    endings.push(hook.close)
    const server: ServerProcess = await serverProcess({
      WEBHOOK_URL: `${hook.url}/hook`,
      WEBHOOK_SECRET: secret,
      RECONNECT_GRACE_MS: '300',
      DURABILITY: 'process',
    })
    endings.push(server.remove, () => server.end('SIGKILL'))
    await server.start()
    const client = connectStockClient(server.url)
    endings.push(async () => client.close())
    expect(await client.ask('viewer-join', { room: 'main', name: 'Ann' })).toMatchObject({ success: true })
    await hook.has(1)
    await server.end('SIGKILL')
    client.close()

    status = 204
    await server.start()
    // The member is away after the restart, and is removed when the grace period ends.
    await expect
      .poll(() => deliveredTo(hook))
      .toMatchObject([
        { type: 'member.joined', data: { room: 'main', name: 'Ann', dialect: 'picker', role: 'viewer' } },
        { type: 'member.left', data: { room: 'main', name: 'Ann', reason: 'expired' } },
      ])
    expect(new Set(hook.received.map(({ path }) => path))).toStrictEqual(new Set(['/hook']))

    expect(await server.end('SIGTERM')).toBe(0)
    const requests = hook.received.length
    await server.start()
    expect(await server.end('SIGTERM')).toBe(0)
    // Accepted webhooks have a checkpoint, so none is sent again.
    expect(hook.received.length).toBe(requests)
    expect(server.output()).not.toContain(secret)
  })
})
