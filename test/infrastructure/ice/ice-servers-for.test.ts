import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memberId } from '../../../src/domain/kernel/ids.js'
import { iceServersFor, turnCredentials } from '../../../src/infrastructure/ice/ice-servers-for.js'
import { firstInstant, virtualClock } from '../../kit/index.js'

const ann = memberId('socket-of-ann')
const bob = memberId('socket-of-bob')
const stun = { urls: 'stun:stun.example.org' }
const fixedTurn = { urls: ['turn:fixed.example.org'], username: 'u', credential: 'c' }
const turn = {
  urls: ['turn:t.example.org?transport=udp', 'turns:t.example.org:5349'],
  secret: 'north',
  lifetimeMs: 60_000,
}

describe('the ICE servers of a member', () => {
  it('are the fixed ones and do not expire, without a TURN secret', () => {
    const servers = iceServersFor({ clock: virtualClock(), fixed: [stun, fixedTurn], turn: null })
    expect(servers(ann)).toStrictEqual({ iceServers: [stun, fixedTurn], expiresAt: null })
  })

  it('are none without fixed ones and a TURN secret', () => {
    expect(iceServersFor({ clock: virtualClock(), fixed: [], turn: null })(ann)).toStrictEqual({
      iceServers: [],
      expiresAt: null,
    })
  })

  it('include TURN credentials of the member, valid from the request on', () => {
    const clock = virtualClock()
    const servers = iceServersFor({ clock, fixed: [stun], turn })
    const expected = (expiresAt: number, member: typeof ann) => ({
      iceServers: [stun, { urls: turn.urls, ...turnCredentials('north', expiresAt, member) }],
      expiresAt,
    })
    expect(servers(ann)).toStrictEqual(expected(firstInstant + 60_000, ann))
    clock.advance(1_234)
    expect(servers(bob)).toStrictEqual(expected(firstInstant + 61_234, bob))
  })

  it('never contain the secret', () => {
    const servers = iceServersFor({
      clock: virtualClock(),
      fixed: [stun],
      turn: { ...turn, secret: 'canary-secret' },
    })
    expect(JSON.stringify(servers(ann))).not.toContain('canary-secret')
  })
})

describe('TURN credentials', () => {
  it('equal those of another implementation of the convention', () => {
    // printf '1767240000:socket-of-ann' | openssl dgst -sha1 -hmac north -binary | base64
    expect(turnCredentials('north', 1_767_240_000_000, ann)).toStrictEqual({
      username: '1767240000:socket-of-ann',
      credential: 'oChJeUqLBDmhOUWPhwnhl6dNGbQ=',
    })
  })

  it('are valid until their instant, and less than a second longer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4_102_444_800_000 }), (expiresAt) => {
        const { username } = turnCredentials('north', expiresAt, ann)
        const endMs = Number(username.split(':')[0]) * 1_000
        expect(endMs).toBeGreaterThanOrEqual(expiresAt)
        expect(endMs).toBeLessThan(expiresAt + 1_000)
      }),
    )
  })

  it('differ for another member, instant or secret, and do not contain the secret', () => {
    const text = fc.string({ minLength: 8, maxLength: 100 })
    fc.assert(
      fc.property(text, text, fc.nat(), (secret, member, second) => {
        const credentials = turnCredentials(secret, second * 1_000, memberId(member))
        const others = [
          turnCredentials(`${secret}!`, second * 1_000, memberId(member)),
          turnCredentials(secret, second * 1_000, memberId(`${member}!`)),
          turnCredentials(secret, (second + 1) * 1_000, memberId(member)),
        ]
        expect(others.map(({ credential }) => credential)).not.toContain(credentials.credential)
        expect(credentials.credential).toBe(
          createHmac('sha1', secret).update(`${second}:${member}`).digest('base64'),
        )
        expect(credentials.credential).not.toContain(secret)
      }),
    )
  })
})
