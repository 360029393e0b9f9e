import type { WireError } from './wire.js'

const codes: ReadonlySet<string> = new Set([
  'rate-limited',
  'store-unavailable',
  'internal-error',
  'shutting-down',
])

const pauseMs = 1_000

/** How long until the same may be asked again; `null`: it would be refused again. */
export const retryAfterMs = (error: WireError): number | null =>
  codes.has(error.code) ? (error.retryAfterMs ?? pauseMs) : null
