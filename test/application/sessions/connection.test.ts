import { describe, expect, it } from 'vitest'
import {
  keyOfPresentedId,
  keyOfSessionId,
  sessionIdFor,
} from '../../../src/application/sessions/connection.js'

const secret = new Uint8Array(32).fill(7)
const ann = { userId: 'ann', isVerified: true }
const self = { userId: 'ann', isVerified: false }

describe('a session id', () => {
  it.each([
    ['a verified user', ann],
    ['an unverified user', self],
    ['nobody', { userId: null, isVerified: false }],
  ])('is known for %s that got it', (_name, user) => {
    const id = sessionIdFor(secret, '/', user)
    expect(keyOfPresentedId(id, '/', user)).toBe(keyOfSessionId(id))
  })

  it.each([
    ['another verified user', { userId: 'bob', isVerified: true }],
    ['the same user id without a token', self],
    ['nobody', { userId: null, isVerified: false }],
  ])('of a verified user is unknown when %s presents it', (_name, user) => {
    expect(keyOfPresentedId(sessionIdFor(secret, '/', ann), '/', user)).toBeNull()
  })

  it('of an unverified user is unknown when the same user id presents it with a token', () => {
    expect(keyOfPresentedId(sessionIdFor(secret, '/', self), '/', ann)).toBeNull()
  })

  it('of version 2 is unknown for a verified user', () => {
    expect(keyOfPresentedId('ab'.repeat(32), '/', self)).not.toBeNull()
    expect(keyOfPresentedId('ab'.repeat(32), '/', ann)).toBeNull()
  })

  it('is unknown in another namespace', () => {
    expect(keyOfPresentedId(sessionIdFor(secret, '/', ann), '/rooms', ann)).toBeNull()
  })
})
