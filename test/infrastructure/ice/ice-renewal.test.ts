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

interface Harness {
  readonly clock: VirtualClock
  readonly renewal: IceRenewal
}

const createHarness = (lifetimeMs: number | null = 4 * hourMs): Harness => {
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

/** A connection that records its emits. */
class Device {
  readonly sent: Array<{ readonly at: Instant; readonly given: GivenIceServers }> = []
  readonly memberships = new Map<RoomId, MemberId>()
  readonly current = new Map<ProtocolName, RoomId>()
  readonly id: ConnectionId
  ended: object | null = null
  /** Called for each emit. */
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

  enter(protocol: ProtocolName, room = main): MemberId {
    const member = memberId(`member-of-${this.id}`)
    this.memberships.set(room, member)
    this.current.set(protocol, room)
    return member
  }
}

const sentTo = ({ sent }: Device): ReadonlyArray<readonly [Instant, Instant | null]> =>
  sent.map(({ at, given }) => [at - firstInstant, (given.expiresAt ?? 0) - firstInstant])

describe('ICE servers are renewed', () => {
  it('five minutes before they expire, each time, until the connection ends', () => {
    const { clock, renewal } = createHarness()
    const device = new Device(clock, 'ann')
    const given = renewal.give(device, device.enter('mesh'))
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

  it('a quarter of a short lifetime before they expire', () => {
    const { clock, renewal } = createHarness(minuteMs)
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enter('mesh'))
    clock.advance(91_000)
    expect(sentTo(device)).toStrictEqual([
      [45_000, 105_000],
      [90_000, 150_000],
    ])
  })

  it('for the same member, with a new password each time', () => {
    const { clock, renewal } = createHarness()
    const device = new Device(clock, 'ann')
    const first = renewal.give(device, device.enter('mesh')).iceServers
    clock.advance(4 * hourMs)
    const second = device.sent[0]?.given.iceServers ?? []
    expect(second[0]?.username).toMatch(/^\d+:member-of-ann$/)
    expect(second[0]?.credential).not.toBe(first[0]?.credential)
  })

  it('before the first of them expires, when a second room was joined later', () => {
    const { clock, renewal } = createHarness()
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enter('picker'))
    clock.advance(3 * hourMs)
    renewal.give(device, device.enter('mesh', roomId('room_abc')))
    clock.advance(hourMs)
    expect(sentTo(device)).toStrictEqual([[4 * hourMs - 5 * minuteMs, 8 * hourMs - 5 * minuteMs]])
  })

  it('at once when the process was suspended until after they expired', () => {
    const { clock, renewal } = createHarness()
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enter('mesh'))
    clock.standStill(20 * hourMs)
    clock.advance(0)
    expect(sentTo(device)).toStrictEqual([[20 * hourMs, 24 * hourMs]])
  })

  it('at once for a connection that resumes the session of another', () => {
    const { clock, renewal } = createHarness()
    const [before, after] = [new Device(clock, 'ann'), new Device(clock, 'ann-again')]
    renewal.give(before, before.enter('mesh'))
    clock.advance(hourMs)
    before.ended = { lost: true }
    renewal.gone(before.id)
    after.enter('mesh')
    renewal.resume(after)
    clock.advance(4 * hourMs)
    expect(before.sent).toStrictEqual([])
    expect(sentTo(after)).toStrictEqual([
      [hourMs, 5 * hourMs],
      [5 * hourMs - 5 * minuteMs, 9 * hourMs - 5 * minuteMs],
    ])
  })

  it('although an emit to another connection at the same instant has failed', () => {
    const { clock, renewal } = createHarness()
    const [ann, bob] = [new Device(clock, 'ann'), new Device(clock, 'bob')]
    ann.onSent = () => {
      throw new Error('a defect')
    }
    renewal.give(ann, ann.enter('mesh'))
    renewal.give(bob, bob.enter('mesh'))
    expect(() => clock.advance(4 * hourMs)).toThrow('a defect')
    clock.advanceTo(firstInstant + 4 * hourMs)
    expect([ann.sent.length, bob.sent.length, renewal.size()]).toStrictEqual([1, 1, 2])
  })
})

describe('ICE servers are not renewed', () => {
  it('when none expires', () => {
    const { clock, renewal } = createHarness(null)
    const device = new Device(clock, 'ann')
    const given = renewal.give(device, device.enter('mesh'))
    renewal.resume(device)
    expect([given.expiresAt, renewal.size(), clock.pending(), device.sent]).toStrictEqual([null, 0, [], []])
  })

  it('for a connection that has left every call, until it joins another', () => {
    const { clock, renewal } = createHarness()
    const device = new Device(clock, 'ann')
    renewal.give(device, device.enter('mesh'))
    device.current.delete('mesh')
    clock.advance(8 * hourMs)
    expect([device.sent, renewal.size(), clock.pending()]).toStrictEqual([[], 0, []])
    renewal.give(device, device.enter('mesh'))
    clock.advance(4 * hourMs)
    expect(device.sent).toHaveLength(1)
  })

  it('for a connection that ended before the reply', () => {
    const { clock, renewal } = createHarness()
    const device = new Device(clock, 'ann')
    device.ended = { lost: true }
    renewal.give(device, device.enter('mesh'))
    expect([renewal.size(), clock.pending()]).toStrictEqual([0, []])
  })

  it('for a connection that resumes a session without a call', () => {
    const { clock, renewal } = createHarness()
    const [idle, inParty] = [new Device(clock, 'idle'), new Device(clock, 'ann')]
    inParty.enter('party')
    renewal.resume(idle)
    renewal.resume(inParty)
    expect([idle.sent, inParty.sent, renewal.size()]).toStrictEqual([[], [], 0])
  })
})

type Step =
  | { readonly type: 'join' | 'resume'; readonly device: number; readonly protocol: ProtocolName }
  | { readonly type: 'end' | 'leave'; readonly device: number }
  /** In tenths of the lifetime of credentials. */
  | { readonly type: 'time'; readonly tenths: number }

describe('for any joins, leaves, resumptions and ends, the renewal', () => {
  it('gives every member of a call valid credentials at every instant, and no other connection', () => {
    const anyDevice = fc.nat({ max: 3 })
    const anyProtocol = fc.constantFrom<ProtocolName>('mesh', 'picker')
    const step = fc.oneof(
      fc.record({
        type: fc.constantFrom<'join' | 'resume'>('join', 'resume'),
        device: anyDevice,
        protocol: anyProtocol,
      }),
      fc.record({ type: fc.constantFrom<'end' | 'leave'>('end', 'leave'), device: anyDevice }),
      fc.record({ type: fc.constant<'time'>('time'), tenths: fc.nat({ max: 25 }) }),
    )
    const lifetime = fc.integer({ min: minuteMs, max: 24 * hourMs })
    fc.assert(
      fc.property(lifetime, fc.array(step, { maxLength: 60 }), (lifetimeMs, steps) => {
        const { clock, renewal } = createHarness(lifetimeMs)
        const devices = new Map<number, Device>()
        /** When the ICE servers expire that a device may still use. */
        const expiries = new Map<Device, ReadonlyArray<Instant>>()
        let connections = 0

        const expectValid = (device: Device): void => {
          for (const end of expiries.get(device) ?? []) expect(end).toBeGreaterThan(clock.now())
        }
        const deviceOf = (number: number): Device => {
          const present = devices.get(number)
          if (present !== undefined) return present
          const device = new Device(clock, `device-${connections++}`)
          device.onSent = ({ expiresAt }) => {
            expect(device.ended).toBeNull()
            expect(device.current.size).toBeGreaterThan(0)
            expectValid(device)
            expiries.set(device, [expiresAt ?? 0])
          }
          devices.set(number, device)
          return device
        }
        const runStep = (each: Step): void => {
          if (each.type === 'time') return clock.advance(Math.floor((lifetimeMs * each.tenths) / 10))
          const device = deviceOf(each.device)
          switch (each.type) {
            case 'join': {
              const { expiresAt } = renewal.give(device, device.enter(each.protocol))
              expiries.set(device, [...(expiries.get(device) ?? []), expiresAt ?? 0])
              return
            }
            case 'resume':
              device.enter(each.protocol)
              return renewal.resume(device)
            case 'leave':
              device.current.clear()
              expiries.delete(device)
              return
            case 'end':
              device.ended = { lost: true }
              expiries.delete(device)
              devices.delete(each.device)
              return renewal.gone(device.id)
          }
        }

        for (const each of steps) {
          runStep(each)
          for (const device of devices.values()) expectValid(device)
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
