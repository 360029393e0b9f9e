import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { handshakeOf } from '../../../src/infrastructure/transport/handshake.js'

const said = (auth: unknown) => handshakeOf({ handshake: { auth } } as never)

describe('a handshake', () => {
  it('is believed in what makes sense', () => {
    expect(
      said({
        userId: 'u1',
        name: 'Ann',
        names: 'kebab',
        batch: true,
        sessionId: 's',
        offsets: { main: 5, other: 0, odd: 1.5, minus: -1, text: '7', none: null },
        token: 'is for later',
      }),
    ).toEqual({
      peer: { userId: 'u1', name: 'Ann' },
      naming: 'kebab',
      acceptsArrays: true,
      sessionId: 's',
      offsets: new Map([
        ['main', 5],
        ['other', 0],
      ]),
    })
  })

  it('takes names of 1 to 200 characters', () => {
    expect(said({ userId: 'x'.repeat(200), name: 'x'.repeat(201) }).peer).toEqual({
      userId: 'x'.repeat(200),
      name: null,
    })
    expect(said({ userId: '', name: 'a\ud800' }).peer).toEqual({ userId: null, name: null })
  })

  it('never fails, whatever is said', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (auth, field) => {
        said(auth)
        said({ userId: field, name: field, names: field, batch: field, sessionId: field, offsets: field })
        said({ offsets: { main: field } })
      }),
    )
  })
})
