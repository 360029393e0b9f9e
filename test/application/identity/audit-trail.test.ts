import * as E from '#fp/Either'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import type { AuditTrail } from '../../../src/application/identity/audit-trail.js'
import { createAuditTrail } from '../../../src/application/identity/audit-trail.js'
import type { AuditStore } from '../../../src/application/ports/audit-trail.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { trailOf } from '../../kit/audited.js'
import { seededEntropy } from '../../kit/seeded-entropy.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'

/** A trail on a store that fails while `isDown`. */
const scene = () => {
  const clock = virtualClock()
  const memory = memoryEventStore()
  const state = { isDown: false, writes: 0 }
  const store: AuditStore = {
    ...memory.audit,
    record: (entries) => async () => {
      state.writes++
      if (state.isDown) return E.left({ type: 'unavailable', problem: 'the disk is full' })
      return memory.audit.record(entries)()
    },
  }
  const reports: Array<readonly [string, number]> = []
  const trail = createAuditTrail({
    store,
    clock,
    entropy: seededEntropy('audit'),
    monitor: { audit: (what, count) => void reports.push([what, count]) },
    node: 'node-1',
  })
  const records = () => trailOf(memory)
  return { clock, state, trail, reports, records }
}

const principal = { userId: 'ann', isVerified: true, roles: ['admin'] as const }

const request = (trail: AuditTrail, action = '/ leave', address = '192.0.2.1') =>
  trail.scopeOf({ principal, address, action })

const recorded = (trail: AuditTrail, scope = request(trail), code: string | null = null): Promise<boolean> =>
  new Promise((resolve) => trail.record(scope, code, resolve))

describe('a record of the audit trail', () => {
  test('has the scope of its request, and is durable when the callback is called', async () => {
    const { clock, trail, records } = scene()
    const scope = trail.scopeOf({ principal, address: null, action: 'GET /rooms', room: roomId('a') })
    scope.target = 'bob'
    expect(await recorded(trail, scope)).toBe(true)
    expect(scope.isRecorded).toBe(true)
    expect(await records()).toMatchObject([
      {
        at: clock.now(),
        user: 'ann',
        isVerified: true,
        roles: ['admin'],
        room: 'a',
        action: 'GET /rooms',
        target: 'bob',
        outcome: 'accepted',
        reason: null,
        node: 'node-1',
        address: null,
      },
    ])
  })

  test('has the statement of an accepted request, and the code of a refused one', async () => {
    const { trail, records } = scene()
    for (const code of [null, 'access-denied']) {
      const scope = request(trail)
      scope.statement = 'a patient is unconscious'
      await recorded(trail, scope, code)
    }
    expect((await records()).map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['accepted', 'a patient is unconscious'],
      ['refused', 'access-denied'],
    ])
  })

  test('shares its write with all records of the same turn, in their order', async () => {
    const { trail, records, state } = scene()
    const scopes = Array.from({ length: 20 }, () => request(trail))
    await Promise.all(scopes.map((scope) => recorded(trail, scope)))
    expect(state.writes).toBe(1)
    expect((await records()).map((each) => each.request)).toEqual(scopes.map((each) => each.request))
    expect(new Set(scopes.map((each) => each.request)).size).toBe(20)
  })

  test('is counted if the store fails, and written as a sum when the store is back', async () => {
    const { clock, trail, records, state, reports } = scene()
    state.isDown = true
    expect(await recorded(trail)).toBe(false)
    expect(await recorded(trail)).toBe(false)
    await clock.advanceSettled(5_000)
    expect(await records()).toEqual([])
    state.isDown = false
    await clock.advanceSettled(1_000)
    expect(await records()).toMatchObject([
      { user: 'ann', action: '/ leave', outcome: 'refused', reason: 'store-unavailable', count: 2 },
    ])
    expect(reports.filter(([what]) => what === 'recorded')).toEqual([['recorded', 1]])
  })

  test('fails at once beyond 10 000 waiting ones', async () => {
    const { trail } = scene()
    const outcomes: Array<boolean> = []
    for (let each = 0; each < 10_001; each++) trail.record(request(trail), null, (is) => outcomes.push(is))
    expect(outcomes).toEqual([false])
    await settled()
    expect(outcomes.filter(Boolean)).toHaveLength(10_000)
    await trail.stop()
  })
})

describe('refused requests that are counted', () => {
  test('become one record per second, user, address, action and code', async () => {
    const { clock, trail, records } = scene()
    for (let each = 0; each < 500; each++) trail.countRefused(request(trail), 'rate-limited')
    trail.countRefused(request(trail, '/ leave', '192.0.2.2'), 'rate-limited')
    trail.countRefused(request(trail, '/ offer'), 'rate-limited')
    trail.countRefused(request(trail), 'unauthenticated')
    expect(await records()).toEqual([])
    await clock.advanceSettled(1_000)
    trail.countRefused(request(trail), 'rate-limited')
    await clock.advanceSettled(1_000)
    expect(
      (await records()).map(({ address, action, reason, count }) => [address, action, reason, count]),
    ).toEqual([
      ['192.0.2.1', '/ leave', 'rate-limited', 500],
      ['192.0.2.2', '/ leave', 'rate-limited', undefined],
      ['192.0.2.1', '/ offer', 'rate-limited', undefined],
      ['192.0.2.1', '/ leave', 'unauthenticated', undefined],
      ['192.0.2.1', '/ leave', 'rate-limited', undefined],
    ])
    await clock.advanceSettled(10_000)
    expect(await records()).toHaveLength(5)
  })

  test.prop([
    fc.array(
      fc.record({ address: fc.nat({ max: 2_000 }), times: fc.nat({ max: 3 }), isDown: fc.boolean() }),
      {
        maxLength: 60,
      },
    ),
    fc.boolean(),
  ])('are all in the trail, in bounded sums, also with a store that fails', async (steps, isFlooded) => {
    const { clock, trail, records, state } = scene()
    let counted = 0
    const count = (address: string): void => {
      trail.countRefused(request(trail, '/ leave', address), 'rate-limited')
      counted++
    }
    if (isFlooded) for (let each = 0; each < 1_500; each++) count(`flood ${each}`)
    for (const { address, times, isDown } of steps) {
      state.isDown = isDown
      for (let each = 0; each < times; each++) count(`${address}`)
      if (address % 3 === 0) await clock.advanceSettled(address)
    }
    state.isDown = false
    await trail.stop()
    const sums = await records()
    expect(sums.reduce((sum, each) => sum + (each.count ?? 1), 0)).toBe(counted)
    const instants = new Set(sums.map(({ at }) => at))
    for (const at of instants) expect(sums.filter((each) => each.at === at).length).toBeLessThanOrEqual(1_001)
  })

  test('beyond 1 000 sums are one sum without a user and an address', async () => {
    const { clock, trail, records } = scene()
    for (let each = 0; each < 3_000; each++)
      trail.countRefused(request(trail, '/ leave', `a ${each}`), 'rate-limited')
    await clock.advanceSettled(1_000)
    const found = await records()
    expect(found).toHaveLength(1_001)
    expect(found.at(-1)).toMatchObject({
      user: null,
      address: null,
      action: 'other',
      reason: 'other',
      count: 2_000,
    })
  })
})
