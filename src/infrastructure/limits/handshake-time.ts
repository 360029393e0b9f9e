import type { Server as HttpServer } from 'node:http'

/** Longer than the head of a request: a poll posts up to 1 MB, and a mobile network is slow. */
const bodyTimeoutMs = 30_000

/** How often Node looks for requests that are late, in relation to the time that they have. */
const checksPerTimeout = 10

/**
 * Node closes a connection that has not sent the head of its request after this time; by default it takes a minute, and
 * looks twice a minute. Call it before the server listens.
 */
export const limitHandshakeTime = (http: HttpServer, timeoutMs: number): void => {
  http.headersTimeout = timeoutMs
  http.requestTimeout = Math.max(timeoutMs, bodyTimeoutMs)
  // Not in Node's types, but read when the server begins to listen.
  Object.assign(http, { connectionsCheckingInterval: Math.ceil(timeoutMs / checksPerTimeout) })
}
