import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { addressOf } from './client-address.js'
import { isAllowedOrigin } from './origin.js'
import type { Origins } from './origin.js'
import type { TransportPorts } from './transport.js'

export type HandshakeRules = {
  readonly origins: Origins
  readonly trustProxy: boolean | number
  readonly isFull: (address: string) => boolean
  readonly isShuttingDown: () => boolean
}

type Refused = { readonly status: number; readonly reason: string; readonly text: string }

/** Read as Engine.IO reads it: the last one counts, and an empty one is none. */
const isHandshake = (url: string): boolean => {
  const [, query = ''] = url.split('?', 2)
  return !new URLSearchParams(query).getAll('sid').at(-1)
}

const refusalOf = (request: IncomingMessage, rules: HandshakeRules): Refused | undefined => {
  if (!isAllowedOrigin(request, rules.origins)) return { status: 403, reason: 'origin', text: 'Forbidden' }
  if (!isHandshake(request.url ?? '')) return undefined
  if (rules.isShuttingDown()) return { status: 503, reason: 'shutting-down', text: 'Service Unavailable' }
  return rules.isFull(addressOf(request, rules.trustProxy))
    ? { status: 429, reason: 'address', text: 'Too Many Requests' }
    : undefined
}

const refuseRequest = (response: ServerResponse, { status, text }: Refused): void => {
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' }).end(text)
}

const refuseUpgrade = (stream: Duplex, { status, text }: Refused): void => {
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    stream.destroy(),
  )
}

/**
 * Stands before Engine.IO on the same HTTP server, because Engine.IO asks `allowRequest` only when a client
 * first comes: an upgrade that carries a session id passes it by, from whatever page it comes. CORS stops no
 * websocket either. Requests for other paths go on as if there were no door.
 */
export const guardHandshakes = (
  server: HttpServer,
  path: string,
  rules: HandshakeRules,
  ports: TransportPorts,
): void => {
  const refusal = (request: IncomingMessage): Refused | undefined => {
    if (!request.url?.startsWith(path)) return undefined
    const refused = refusalOf(request, rules)
    if (refused !== undefined) ports.count('transport_handshake_refused', { reason: refused.reason })
    return refused
  }

  const requestListeners = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const refused = refusal(request)
    if (refused !== undefined) return refuseRequest(response, refused)
    for (const listener of requestListeners) listener.call(server, request, response)
  })

  const upgradeListeners = server.listeners('upgrade')
  server.removeAllListeners('upgrade')
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const refused = refusal(request)
    if (refused !== undefined) return refuseUpgrade(stream, refused)
    for (const listener of upgradeListeners) listener.call(server, request, stream, head)
  })
}
