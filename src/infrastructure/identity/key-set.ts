import * as E from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { FetchKeys, KeyFetchFailure } from './fetch-keys.js'
import type { TokenHeader } from './signed-token.js'
import type { KeyLookup, KeySource, VerificationKey } from './verification-key.js'
import { findKey } from './verification-key.js'

export interface KeySetPorts {
  readonly fetchKeys: FetchKeys
  readonly clock: Clock
  /** Called at the end of each fetch. */
  readonly onFetch: (outcome: 'fetched' | KeyFetchFailure) => void
}

/** A removed key stops working at the latest after this time, if the issuer answers. */
export const maxCacheMs = 10 * 60_000
/** The keys of an issuer that does not answer work for this long. */
export const maxStaleMs = 24 * 60 * 60_000
/** Between two fetches, whatever the tokens ask for. */
export const refetchMs = 30_000
/** Without any key nobody can sign in, so the next fetch is due earlier. */
export const firstFetchMs = 5_000

/** An issuer's key set, fetched when a token needs it. All verifications that wait share one fetch. */
export const createKeySet = ({ fetchKeys, clock, onFetch }: KeySetPorts): KeySource => {
  const stop = new AbortController()
  let known: { readonly keys: ReadonlyArray<VerificationKey>; readonly fetchedAt: Instant } | null = null
  let triedAt: Instant | null = null
  let fetching: Promise<void> | null = null

  const fetchOnce = async (): Promise<void> => {
    // The keys are as old as the request: the response may be slow.
    const fetchedAt = (triedAt = clock.now())
    const fetched = await fetchKeys(stop.signal)
    if (E.isRight(fetched)) known = { keys: fetched.right, fetchedAt }
    fetching = null
    onFetch(E.isRight(fetched) ? 'fetched' : fetched.left)
  }

  /** Waits for the fetch that is under way, or starts one if it is time for one. */
  const refresh = async (): Promise<void> => {
    const nextAt = (triedAt ?? -Infinity) + (known === null ? firstFetchMs : refetchMs)
    if (fetching === null && clock.now() < nextAt) return
    await (fetching ??= fetchOnce())
  }

  const ageMs = (): number => (known === null ? Infinity : clock.now() - known.fetchedAt)

  const lookUp = (header: TokenHeader): KeyLookup =>
    known === null || ageMs() >= maxStaleMs ? { type: 'unavailable' } : findKey(known.keys, header)

  return {
    find: async (header) => {
      if (ageMs() >= maxCacheMs) await refresh()
      const found = lookUp(header)
      if (found.type !== 'unknown') return found
      await refresh()
      return lookUp(header)
    },
    close: async () => {
      stop.abort()
      await fetching
    },
  }
}
