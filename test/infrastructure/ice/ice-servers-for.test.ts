import { describe, expect, it } from 'vitest'
import { memberId } from '../../../src/domain/kernel/ids.js'
import { iceServersFor } from '../../../src/infrastructure/ice/ice-servers-for.js'
import { turnCredentials } from '../../../src/infrastructure/ice/turn-credentials.js'
import { firstInstant, virtualClock } from '../../kit/index.js'

const ann = memberId('socket-of-ann')
const bob = memberId('socket-of-bob')
const stun = { urls: 'stun:stun.example.org' }
const leased = { urls: ['turn:leased.example.org'], username: 'u', credential: 'c' }
const turn = {
  urls: ['turn:t.example.org?transport=udp', 'turns:t.example.org:5349'],
  secret: 'north',
  lifetimeMs: 60_000,
}

describe('the ICE servers of a member', () => {
  it('are those that were set, as they are and without an end, where no TURN secret is', () => {
    const servers = iceServersFor({ clock: virtualClock(), fixed: [stun, leased], turn: null })
    expect(servers(ann)).toStrictEqual({ iceServers: [stun, leased], expiresAt: null })
  })

  it('are none where none were set', () => {
    expect(iceServersFor({ clock: virtualClock(), fixed: [], turn: null })(ann)).toStrictEqual({
      iceServers: [],
      expiresAt: null,
    })
  })

  it('come with TURN credentials of the member’s own, which live from when they are asked for', () => {
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

  it('never hold the secret', () => {
    const servers = iceServersFor({
      clock: virtualClock(),
      fixed: [stun],
      turn: { ...turn, secret: 'canary-secret' },
    })
    expect(JSON.stringify(servers(ann))).not.toContain('canary-secret')
  })
})
