import http from 'node:http'
import type { IncomingMessage } from 'node:http'
import https from 'node:https'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import { jsonObjectIn } from './signed-token.js'
import type { VerificationKey } from './verification-key.js'
import { keysIn } from './verification-key.js'

/** Why a key set was not fetched. The words are labels of a metric. */
export type KeyFetchFailure =
  | 'timeout'
  /** No name, no connection, or an incomplete response. */
  | 'unreachable'
  /** Another status than 200: a redirect, too. */
  | 'status'
  | 'too-large'
  | 'malformed'
  /** This server stops. */
  | 'stopped'

/** Fetches the issuer's key set. Never rejects; ends when the signal is aborted. */
export type FetchKeys = (
  stop: AbortSignal,
) => Promise<Either<KeyFetchFailure, ReadonlyArray<VerificationKey>>>

const timeoutMs = 5_000
const maxDocumentBytes = 64 * 1024

/**
 * Fetches from this address. Redirects are not followed: they could lead to an address without TLS, or inside of this
 * network. The timeout includes the body.
 */
export const fetchKeysFrom =
  (url: string, clock: Clock): FetchKeys =>
  async (stop) => {
    const request = new AbortController()
    let abortedBy: KeyFetchFailure = 'unreachable'
    const abort = (reason: KeyFetchFailure): void => {
      abortedBy = reason
      request.abort()
    }
    const onStop = (): void => abort('stopped')
    const cancelTimeout = clock.schedule(clock.now() + timeoutMs, () => abort('timeout'))
    stop.addEventListener('abort', onStop)
    try {
      if (stop.aborted) return E.left('stopped')
      const response = await get(url, request.signal)
      if (response.statusCode !== 200) return E.left('status')
      const body = await boundedBody(response)
      return body === undefined ? E.left('too-large') : await keysIn(jsonObjectIn(body))
    } catch {
      // The error may quote the address.
      return E.left(abortedBy)
    } finally {
      cancelTimeout()
      stop.removeEventListener('abort', onStop)
      request.abort()
    }
  }

/**
 * Node's `fetch` keeps a connection open for seconds after an abort, and decompresses a body; this has one connection,
 * which ends with the signal.
 */
const get = (url: string, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const client = url.startsWith('https:') ? https : http
    client
      .get(url, { agent: false, headers: { accept: 'application/json' }, signal }, resolve)
      .on('error', reject)
  })

/** `undefined` beyond the limit, also for a body without a length. */
const boundedBody = async (response: IncomingMessage): Promise<Uint8Array | undefined> => {
  const chunks: Array<Buffer> = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > maxDocumentBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
