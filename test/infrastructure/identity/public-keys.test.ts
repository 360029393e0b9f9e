import * as E from '#fp/Either'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ecPair, edPair, encoded, forge, hs256, rsaPair, signedBy, validClaims } from './forge.js'
import type { KeyPair } from './forge.js'
import { issuer, verifierOf } from './issuer.js'
import type { Issuer } from './issuer.js'

let rsa: KeyPair
let ec: KeyPair
let ed: KeyPair
beforeAll(() => {
  rsa = rsaPair()
  ec = ecPair()
  ed = edPair()
})

const issuers: Array<Issuer> = []
afterEach(async () => {
  for (const each of issuers.splice(0)) await each.close()
})

const verifiedWith = async (
  keys: ReadonlyArray<object>,
  token: string,
): Promise<E.Either<unknown, unknown>> => {
  const from = await issuer(...keys)
  issuers.push(from)
  return verifierOf(from).verify(token)()
}

const noKey = E.left({
  type: 'unauthenticated',
  problem: 'No key of this server fits the headers "alg" and "kid"',
})
const wrongSignature = E.left({ type: 'unauthenticated', problem: 'The signature of the token is wrong' })

describe('a public key', () => {
  it('of each accepted kind verifies a token', async () => {
    for (const pair of [rsa, ec, ed]) {
      const { algorithm } = pair
      for (const jwk of [pair.jwk(), pair.jwk({ kid: 'a', alg: algorithm, use: 'sig', key_ops: ['verify'] })])
        expect(
          await verifiedWith([jwk], signedBy(pair, { kid: 'kid' in jwk ? 'a' : undefined })),
        ).toMatchObject(E.right({ userId: 'ann' }))
    }
  })

  it('verifies only its own algorithm', async () => {
    for (const pair of [rsa, ec, ed])
      for (const other of [rsa, ec, ed])
        if (other !== pair) expect(await verifiedWith([pair.jwk()], signedBy(other))).toStrictEqual(noKey)
  })

  it('is never a secret: a token signed by HMAC with the public key is refused', async () => {
    for (const pair of [rsa, ec, ed]) {
      const forms = [
        pair.publicKey.export({ format: 'pem', type: 'spki' }),
        pair.publicKey.export({ format: 'der', type: 'spki' }),
        JSON.stringify(pair.jwk()),
      ]
      for (const form of forms)
        for (const kid of [undefined, 'a']) {
          const token = forge({ alg: 'HS256', kid }, validClaims, hs256(form))
          expect(await verifiedWith([pair.jwk({ kid: 'a' })], token)).toStrictEqual(noKey)
        }
    }
  })

  it('of another owner does not verify the token', async () => {
    for (const [trusted, other] of [
      [rsa, rsaPair()],
      [ec, ecPair()],
      [ed, edPair()],
    ] as const)
      expect(await verifiedWith([trusted.jwk()], signedBy(other))).toStrictEqual(wrongSignature)
  })

  it('that the token brings itself is not used', async () => {
    const attacker = rsaPair()
    const token = signedBy(attacker, { jwk: attacker.jwk() })
    expect(await verifiedWith([rsa.jwk()], token)).toStrictEqual(
      E.left({ type: 'unauthenticated', problem: 'The header "jwk" of the token is not allowed' }),
    )
  })

  it('is found by its kid alone, which is compared and nothing else', async () => {
    const keys = [rsa.jwk({ kid: 'a' }), ec.jwk({ kid: 'b' })]
    expect(E.isRight(await verifiedWith(keys, signedBy(rsa, { kid: 'a' })))).toBe(true)
    expect(E.isRight(await verifiedWith(keys, signedBy(rsa)))).toBe(true)
    for (const kid of ['b', 'A', '', '../a', "a' OR '1'='1", '/dev/null', '__proto__', '0'])
      expect(await verifiedWith(keys, signedBy(rsa, { kid }))).toStrictEqual(noKey)
  })

  it('is ambiguous among several of its algorithm, if the token has no kid', async () => {
    const keys = [rsa.jwk({ kid: 'a' }), rsaPair().jwk({ kid: 'b' })]
    expect(await verifiedWith(keys, signedBy(rsa))).toStrictEqual(noKey)
  })

  it.each<readonly [string, () => object]>([
    ['for another algorithm of its kind', () => rsa.jwk({ alg: 'RS512' })],
    ['for encryption', () => rsa.jwk({ use: 'enc' })],
    ['for other operations', () => rsa.jwk({ key_ops: ['encrypt'] })],
    ['with its private part', () => rsa.privateKey.export({ format: 'jwk' })],
    ['with broken parameters', () => rsa.jwk({ n: '!' })],
    ['without parameters', () => ({ kty: 'RSA' })],
    ['with a number as kid', () => rsa.jwk({ kid: 1 })],
    ['that is a secret', () => ({ kty: 'oct', k: encoded('x'.repeat(32)) })],
    ['that is null', () => null as unknown as object],
  ])('is left out of a key set, without the others: one %s', async (_what, key) => {
    expect(await verifiedWith([key(), ec.jwk()], signedBy(rsa))).toStrictEqual(noKey)
    expect(E.isRight(await verifiedWith([key(), ec.jwk()], signedBy(ec)))).toBe(true)
  })

  it('is left out if it is too weak, or on a curve of another algorithm', async () => {
    for (const pair of [rsaPair(1_024), ecPair('P-384')])
      expect(await verifiedWith([pair.jwk()], signedBy(pair))).toStrictEqual(noKey)
  })
})
