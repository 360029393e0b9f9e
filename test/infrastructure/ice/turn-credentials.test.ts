import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memberId } from '../../../src/domain/kernel/ids.js'
import { turnCredentials } from '../../../src/infrastructure/ice/turn-credentials.js'

const ann = memberId('socket-of-ann')

describe('TURN credentials', () => {
  it('are what any other implementation of the convention makes of the same secret', () => {
    // printf '1767240000:socket-of-ann' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials('north', 1_767_240_000_000, ann)).toStrictEqual({
      username: '1767240000:socket-of-ann',
      credential: 'oChJeUqLBDmhOUWPhwnhl6dNGbQ=',
    })
  })

  it('are good at the very instant up to which they were promised, and not a second longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_102_444_800_000 }), (expiresAt) => {
        const { username } = turnCredentials('north', expiresAt, ann)
        const endMs = Number(username.split(':')[0]) * 1_000
        expect(endMs).toBeGreaterThanOrEqual(expiresAt)
        expect(endMs).toBeLessThan(expiresAt + 1_000)
      }),
    )
  })

  it('are another for another member, end or secret, and do not hold the secret', () => {
    const text = fc.string({ minLength: 8, maxLength: 100 })
    fc.assert(
      fc.property(text, text, fc.nat(), (secret, member, second) => {
        const made = turnCredentials(secret, second * 1_000, memberId(member))
        const others = [
          turnCredentials(`${secret}!`, second * 1_000, memberId(member)),
          turnCredentials(secret, second * 1_000, memberId(`${member}!`)),
          turnCredentials(secret, (second + 1) * 1_000, memberId(member)),
        ]
        expect(others.map(({ credential }) => credential)).not.toContain(made.credential)
        expect(made.credential).toBe(
          createHmac('sha1', secret).update(`${second}:${member}`).digest('base64'),
        )
        expect(made.credential).not.toContain(secret)
      }),
    )
  })
})
