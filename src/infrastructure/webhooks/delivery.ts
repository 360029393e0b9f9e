import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { Message, Sign } from './message.js'

/** Where webhooks are posted. */
export interface Endpoint {
  /** Never rejects. Gives up when the signal is aborted; a reply after that is ignored. */
  readonly post: (
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<EndpointReply>
}

export type EndpointReply =
  | { readonly type: 'answered'; readonly status: number }
  /** No connection, no name, an incomplete response. */
  | { readonly type: 'unreachable' }

/** The result of one attempt. */
export type DeliveryOutcome =
  | { readonly type: 'delivered' }
  | { readonly type: 'refused'; readonly status: number }
  | { readonly type: 'unreachable' }
  | { readonly type: 'timeout' }
  /** 410: the receiver wants no more webhooks. */
  | { readonly type: 'gone' }
  /** This server stops. */
  | { readonly type: 'stopped' }

export interface DeliveryPorts {
  readonly endpoint: Endpoint
  readonly sign: Sign
  readonly clock: Clock
}

/** Standard Webhooks recommends 15 to 30 s. */
const timeoutMs = 15_000

/** Posts a message once. Ends at the latest with the timeout, whatever the endpoint does. */
export const deliver = (
  message: Message,
  stop: AbortSignal,
  { endpoint, sign, clock }: DeliveryPorts,
): Promise<DeliveryOutcome> =>
  new Promise((resolve) => {
    const request = new AbortController()
    const end = (outcome: DeliveryOutcome): void => {
      cancelTimeout()
      stop.removeEventListener('abort', onStop)
      request.abort()
      resolve(outcome)
    }
    const onStop = (): void => end({ type: 'stopped' })
    const cancelTimeout = clock.schedule(clock.now() + timeoutMs, () => end({ type: 'timeout' }))
    stop.addEventListener('abort', onStop)
    endpoint.post(message.body, sign(message, clock.now()), request.signal).then(
      (reply) => end(outcomeOf(reply)),
      () => end({ type: 'unreachable' }),
    )
  })

const outcomeOf = (reply: EndpointReply): DeliveryOutcome => {
  if (reply.type === 'unreachable') return reply
  const { status } = reply
  if (status >= 200 && status < 300) return { type: 'delivered' }
  return status === 410 ? { type: 'gone' } : { type: 'refused', status }
}

/** A longer response body is not read; its connection is closed instead of used again. */
const maxResponseBytes = 65_536

/** Posts with Node's `fetch`. Redirects are not followed: the payload is personal and meant for this address only. */
export const fetchEndpoint = (url: string): Endpoint => ({
  post: async (body, headers, signal) => {
    try {
      const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' })
      await discardBody(response)
      return { type: 'answered', status: response.status }
    } catch {
      // The error quotes the address, which may hold a secret.
      return { type: 'unreachable' }
    }
  },
})

const discardBody = async (response: Response): Promise<void> => {
  const length = response.headers.get('content-length')
  if (length !== null && Number(length) <= maxResponseBytes) await response.arrayBuffer()
  else await response.body?.cancel()
}

const firstRetryMs = 1_000
const maxRetryMs = 60 * 60 * 1_000

/**
 * The delay after consecutive failures: 1 s, doubled each time, up to an hour; a random part of up to half of it is
 * left out, so that rooms that failed together do not retry together.
 */
export const retryDelayMs = (failures: number, entropy: Entropy): number => {
  const fullMs = Math.min(firstRetryMs * 2 ** (failures - 1), maxRetryMs)
  return Math.ceil(fullMs * (0.5 + fractionOf(entropy.bytes()) / 2))
}

/** At least 0 and less than 1. */
const fractionOf = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32
