import { unverifiedPrincipal } from '../../../src/application/identity/principal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { handshakeOf } from '../../../src/infrastructure/transport/socket-sessions.js'

const parsed = (auth: unknown) => handshakeOf({ handshake: { auth }, data: {} } as never)

describe('a handshake', () => {
  it('is read field by field, and an invalid field counts as absent', () => {
    expect(
      parsed({
        userId: 'u1',
        name: 'Ann',
        names: 'kebab',
        batch: true,
        sessionId: 's',
        offsets: { main: 5, other: 0, odd: 1.5, minus: -1, text: '7', none: null },
        token: 'not a field of sessions',
      }),
    ).toEqual({
      principal: { current: unverifiedPrincipal('u1', 'Ann') },
      naming: 'kebab',
      acceptsArrays: true,
      sessionId: 's',
      offsets: new Map([
        ['main', 5],
        ['other', 0],
      ]),
    })
  })

  it('may have user ids and names of 1 to 200 characters', () => {
    expect(parsed({ userId: 'x'.repeat(200), name: 'x'.repeat(201) }).principal.current).toEqual(
      unverifiedPrincipal('x'.repeat(200), null),
    )
    expect(parsed({ userId: '', name: 'a\ud800' }).principal.current).toEqual(unverifiedPrincipal(null, null))
  })

  it('is read without an error, given any values', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (auth, field) => {
        parsed(auth)
        parsed({ userId: field, name: field, names: field, batch: field, sessionId: field, offsets: field })
        parsed({ offsets: { main: field } })
      }),
    )
  })
})
