import * as E from '#fp/Either'
import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { TokenVerifier } from '../../../src/application/ports/token-verifier.js'
import { createAuthenticate, tokenOfHandshake } from '../../../src/infrastructure/identity/authenticate.js'
import type { HandshakeRequest } from '../../../src/infrastructure/transport/handshake-guard.js'

const handshake = (parts: Partial<HandshakeRequest> = {}): HandshakeRequest => ({
  namespace: '/rooms',
  headers: {},
  query: {},
  auth: {},
  address: '127.0.0.1',
  ...parts,
})

/** Accepts the token as the user id; `expired` and `later` are refused as their names say. */
const verifier: TokenVerifier = {
  verify: (token) => async () => {
    if (token === 'expired') return E.left({ type: 'token-expired' })
    if (token === 'later') return E.left({ type: 'keys-unavailable' })
    if (token === '') return E.left({ type: 'unauthenticated', problem: 'The token is not a signed JWT' })
    return E.right({
      userId: token,
      name: null,
      roles: ['staff'],
      isVerified: true,
      issuedAt: 1,
      expiresAt: 2,
    })
  },
}

const bearer = (authorization: string): Partial<HandshakeRequest> => ({ headers: { authorization } })

describe('the token of a handshake (E-38)', () => {
  it('is that of auth, else of the header, else of the query', () => {
    const all = { auth: { token: 'a' }, ...bearer('Bearer b'), query: { token: 'c' } }
    expect(tokenOfHandshake(handshake(all))).toStrictEqual({ type: 'presented', token: 'a' })
    expect(tokenOfHandshake(handshake({ ...all, auth: {} }))).toStrictEqual({ type: 'presented', token: 'b' })
    expect(tokenOfHandshake(handshake({ query: { token: 'c' } }))).toStrictEqual({
      type: 'presented',
      token: 'c',
    })
  })

  it.each([
    ['Bearer b', 'b'],
    ['bearer b', 'b'],
    ['BEARER  b', 'b'],
    ['Bearer\tb', 'b'],
    ['Bearer b c', 'b c'],
    ['Bearer', ''],
    ['Bearer ', ''],
  ])('is in the header %j', (authorization, token) => {
    expect(tokenOfHandshake(handshake(bearer(authorization)))).toStrictEqual({ type: 'presented', token })
  })

  it.each(['Basic dTpw', 'Session s', 'Bearerb', ''])(
    'is not in the header %j of another scheme',
    (authorization) => {
      expect(tokenOfHandshake(handshake(bearer(authorization)))).toStrictEqual({ type: 'none' })
    },
  )

  it.each([{ auth: { token: null } }, { auth: { token: undefined } }, { auth: { tokens: 'a' } }])(
    'is absent in %j',
    (parts) => {
      expect(tokenOfHandshake(handshake(parts))).toStrictEqual({ type: 'none' })
    },
  )

  test.prop([
    fc.anything().filter((value) => typeof value !== 'string' && value !== undefined && value !== null),
  ])('of another type is malformed, and no token elsewhere replaces it', (token) => {
    const others = { ...bearer('Bearer good'), query: { token: 'good' } }
    expect(tokenOfHandshake(handshake({ auth: { token }, ...others }))).toStrictEqual({ type: 'malformed' })
    expect(tokenOfHandshake(handshake({ query: { token } }))).toStrictEqual({ type: 'malformed' })
  })
})

describe.each(['open', 'jwt'] as const)('authentication in AUTH_MODE=%s', (mode) => {
  const authenticate = createAuthenticate(mode, verifier)

  it('gives the principal of a valid token, and ignores what the client states itself', async () => {
    const auth = { token: 'ann', userId: 'root', name: 'Root', role: 'admin', roles: ['admin'] }
    expect(await authenticate(handshake({ auth }))).toStrictEqual({
      type: 'authenticated',
      principal: { userId: 'ann', name: null, roles: ['staff'], isVerified: true, issuedAt: 1, expiresAt: 2 },
    })
  })

  it.each<readonly [unknown, object]>([
    ['expired', { code: 'token-expired', message: 'The token has expired; sign in again' }],
    [
      'later',
      {
        code: 'unauthenticated',
        message: 'The keys of the issuer cannot be fetched at present; try again with the same token',
        retryable: true,
      },
    ],
    ['', { code: 'unauthenticated', message: 'The token is not a signed JWT' }],
    [7, { code: 'unauthenticated', message: 'The token must be a text' }],
    [['ann'], { code: 'unauthenticated', message: 'The token must be a text' }],
  ])('refuses the token %j, also with a user id beside it', async (token, refusal) => {
    expect(await authenticate(handshake({ auth: { token, userId: 'ann' } }))).toStrictEqual({
      type: 'refused',
      ...refusal,
    })
  })
})

describe('a client without a token', () => {
  const auth = { userId: 'ann', name: 'Ann', role: 'admin', roles: ['admin'], isVerified: true }

  it('is taken at its word in AUTH_MODE=open, without roles and unverified (E-42)', async () => {
    expect(await createAuthenticate('open', verifier)(handshake({ auth }))).toStrictEqual({
      type: 'authenticated',
      principal: {
        userId: 'ann',
        name: 'Ann',
        roles: [],
        isVerified: false,
        issuedAt: null,
        expiresAt: null,
      },
    })
  })

  it('is refused in AUTH_MODE=jwt (E-41)', async () => {
    expect(await createAuthenticate('jwt', verifier)(handshake({ auth }))).toStrictEqual({
      type: 'refused',
      code: 'unauthenticated',
      message: 'This server needs a token; connect again with auth.token',
    })
  })
})
