import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { LimitExceeded } from '../limits/rate-limits.js'

/** Why a handshake is refused, with its response. */
export type Refusal = {
  readonly status: number
  readonly reason: string
  /** The nearest error code of the contract. */
  readonly code: string
  readonly text: string
  readonly limited?: LimitExceeded
}

export const forbidden: Refusal = { status: 403, reason: 'origin', code: 'access-denied', text: 'Forbidden' }
export const badRequest: Refusal = {
  status: 400,
  reason: 'target',
  code: 'invalid-payload',
  text: 'Bad Request',
}
export const shuttingDown: Refusal = {
  status: 503,
  reason: 'shutting-down',
  code: 'shutting-down',
  text: 'Service Unavailable',
}

/** The code and `retryAfterMs` of a wire error, for a client that can read the response. */
const bodyOf = ({ text, limited }: Refusal): string =>
  limited === undefined ? text : JSON.stringify({ code: 'rate-limited', retryAfterMs: limited.retryAfterMs })

const headersOf = (refusal: Refusal): Readonly<Record<string, string>> => ({
  connection: 'close',
  'content-type': refusal.limited === undefined ? 'text/plain' : 'application/json',
  'content-length': String(Buffer.byteLength(bodyOf(refusal))),
  ...(refusal.limited === undefined
    ? {}
    : { 'retry-after': String(Math.ceil(refusal.limited.retryAfterMs / 1_000)) }),
})

export const refuseRequest = (response: ServerResponse, refusal: Refusal): void => {
  response.writeHead(refusal.status, headersOf(refusal)).end(bodyOf(refusal))
}

export const refuseUpgrade = (stream: Duplex, refusal: Refusal): void => {
  const lines = Object.entries(headersOf(refusal)).map(([name, value]) => `${name}: ${value}\r\n`)
  stream.on('error', () => stream.destroy())
  stream.end(`HTTP/1.1 ${refusal.status} ${refusal.text}\r\n${lines.join('')}\r\n${bodyOf(refusal)}`, () =>
    stream.destroy(),
  )
}
