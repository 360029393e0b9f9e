import { fc, test } from '@fast-check/vitest'
import { afterEach, describe, expect, it } from 'vitest'
import { issueToken, jwtAuthentication } from '../../../src/index.js'
import type { Authentication, JwtOptions } from '../../../src/index.js'
import { virtualClock } from '../../kit/index.js'
import { ecPair, nowSeconds, secret, signedBy, tokenWith } from './forge.js'
import { issuer } from './issuer.js'
import type { Issuer } from './issuer.js'

const issuers: Array<Issuer> = []
afterEach(async () => {
  for (const each of issuers.splice(0)) await each.close()
})

const issuerOf = async (...keys: ReadonlyArray<object>): Promise<Issuer> => {
  const from = await issuer(...keys)
  issuers.push(from)
  return from
}

const outcome = async (options: JwtOptions, auth: object): Promise<Authentication> =>
  jwtAuthentication({ clock: virtualClock(), ...options }).authenticate({
    namespace: '/ward',
    headers: {},
    query: {},
    auth: { ...auth },
    address: '127.0.0.1',
  })

const ann = { type: 'authenticated', principal: { userId: 'ann', isVerified: true } }
const refused = { type: 'refused', code: 'unauthenticated' }

describe('jwtAuthentication', () => {
  it('accepts the tokens of its own secret only', async () => {
    expect(await outcome({ secret }, { token: tokenWith() })).toMatchObject(ann)
    const other = tokenWith({}, `${secret}.`)
    expect(await outcome({ secret }, { token: other })).toMatchObject(refused)
  })

  it('accepts what issueToken makes, with its name and roles', async () => {
    const rules = { issuer: 'https://login.example.org', audience: 'ward' }
    const user = { user: 'ann', name: 'Ann', roles: ['staff'], lifetimeMs: 60_000 } as const
    const token = await issueToken(user, secret, rules, virtualClock().now())
    expect(await outcome({ secret, ...rules }, { token })).toEqual({
      type: 'authenticated',
      principal: {
        userId: 'ann',
        name: 'Ann',
        roles: ['staff'],
        isVerified: true,
        issuedAt: nowSeconds * 1_000,
        expiresAt: nowSeconds * 1_000 + 60_000,
      },
    })
  })

  it('wants the claims `iss` and `aud` that it is given', async () => {
    const token = tokenWith({ iss: 'a', aud: 'b' })
    expect(await outcome({ secret, issuer: 'a', audience: 'b' }, { token })).toMatchObject(ann)
    expect(await outcome({ secret, issuer: 'b' }, { token })).toMatchObject(refused)
    expect(await outcome({ secret, audience: 'a' }, { token })).toMatchObject(refused)
  })

  it('refuses an expired token by the clock that it is given', async () => {
    const clock = virtualClock()
    const token = tokenWith({ exp: nowSeconds + 1 })
    clock.advance(999)
    expect(await outcome({ secret, clock }, { token })).toMatchObject(ann)
    clock.advance(1)
    expect(await outcome({ secret, clock }, { token })).toMatchObject({
      type: 'refused',
      code: 'token-expired',
    })
  })

  it('refuses a client without a token, unless the mode is open', async () => {
    expect(await outcome({ secret }, { userId: 'ann' })).toMatchObject(refused)
    expect(await outcome({ secret, mode: 'jwt' }, { userId: 'ann' })).toMatchObject(refused)
    expect(await outcome({ secret, mode: 'open' }, { userId: 'ann' })).toMatchObject({
      type: 'authenticated',
      principal: { userId: 'ann', isVerified: false },
    })
    const other = tokenWith({}, `${secret}.`)
    expect(await outcome({ secret, mode: 'open' }, { token: other })).toMatchObject(refused)
  })

  it('fetches the keys of an issuer, and reports each fetch', async () => {
    const pair = ecPair()
    const { url } = await issuerOf(pair.jwk())
    const fetches: Array<string> = []
    const onFetch = (fetched: string) => void fetches.push(fetched)
    expect(await outcome({ jwksUrl: url, onFetch }, { token: signedBy(pair) })).toMatchObject(ann)
    expect(fetches).toEqual(['fetched'])
  })

  it('ends a fetch that is under way when it is closed', async () => {
    const from = await issuerOf()
    from.answer(() => undefined)
    const fetches: Array<string> = []
    const jwt = jwtAuthentication({
      jwksUrl: from.url,
      clock: virtualClock(),
      onFetch: (fetched) => void fetches.push(fetched),
    })
    const authenticated = jwt.authenticate({
      namespace: '/',
      headers: {},
      query: {},
      auth: { token: signedBy(ecPair()) },
      address: '127.0.0.1',
    })
    await from.asked(1)
    await jwt.close()
    expect(fetches).toEqual(['stopped'])
    expect(await authenticated).toMatchObject({ ...refused, retryable: true })
    await from.hungUp()
  })
})

describe('the options of jwtAuthentication', () => {
  const exactlyOne = 'set exactly one of secret and jwksUrl'
  const address = 'jwksUrl must be an https:// address without a user name; http:// only on this machine'

  it.each<[options: object, problem: string]>([
    [{}, exactlyOne],
    [{ secret: undefined }, exactlyOne],
    [{ secret, jwksUrl: 'https://login.example.org/keys' }, exactlyOne],
    [{ secret: '' }, 'secret must be at least 32 bytes, as HS256 asks for'],
    [{ secret: 7 }, 'secret must be a text'],
    [{ jwksUrl: 'http://login.example.org/keys' }, address],
    [{ jwksUrl: 'https://ann:canary@login.example.org/keys' }, address],
    [{ secret, issuer: '' }, 'issuer must not be empty'],
    [{ secret, audience: ['ward'] }, 'audience must be a text'],
    [{ secret, mode: 'none' }, 'mode must be jwt or open'],
    [{ secret, isuer: 'a' }, 'Unrecognized key: "isuer"'],
  ])('of the form %j are refused with what to change', (options, problem) => {
    expect(() => jwtAuthentication(options)).toThrow(new Error(`jwtAuthentication: ${problem}`))
  })

  test.prop([fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 })])(
    'take a secret exactly from 32 bytes on, and never quote it',
    (text) => {
      const create = () => jwtAuthentication({ secret: text })
      if (Buffer.byteLength(text) >= 32) expect(create).not.toThrow()
      else expect(create).toThrow(/^jwtAuthentication: secret must be at least 32 bytes, as HS256 asks for$/)
    },
  )
})
