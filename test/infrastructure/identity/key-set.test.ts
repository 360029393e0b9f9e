import * as E from '#fp/Either'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  firstFetchMs,
  maxCacheMs,
  maxStaleMs,
  refetchMs,
} from '../../../src/infrastructure/identity/key-set.js'
import { settled } from '../../kit/index.js'
import { ecPair, signedBy } from './forge.js'
import type { KeyPair } from './forge.js'
import { issuer, json, verifierOf } from './issuer.js'
import type { Issuer, Verifying } from './issuer.js'

const unavailable = E.left({ type: 'keys-unavailable' })
const noKey = E.left({
  type: 'unauthenticated',
  problem: 'No key of this server fits the headers "alg" and "kid"',
})

let first: KeyPair
let second: KeyPair
beforeAll(() => {
  first = ecPair()
  second = ecPair()
})

let from: Issuer
let verifier: Verifying
beforeEach(async () => {
  from = await issuer(first.jwk({ kid: '1' }))
  verifier = verifierOf(from)
})
afterEach(async () => {
  await verifier.close()
  await from.close()
  expect(verifier.clock.pending()).toStrictEqual([])
})

/** A token of the pair that has not expired for the next two days. */
const tokenOf = (pair: KeyPair, kid: string): string =>
  signedBy(pair, { kid }, { exp: verifier.clock.now() / 1_000 + 2 * 86_400 })

const verified = (token: string): Promise<E.Either<unknown, unknown>> => verifier.verify(token)()

const accepts = async (token: string): Promise<boolean> => E.isRight(await verified(token))

describe('the keys of an issuer', () => {
  it('are fetched for the first token and then cached', async () => {
    expect(from.requests()).toBe(0)
    for (let count = 0; count < 100; count++) expect(await accepts(tokenOf(first, '1'))).toBe(true)
    verifier.clock.advance(maxCacheMs - 1)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(from.requests()).toBe(1)
    verifier.clock.advance(1)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(from.requests()).toBe(2)
    expect(verifier.outcomes).toStrictEqual(['fetched', 'fetched'])
  })

  it('are fetched once for verifications at the same time', async () => {
    const results = await Promise.all(Array.from({ length: 100 }, () => accepts(tokenOf(first, '1'))))
    expect(results).toStrictEqual(Array.from({ length: 100 }, () => true))
    expect(from.requests()).toBe(1)
  })

  it('are fetched again for an unknown kid, so that a new key works at once', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    verifier.clock.advance(refetchMs)
    from.publish(first.jwk({ kid: '1' }), second.jwk({ kid: '2' }))
    expect(await accepts(tokenOf(second, '2'))).toBe(true)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(from.requests()).toBe(2)
  })

  it('are fetched once for a storm of 1 000 unknown kids, and no earlier than 30 s after the last time', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    const storm = async (): Promise<void> => {
      const results = await Promise.all(
        Array.from({ length: 1_000 }, (_, kid) => verified(tokenOf(second, `unknown ${kid}`))),
      )
      expect(results).toStrictEqual(Array.from({ length: 1_000 }, () => noKey))
    }
    verifier.clock.advance(refetchMs - 1)
    await storm()
    expect(from.requests()).toBe(1)
    verifier.clock.advance(1)
    await storm()
    await storm()
    expect(from.requests()).toBe(2)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
  })

  it('no longer work after the fetch in which they are missing', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    from.publish(second.jwk({ kid: '2' }))
    verifier.clock.advance(maxCacheMs)
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(noKey)
    expect(await accepts(tokenOf(second, '2'))).toBe(true)
    from.publish()
    verifier.clock.advance(maxCacheMs)
    expect(await verified(tokenOf(second, '2'))).toStrictEqual(noKey)
  })

  it('do not change their meaning under the same kid before the next fetch', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    from.publish(second.jwk({ kid: '1' }))
    expect(await accepts(tokenOf(second, '1'))).toBe(false)
    verifier.clock.advance(maxCacheMs)
    expect(await accepts(tokenOf(second, '1'))).toBe(true)
    expect(await accepts(tokenOf(first, '1'))).toBe(false)
  })
})

const tooMany = (count: number): object => ({ keys: Array.from({ length: count }, () => ({ kty: 'x' })) })

/** Sends until the other side hangs up, at most 100 MB. */
const endless = (headers: Record<string, string>) => (response: ServerResponse) => {
  response.writeHead(200, headers)
  const chunk = Buffer.alloc(64 * 1024, ' ')
  let left = 1_600
  const send = (): void => {
    while (left-- > 0 && !response.destroyed)
      if (!response.write(chunk)) return void response.once('drain', send)
    response.end()
  }
  send()
}

const failures: ReadonlyArray<readonly [string, Parameters<Issuer['answer']>[0], string]> = [
  ['an error', (response) => void response.writeHead(500).end('{"keys":[]}'), 'status'],
  ['no content', (response) => void response.writeHead(204).end(), 'status'],
  ['HTML', (response) => void response.end('<!doctype html><title>Sign in</title>'), 'malformed'],
  ['an empty body', (response) => void response.end(), 'malformed'],
  ['half a document', (response) => void response.end('{"keys":[{"kty":"RSA",'), 'malformed'],
  ['JSON without keys', json({ key: [] }), 'malformed'],
  ['keys that are no list', json({ keys: { 0: {} } }), 'malformed'],
  ['51 keys', json(tooMany(51)), 'malformed'],
  ['10 000 keys', json(tooMany(10_000)), 'too-large'],
  ['deeply nested JSON', (response) => void response.end('['.repeat(60_000)), 'malformed'],
  ['100 MB', endless({}), 'too-large'],
  ['100 MB with a length', endless({ 'content-length': String(1_600 * 64 * 1024) }), 'too-large'],
  ['a closed connection', (response) => void response.destroy(), 'unreachable'],
  [
    'a body that ends early',
    (response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"keys":[')
      setImmediate(() => response.destroy())
    },
    'unreachable',
  ],
]

describe.each(failures)('an issuer that answers with %s', (_what, answer, outcome) => {
  it('leaves the server without keys, and is asked again after 5 s', async () => {
    from.answer(answer)
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(unavailable)
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(unavailable)
    expect(verifier.outcomes).toStrictEqual([outcome])
    await from.hungUp()
    from.publish(first.jwk({ kid: '1' }))
    verifier.clock.advance(firstFetchMs - 1)
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(unavailable)
    verifier.clock.advance(1)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(from.requests()).toBe(2)
  })

  it('keeps the keys that the server knows', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    from.answer(answer)
    verifier.clock.advance(maxCacheMs)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(await verified(tokenOf(second, '2'))).toStrictEqual(noKey)
    expect(verifier.outcomes).toStrictEqual(['fetched', outcome])
  })
})

describe('an issuer that is down', () => {
  it('leaves the server without keys if it knows none', async () => {
    await from.close()
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(unavailable)
    expect(verifier.outcomes).toStrictEqual(['unreachable'])
  })

  it('is asked every 30 s, and its keys work for 24 hours', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    await from.close()
    verifier.clock.advance(maxCacheMs)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(verifier.outcomes).toHaveLength(2)
    verifier.clock.advance(refetchMs)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(verifier.outcomes).toHaveLength(3)
    verifier.clock.advance(maxStaleMs - maxCacheMs - refetchMs - 1)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    verifier.clock.advance(1)
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(unavailable)
  })
})

describe('an issuer that redirects', () => {
  it.each([301, 302, 303, 307, 308])('is not followed: %i', async (status) => {
    const other = await issuer(second.jwk({ kid: '2' }))
    try {
      from.answer((response) => void response.writeHead(status, { location: other.url }).end())
      expect(await verified(tokenOf(second, '2'))).toStrictEqual(unavailable)
      expect(verifier.outcomes).toStrictEqual(['status'])
      expect(other.requests()).toBe(0)
    } finally {
      await other.close()
    }
  })
})

describe('an issuer that is slow', () => {
  const slow: ReadonlyArray<readonly [string, Parameters<Issuer['answer']>[0]]> = [
    ['never answers', () => undefined],
    ['sends a body that does not end', (response) => void response.writeHead(200).write('{"keys":[')],
  ]

  it.each(slow)('and %s is left after 5 s', async (_what, answer) => {
    from.answer(answer)
    const pending = verified(tokenOf(first, '1'))
    await from.asked(1)
    verifier.clock.advance(4_999)
    await settled()
    expect(verifier.outcomes).toStrictEqual([])
    verifier.clock.advance(1)
    expect(await pending).toStrictEqual(unavailable)
    expect(verifier.outcomes).toStrictEqual(['timeout'])
    await from.hungUp()
  })

  it('delays the tokens of known keys for one time-out at most every 30 s', async () => {
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    from.answer(() => undefined)
    verifier.clock.advance(maxCacheMs)
    const pending = accepts(tokenOf(first, '1'))
    await from.asked(2)
    verifier.clock.advance(5_000)
    expect(await pending).toBe(true)
    expect(await accepts(tokenOf(first, '1'))).toBe(true)
    expect(from.requests()).toBe(2)
  })

  it('is left at once when the server stops', async () => {
    from.answer(() => undefined)
    const pending = verified(tokenOf(first, '1'))
    await from.asked(1)
    await verifier.close()
    expect(await pending).toStrictEqual(unavailable)
    expect(verifier.outcomes).toStrictEqual(['stopped'])
    await from.hungUp()
    verifier.clock.advance(firstFetchMs)
    expect(await verified(tokenOf(first, '1'))).toStrictEqual(unavailable)
    expect(from.requests()).toBe(1)
  })
})
