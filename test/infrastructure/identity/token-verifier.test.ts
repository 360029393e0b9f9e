import * as E from '#fp/Either'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import { tokenVerifierOf } from '../../../src/infrastructure/identity/token-verifier.js'
import { firstInstant, virtualClock } from '../../kit/index.js'
import { encoded, forge, hs256, nowSeconds, secret, tokenWith, validClaims } from './forge.js'

const verifier = ({
  clock = virtualClock(),
  issuer = null,
  audience = null,
}: {
  readonly clock?: ReturnType<typeof virtualClock>
  readonly issuer?: string | null
  readonly audience?: string | null
} = {}) =>
  tokenVerifierOf({ key: { type: 'secret', secret }, issuer, audience }, { clock, onFetch: () => undefined })

const verified = (token: string, options: Parameters<typeof verifier>[0] = {}) =>
  verifier(options).verify(token)()

const refused = (problem: unknown): unknown => E.left({ type: 'unauthenticated', problem })

const hs = { alg: 'HS256', typ: 'JWT' }

describe('a valid token', () => {
  it('gives a verified principal with its instants in milliseconds', async () => {
    const token = tokenWith({ name: 'Ann', role: 'admin', iat: nowSeconds - 60, nbf: nowSeconds })
    expect(await verified(token)).toStrictEqual(
      E.right({
        userId: 'ann',
        name: 'Ann',
        roles: ['admin'],
        isVerified: true,
        issuedAt: firstInstant - 60_000,
        expiresAt: firstInstant + 3_600_000,
      }),
    )
  })

  it('may be of 8 KiB, but not longer', async () => {
    const ofLength = (length: number): string => {
      for (let padding = length; ; padding--) {
        const token = tokenWith({ padding: 'x'.repeat(padding) })
        if (token.length <= length) return token
      }
    }
    const longest = ofLength(8_192)
    expect(E.isRight(await verified(longest))).toBe(true)
    expect(await verified(`${longest}AAAA`)).toStrictEqual(
      refused('The token is too long; it may have at most 8192 bytes'),
    )
  })

  it.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt'])('may have the type %s', async (typ) => {
    expect(E.isRight(await verified(forge({ alg: 'HS256', typ }, validClaims)))).toBe(true)
  })

  const forms: fc.Arbitrary<object> = fc.record(
    { iat: fc.integer({ min: 0, max: nowSeconds + 5 }), name: fc.string(), roles: fc.anything() },
    { requiredKeys: [] },
  )

  test.prop([forms, fc.nat(), fc.nat({ max: 254 })])(
    'is refused when any of its bytes has another value',
    async (claims, position, step) => {
      const token = tokenWith(claims)
      const bytes = Buffer.from(token, 'latin1')
      const index = position % bytes.length
      bytes[index] = ((bytes[index] ?? 0) + 1 + step) % 256
      expect(E.isRight(await verified(token))).toBe(true)
      expect(await verified(bytes.toString('latin1'))).toMatchObject(refused(expect.any(String)) as object)
    },
  )

  it('is refused when its last character has another value that decodes to the same bytes', async () => {
    const token = tokenWith()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = token.slice(0, -1) + (alphabet[alphabet.indexOf(token.at(-1) ?? '') ^ 1] ?? '')
    const bytesOf = (text: string): Buffer => Buffer.from(text.split('.')[2] ?? '', 'base64url')
    expect(bytesOf(twin)).toStrictEqual(bytesOf(token))
    expect(await verified(twin)).toStrictEqual(refused('The token is not a signed JWT'))
  })
})

describe('a token of another form', () => {
  const good = tokenWith()
  const [header = '', payload = '', signature = ''] = good.split('.')

  it.each<readonly [string, string, string]>([
    ['no text', '', 'The token is not a signed JWT'],
    ['one part', header, 'The token is not a signed JWT'],
    ['two parts', `${header}.${payload}`, 'The token is not a signed JWT'],
    ['four parts', `${good}.${signature}`, 'The token is not a signed JWT'],
    ['an empty signature', `${header}.${payload}.`, 'The token is not a signed JWT'],
    ['white space at its end', `${good}\n`, 'The token is not a signed JWT'],
    ['base64 with padding', `${header}.${payload}.${signature}=`, 'The token is not a signed JWT'],
    ['a letter outside of base64url', `${header}.${payload}.é${signature}`, 'The token is not a signed JWT'],
    ['a header without JSON', forge('{', validClaims), 'The header of the token is not a JSON object'],
    ['an array as header', forge([hs], validClaims), 'The header of the token is not a JSON object'],
    ['null as header', forge('null', validClaims), 'The header of the token is not a JSON object'],
    [
      'a header that is not UTF-8',
      `${Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url')}.${payload}.${signature}`,
      'The header of the token is not a JSON object',
    ],
    ['an array as payload', forge(hs, [validClaims]), 'The payload of the token is not a JSON object'],
    ['a text as payload', forge(hs, '"ann"'), 'The payload of the token is not a JSON object'],
    ['no JSON as payload', forge(hs, 'ann'), 'The payload of the token is not a JSON object'],
    ['the type of a logout token', forge({ alg: 'HS256', typ: 'logout+jwt' }, validClaims), typProblem()],
    ['a number as type', forge({ alg: 'HS256', typ: 1 }, validClaims), typProblem()],
    ['a number as kid', forge({ ...hs, kid: 1 }, validClaims), 'The header "kid" of the token is not a text'],
    [
      'five parts, as an encrypted token has',
      `${encoded({ alg: 'dir', enc: 'A256GCM' })}..${signature}.${payload}.${signature}`,
      'The token is not a signed JWT',
    ],
  ])('is refused: %s', async (_what, token, problem) => {
    expect(await verified(token)).toStrictEqual(refused(problem))
  })

  it.each(['none', 'None', 'NONE', '', 'HS384', 'HS512', 'hs256', 'PS256', null, 1, ['HS256']])(
    'is refused: the algorithm %j, signed or not',
    async (alg) => {
      const problem = 'The header "alg" of the token names no accepted algorithm'
      expect(await verified(forge({ alg }, validClaims))).toStrictEqual(refused(problem))
      const unsigned = `${encoded({ alg })}.${encoded(validClaims)}.`
      expect(await verified(unsigned)).toStrictEqual(refused('The token is not a signed JWT'))
    },
  )

  it.each(['RS256', 'ES256', 'EdDSA'])('is refused: %s with a server that has a secret', async (alg) => {
    expect(await verified(forge({ alg }, validClaims))).toStrictEqual(
      refused('No key of this server fits the headers "alg" and "kid"'),
    )
  })

  it.each([
    ['jwk', { kty: 'oct', k: encoded(secret) }],
    ['jku', 'https://attacker.example.org/keys'],
    ['x5u', 'https://attacker.example.org/chain'],
    ['x5c', ['MIIB']],
    ['crit', ['exp']],
    ['crit', []],
    ['b64', false],
    ['jwk', null],
  ])('is refused: the header %s with the value %j, also with a good signature', async (name, value) => {
    expect(await verified(forge({ ...hs, [name]: value }, validClaims))).toStrictEqual(
      refused(`The header "${name}" of the token is not allowed`),
    )
  })

  it.each([
    ['another secret', hs256('another secret of 32 bytes or more!!')],
    ['an empty secret', hs256('')],
    ['a null byte as secret', hs256(Buffer.alloc(1))],
    ['a shorter signature', (input: Buffer) => hs256()(input).subarray(0, 16)],
    ['a signature of zeros', () => Buffer.alloc(32)],
  ])('is refused: %s', async (_what, signatureOf) => {
    expect(await verified(forge(hs, validClaims, signatureOf))).toStrictEqual(
      refused('The signature of the token is wrong'),
    )
  })
})

const typProblem = (): string => 'The header "typ" of the token is not JWT'

describe('the claims of a token', () => {
  const subProblem = 'The claim "sub" must be a text of 1 to 200 characters'
  const seconds = (claim: string): string => `The claim "${claim}" must be a number of seconds`

  it.each<readonly [object, string]>([
    ...[undefined, null, '', 1, true, ['ann'], { id: 'ann' }, 'x'.repeat(201), 'a\ud800'].map(
      (sub) => [{ sub }, subProblem] as const,
    ),
    ...[undefined, null, '9999999999', true, [], 1e300].map((exp) => [{ exp }, seconds('exp')] as const),
    ...[null, '0', {}].map((nbf) => [{ nbf }, seconds('nbf')] as const),
    ...[null, '0', [1]].map((iat) => [{ iat }, seconds('iat')] as const),
    [{ nbf: nowSeconds + 1 }, 'The token is not valid yet, by its claim "nbf"'],
    [{ iat: nowSeconds + 6 }, 'The claim "iat" is in the future'],
  ])('are refused: %j', async (claims, problem) => {
    expect(await verified(tokenWith(claims))).toStrictEqual(refused(problem))
  })

  it('are refused: an infinite exp, which JSON can hold', async () => {
    expect(await verified(forge(hs, '{"sub":"ann","exp":1e999}'))).toStrictEqual(refused(seconds('exp')))
  })

  it('must name the issuer exactly, where one is set', async () => {
    const issuer = 'https://id.example.org'
    for (const iss of [undefined, null, '', 'https://id.example.org/', [issuer], { iss: issuer }])
      expect(await verified(tokenWith({ iss }), { issuer })).toStrictEqual(
        refused('The claim "iss" names another issuer'),
      )
    expect(E.isRight(await verified(tokenWith({ iss: issuer }), { issuer }))).toBe(true)
    expect(E.isRight(await verified(tokenWith({ iss: 'anybody' })))).toBe(true)
  })

  it('must have the aud of the settings, alone or among others, where one is set', async () => {
    const audience = 'rooms'
    for (const aud of [undefined, null, '', 'rooms ', ['other'], [['rooms']], { rooms: true }])
      expect(await verified(tokenWith({ aud }), { audience })).toStrictEqual(
        refused('The claim "aud" does not name this server'),
      )
    for (const aud of ['rooms', ['other', 'rooms']])
      expect(E.isRight(await verified(tokenWith({ aud }), { audience }))).toBe(true)
  })

  it.each<readonly [object, ReadonlyArray<string>]>([
    [{ role: 'staff' }, ['staff']],
    [{ roles: ['super_admin', 'staff', 'staff'] }, ['staff', 'super_admin']],
    [{ role: ['admin'], roles: 'staff' }, ['staff', 'admin']],
    [{ role: 'owner', roles: ['admin', 'owner', 1, null] }, ['admin']],
    [{ role: 'Admin' }, []],
    [{ role: ' admin' }, []],
    [{ role: 'admin,staff' }, []],
    [{ role: 'admin staff' }, []],
    [{ role: 2 }, []],
    [{ role: { role: 'admin' } }, []],
    [{ role: { admin: true } }, []],
    [{ roles: [['admin']] }, []],
    [{ Role: 'admin', scope: 'admin', realm_access: { roles: ['admin'] } }, []],
    [{ role: null, roles: null }, []],
    [{}, []],
  ])('give the exact roles of E-39 and ignore all else: %j', async (claims, roles) => {
    const result = await verified(tokenWith(claims))
    expect(E.isRight(result) && result.right.roles).toStrictEqual(roles)
  })

  it.each(['', 'x'.repeat(201), 'a\udc00', 1, null, ['Ann'], { first: 'Ann' }])(
    'give no name if it is %j',
    async (name) => {
      expect(await verified(tokenWith({ name }))).toMatchObject(E.right({ name: null }))
    },
  )

  test.prop([fc.integer({ min: -5_000, max: 5_000 }), fc.double({ min: -3, max: 3, noNaN: true })])(
    'end the token at the millisecond of exp, without leeway (E-40)',
    async (aheadMs, lifetime) => {
      const clock = virtualClock(firstInstant + aheadMs)
      const exp = nowSeconds + lifetime
      const isValid = clock.now() < Math.floor(exp * 1_000)
      const result = await verified(tokenWith({ exp }), { clock })
      expect(isValid ? E.isRight(result) : result).toStrictEqual(isValid || E.left({ type: 'token-expired' }))
    },
  )

  it('of another issuer are not "expired", because only the issuer can renew a token', async () => {
    const expired = { exp: nowSeconds }
    expect(await verified(tokenWith(expired))).toStrictEqual(E.left({ type: 'token-expired' }))
    expect(await verified(tokenWith({ ...expired, iss: 'b' }), { issuer: 'a' })).toStrictEqual(
      refused('The claim "iss" names another issuer'),
    )
    expect(await verified(tokenWith(expired, 'another secret of 32 bytes or more!!'))).toStrictEqual(
      refused('The signature of the token is wrong'),
    )
  })

  test.prop([
    fc.anything(),
    fc.dictionary(fc.constantFrom('sub', 'exp', 'nbf', 'iat', 'role', 'name', '__proto__'), fc.jsonValue()),
  ])(
    'of any form never throw, and give an error or a user with an id and an expiry',
    async (header, claims) => {
      for (const token of [forge(hs, JSON.stringify(claims)), forge(JSON.stringify(header) ?? '', claims)]) {
        const result = await verified(token)
        if (E.isLeft(result)) continue
        expect(result.right).toMatchObject({ isVerified: true, userId: expect.any(String) })
        expect(result.right.expiresAt).toBeGreaterThan(firstInstant)
      }
    },
  )

  it('are never quoted in an error', async () => {
    const canary = 'canary-7f3a'
    for (const claims of [
      { sub: [canary] },
      { exp: canary },
      { nbf: canary },
      { iat: canary },
      { iss: canary },
      { aud: canary },
    ]) {
      const result = await verified(tokenWith(claims), { issuer: 'a', audience: 'b' })
      expect(E.isLeft(result)).toBe(true)
      expect(JSON.stringify(result)).not.toContain(canary)
    }
    for (const header of [{ alg: canary }, { ...hs, kid: [canary] }, { ...hs, jku: canary }])
      expect(JSON.stringify(await verified(forge(header, validClaims)))).not.toContain(canary)
  })
})

it('a server without a key refuses every token', async () => {
  const { verify } = tokenVerifierOf(
    { key: null, issuer: null, audience: null },
    { clock: virtualClock(), onFetch: () => undefined },
  )
  expect(await verify(tokenWith())()).toStrictEqual(
    refused('This server accepts no tokens: it has no JWT_SECRET or JWKS_URL'),
  )
})
