import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectionId, MemberId, RoomId } from '../../../src/domain/kernel/ids.js'
import { connectionId, memberId, roomId } from '../../../src/domain/kernel/ids.js'
import type { Instant } from '../../../src/domain/kernel/instant.js'
import type { ProtocolName } from '../../../src/domain/room/index.js'
import type { IceRenewal } from '../../../src/infrastructure/ice/ice-renewal.js'
import { createIceRenewal } from '../../../src/infrastructure/ice/ice-renewal.js'
import { iceServersFor } from '../../../src/infrastructure/ice/ice-servers-for.js'
import type { GivenIceServers } from '../../../src/infrastructure/ice/ice-servers-for.js'
import type { VirtualClock } from '../../kit/index.js'
import { firstInstant, virtualClock } from '../../kit/index.js'
import { builtInProtocols } from '../../../src/plugins.js'

const hourMs = 3_600_000
const minuteMs = 60_000
const main = roomId('main')

interface Scene {
  readonly clock: VirtualClock
  readonly renewal: IceRenewal
}

const scene = (lifetimeMs: number | null = 4 * hourMs): Scene => {
  const clock = virtualClock()
  const turn = lifetimeMs === null ? null : { urls: ['turn:t.example.org'], secret: 'north', lifetimeMs }
  return {
    clock,
    renewal: createIceRenewal({
      clock,
      iceServersFor: iceServersFor({ clock, fixed: [], turn }),
      protocols: builtInProtocols,
    }),
  }
}

/** A connection, and when it was sent what. */
class Device {
  readonly sent: Array<{ readonly at: Instant; readonly given: GivenIceServers }> = []
  readonly memberships = new Map<RoomId, MemberId>()
  readonly current = new Map<ProtocolName, RoomId>()
  readonly id: ConnectionId
  ended: object | null = null
  /** Whatever else is to happen when it is sent something. */
  onSent: (given: GivenIceServers) => void = () => undefined

  constructor(
    readonly clock: VirtualClock,
    name: string,
  ) {
    this.id = connectionId(name)
  }

  readonly link = {
    emit: (_event: string, given: GivenIceServers) => {
      this.sent.push({ at: this.clock.now(), given })
      this.onSent(given)
    },
  }

  enters(dialect: ProtocolName, room = main): MemberId {
    const member = memberId(`member-of-${this.id}`)
    this.memberships.set(room, member)
    this.current.set(dialect, room)
    return member
  }
}

const sentTo = ({ sent }: Device): ReadonlyArray<readonly [Instant, Instant | null]> =>
  sent.map(({ at, given }) => [at - firstInstant, (given.expiresAt ?? 0) - firstInstant])

describe('ICE servers are renewed', () => {
  it('five minutes before the end, again and again, for as long as the connection lasts', () => {
    const { clock, renewal } = scene()
    const device = new Device(clock, 'ann')
    const given = renewal.give(device, device.enters('mesh'))
    expect(given.expiresAt).toBe(firstInstant + 4 * hourMs)
    clock.advance(10 * hourMs)
    expect(sentTo(device)).toStrictEqual([
      [4 * hourMs - 5 * minuteMs, 8 * hourMs - 5 * minuteMs],
      [8 * hourMs - 10 * minuteMs, 12 * hourMs - 10 * minuteMs],
    ])
    renewal.gone(device.id)
    clock.advance(10 * hourMs)
    expect(device.sent).toHaveLength(2)
    expect(clock.pending()).toStrictEqual([])
  })

  it('a quarter of their life before the end, where that is short', () => {
    const { clock, renewal } = scene(minuteMs)
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enters('mesh'))
    clock.advance(91_000)
    expect(sentTo(device)).toStrictEqual([
      [45_000, 105_000],
      [90_000, 150_000],
    ])
  })

  it('for the member to whom they were given, with a new password each time', () => {
    const { clock, renewal } = scene()
    const device = new Device(clock, 'ann')
    const first = renewal.give(device, device.enters('mesh')).iceServers
    clock.advance(4 * hourMs)
    const second = device.sent[0]?.given.iceServers ?? []
    expect(second[0]?.username).toMatch(/^\d+:member-of-ann$/)
    expect(second[0]?.credential).not.toBe(first[0]?.credential)
  })

  it('before the first of several ends, when a second room was joined later', () => {
    const { clock, renewal } = scene()
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enters('picker'))
    clock.advance(3 * hourMs)
    renewal.give(device, device.enters('mesh', roomId('room_abc')))
    clock.advance(hourMs)
    expect(sentTo(device)).toStrictEqual([[4 * hourMs - 5 * minuteMs, 8 * hourMs - 5 * minuteMs]])
  })

  it('at once, when time has stood still beyond their end', () => {
    const { clock, renewal } = scene()
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enters('mesh'))
    clock.standStill(20 * hourMs)
    clock.advance(0)
    expect(sentTo(device)).toStrictEqual([[20 * hourMs, 24 * hourMs]])
  })

  it('at once on a connection that goes on where another has ended', () => {
    const { clock, renewal } = scene()
    const [before, after] = [new Device(clock, 'ann'), new Device(clock, 'ann-again')]
    renewal.give(before, before.enters('mesh'))
    clock.advance(hourMs)
    before.ended = { lost: true }
    renewal.gone(before.id)
    after.enters('mesh')
    renewal.resume(after)
    clock.advance(4 * hourMs)
    expect(before.sent).toStrictEqual([])
    expect(sentTo(after)).toStrictEqual([
      [hourMs, 5 * hourMs],
      [5 * hourMs - 5 * minuteMs, 9 * hourMs - 5 * minuteMs],
    ])
  })

  it('when sending to another of the same moment has failed', () => {
    const { clock, renewal } = scene()
    const [ann, bob] = [new Device(clock, 'ann'), new Device(clock, 'bob')]
    ann.onSent = () => {
      throw new Error('a defect')
    }
    renewal.give(ann, ann.enters('mesh'))
    renewal.give(bob, bob.enters('mesh'))
    expect(() => clock.advance(4 * hourMs)).toThrow('a defect')
    clock.advanceTo(firstInstant + 4 * hourMs)
    expect([ann.sent.length, bob.sent.length, renewal.size()]).toStrictEqual([1, 1, 2])
  })
})

describe('ICE servers are not renewed', () => {
  it('where nothing ends', () => {
    const { clock, renewal } = scene(null)
    const device = new Device(clock, 'ann')
    const given = renewal.give(device, device.enters('mesh'))
    renewal.resume(device)
    expect([given.expiresAt, renewal.size(), clock.pending(), device.sent]).toStrictEqual([null, 0, [], []])
  })

  it('for somebody who has left every call, and again once it joins another', () => {
    const { clock, renewal } = scene()
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enters('mesh'))
    device.current.delete('mesh')
    clock.advance(8 * hourMs)
    expect([device.sent, renewal.size(), clock.pending()]).toStrictEqual([[], 0, []])
    renewal.give(device, device.enters('mesh'))
    clock.advance(4 * hourMs)
    expect(device.sent).toHaveLength(1)
  })

  it('for a connection that had ended before it was answered', () => {
    const { clock, renewal } = scene()
    const device = new Device(clock, 'ann')
    device.ended = { lost: true }
    renewal.give(device, device.enters('mesh'))
    expect([renewal.size(), clock.pending()]).toStrictEqual([0, []])
  })

  it('on a connection that comes back to no call', () => {
    const { clock, renewal } = scene()
    const [idle, inParty] = [new Device(clock, 'idle'), new Device(clock, 'ann')]
    inParty.enters('party')
    renewal.resume(idle)
    renewal.resume(inParty)
    expect([idle.sent, inParty.sent, renewal.size()]).toStrictEqual([[], [], 0])
  })
})

type Step =
  | { readonly type: 'joins' | 'comes-back'; readonly who: number; readonly dialect: ProtocolName }
  | { readonly type: 'ends' | 'leaves'; readonly who: number }
  /** So many tenths of what credentials live. */
  | { readonly type: 'passes'; readonly tenths: number }

describe('whoever is in a call', () => {
  it('holds credentials that are good, at every instant, and nobody else is kept or sent any', () => {
    const who = fc.nat({ max: 3 })
    const dialect = fc.constantFrom<ProtocolName>('mesh', 'picker')
    const step = fc.oneof(
      fc.record({ type: fc.constantFrom<'joins' | 'comes-back'>('joins', 'comes-back'), who, dialect }),
      fc.record({ type: fc.constantFrom<'ends' | 'leaves'>('ends', 'leaves'), who }),
      fc.record({ type: fc.constant<'passes'>('passes'), tenths: fc.nat({ max: 25 }) }),
    )
    const lifetime = fc.integer({ min: minuteMs, max: 24 * hourMs })
    fc.assert(
      fc.property(lifetime, fc.array(step, { maxLength: 60 }), (lifetimeMs, steps) => {
        const { clock, renewal } = scene(lifetimeMs)
        const devices = new Map<number, Device>()
        /** The ends of all that a device was given since it was last sent new ones, and may still use. */
        const held = new Map<Device, ReadonlyArray<Instant>>()
        let connections = 0

        const isGood = (device: Device): void => {
          for (const end of held.get(device) ?? []) expect(end).toBeGreaterThan(clock.now())
        }
        const deviceOf = (number: number): Device => {
          const known = devices.get(number)
          if (known !== undefined) return known
          const device = new Device(clock, `device-${connections++}`)
          device.onSent = ({ expiresAt }) => {
            expect(device.ended).toBeNull()
            expect(device.current.size).toBeGreaterThan(0)
            isGood(device)
            held.set(device, [expiresAt ?? 0])
          }
          devices.set(number, device)
          return device
        }
        const take = (each: Step): void => {
          if (each.type === 'passes') return clock.advance(Math.floor((lifetimeMs * each.tenths) / 10))
          const device = deviceOf(each.who)
          switch (each.type) {
            case 'joins': {
              const { expiresAt } = renewal.give(device, device.enters(each.dialect))
              held.set(device, [...(held.get(device) ?? []), expiresAt ?? 0])
              return
            }
            case 'comes-back':
              device.enters(each.dialect)
              return renewal.resume(device)
            case 'leaves':
              device.current.clear()
              held.delete(device)
              return
            case 'ends':
              device.ended = { lost: true }
              held.delete(device)
              devices.delete(each.who)
              return renewal.gone(device.id)
          }
        }

        for (const each of steps) {
          take(each)
          for (const device of devices.values()) isGood(device)
          expect(clock.pending()).toHaveLength(renewal.size())
          expect(renewal.size()).toBeLessThanOrEqual(devices.size)
        }
        for (const { id } of devices.values()) renewal.gone(id)
        expect([renewal.size(), clock.pending()]).toStrictEqual([0, []])
      }),
      { numRuns: 300 },
    )
  })
})
