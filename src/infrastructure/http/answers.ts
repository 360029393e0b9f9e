import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestFailure } from '../../application/engine/index.js'
import { errorFor } from '../protocols/error-mapping.js'
import type { WireError } from '../transport/reply.js'

export interface HttpAnswer {
  readonly status: number
  readonly body: object
  readonly headers?: Readonly<Record<string, string>>
}

/** What HTTP says no with by itself; the rooms' refusals are the same as on a socket. */
export type HttpCode =
  | 'invalid-payload'
  | 'payload-too-large'
  | 'rate-limited'
  | 'unauthenticated'
  | 'access-denied'
  | 'room-not-found'
  | 'unknown-event'
  | 'shutting-down'
  | 'store-unavailable'
  | 'internal-error'

const refusals: Readonly<Record<HttpCode, { readonly status: number; readonly message: string }>> = {
  'invalid-payload': { status: 400, message: 'The request is not well-formed' },
  'payload-too-large': { status: 413, message: 'The request is larger than this server takes' },
  'rate-limited': { status: 429, message: 'Too many requests; wait and try again' },
  unauthenticated: { status: 401, message: 'Send "Authorization: Session <sessionId>" of a member' },
  'access-denied': { status: 403, message: 'Not allowed' },
  'room-not-found': { status: 404, message: 'There is no such room' },
  'unknown-event': { status: 404, message: 'There is nothing here' },
  'shutting-down': { status: 503, message: 'The server is going down; try again later' },
  'store-unavailable': { status: 503, message: 'The log did not answer; try again' },
  'internal-error': { status: 500, message: 'The server failed to carry this out' },
}

type Details = Readonly<Record<string, unknown>>

export const refusal = (code: HttpCode, nowMs: number, details: Details = {}): HttpAnswer => {
  const { status, message } = refusals[code]
  return failure(status, { code, message, timestamp: new Date(nowMs).toISOString(), ...details })
}

/** What a room said no with. */
export const refused = (reason: RequestFailure, nowMs: number): HttpAnswer => {
  const { event: _event, ...error } = errorFor(reason, '', nowMs)
  return failure(statusOf(reason.type), error)
}

const statusOf = (code: RequestFailure['type']): number =>
  Object.hasOwn(refusals, code) ? refusals[code as HttpCode].status : 409

const failure = (status: number, error: WireError): HttpAnswer => ({
  status,
  body: { success: false, error },
})

/** Nothing that is answered here may be kept by a cache: it depends on who asks, and when. */
export const send = (response: ServerResponse, { status, body, headers = {} }: HttpAnswer): void => {
  if (response.headersSent) return void response.destroy()
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(text)
}

/** What Express adds to the requests of Node that is used here. */
export type Request = IncomingMessage & { readonly route?: { readonly path?: unknown } }
export type Response = ServerResponse
