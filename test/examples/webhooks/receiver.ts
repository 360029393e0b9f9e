import type { Server } from 'node:http'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

/** `keep` stores an event durably. The response acknowledges the event, so it is sent after that. */
export const receiver = (secret: string, keep: (event: unknown) => Promise<void>): Server => {
  const webhook = new Webhook(secret)
  // A receiver that restarts needs them too: make `webhook-id` a unique key of the stored events.
  const kept = new Set<string>()

  const statusFor = async (body: string, headers: Record<string, string>): Promise<number> => {
    const id = headers['webhook-id'] ?? ''
    let event: unknown
    try {
      event = webhook.verify(body, headers)
    } catch {
      return 401
    }
    if (kept.has(id)) return 204
    await keep(event)
    kept.add(id)
    return 204
  }

  return createServer((request, response) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    // The body as it came: parsed and written again it may be other bytes, and the signature does not fit.
    void text(request)
      .then((body) => statusFor(body, headers))
      .catch(() => 500)
      .then((status) => response.writeHead(status).end())
  })
}
