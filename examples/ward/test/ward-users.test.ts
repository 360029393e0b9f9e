import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UserRole } from 'roomreel'
import { bedCount } from '../ward.js'
import type { Alert, Bed } from '../ward.js'
import { personOf, startWard, tokenLifetimeMs } from './running-ward.js'
import type { Person, RunningWard } from './running-ward.js'

let ward: RunningWard
let paged: Array<Alert> = []

beforeEach(async () => {
  paged = []
  ward = await startWard({ page: async (alert) => void paged.push(alert) })
})
afterEach(() => ward.close())

const onWard = async (user: string, ...roles: ReadonlyArray<UserRole>): Promise<Person> => {
  const person = await ward.person(user, ...roles)
  expect(await person.codeOf('ward:enter')).toBe('ok')
  return person
}

/** The head of the ward, after bed 3 has got a patient. */
const headWithPatient = async (): Promise<Person> => {
  const head = await ward.person('head', 'admin')
  expect(await head.codeOf('bed:admit', { bed: 3 })).toBe('ok')
  return head
}

const free = (number: number): Bed => ({ number, isOccupied: false, alerts: [], notes: [] })

const occupied = (number: number) => ({ ...free(number), isOccupied: true })

const bedsWith = (bed: Bed) => ({
  beds: Array.from({ length: bedCount }, (_, index) => (index + 1 === bed.number ? bed : free(index + 1))),
})

describe('the ward', () => {
  it('sends an alert of a nurse to all staff on the ward, and lets exactly one acknowledge it', async () => {
    await headWithPatient()
    const ann = await onWard('ann', 'staff')
    const bob = await onWard('bob', 'staff')
    const cy = await onWard('cy', 'admin')
    const outside = await ward.person('dan', 'staff')
    const alert = { id: 1, bed: 3, kind: 'fall', raisedBy: 'ann', acknowledgedBy: null }
    expect(await ann.ask('alert:raise', { bed: 3, kind: 'fall' })).toEqual({ success: true, alert })
    expect(await bob.ask('alert:raise', { bed: 3, kind: 'fall' })).toEqual({ success: true, alert })
    const acknowledgement = { alertId: 1 }
    const codes = await Promise.all(
      [bob, cy].map(({ codeOf }) => codeOf('alert:acknowledge', acknowledgement)),
    )
    expect(codes.toSorted()).toEqual(['alert-acknowledged', 'ok'])
    const acknowledged = { ...alert, acknowledgedBy: codes[0] === 'ok' ? 'bob' : 'cy' }
    for (const { ask, events } of [ann, bob, cy]) {
      // A connection keeps its order: what was sent before this reply has arrived.
      await ask('alert:acknowledge', { alertId: 7 })
      expect(events).toEqual([
        ['ward', bedsWith(occupied(3))],
        ['alert', alert],
        ['alert', acknowledged],
      ])
    }
    await outside.ask('alert:acknowledge', { alertId: 7 })
    expect(outside.events).toEqual([])
  })

  it('sends its state to newcomers', async () => {
    await headWithPatient()
    const ann = await ward.person('ann', 'staff')
    await ann.ask('alert:raise', { bed: 3, kind: 'help' })
    await ann.ask('alert:acknowledge', { alertId: 1 })
    await ann.ask('note:add', { bed: 3, text: 'Sleeps well' })
    const { events } = await onWard('bob', 'staff')
    const alert: Alert = { id: 1, bed: 3, kind: 'help', raisedBy: 'ann', acknowledgedBy: 'ann' }
    const note = { bed: 3, text: 'Sleeps well', by: 'ann' }
    expect(events).toEqual([['ward', bedsWith({ ...occupied(3), alerts: [alert], notes: [note] })]])
  })

  it('sends its state before a change that follows at once', async () => {
    const { ask, events } = await headWithPatient()
    await Promise.all([ask('ward:enter'), ask('bed:discharge', { bed: 3 })])
    expect(events).toEqual([
      ['ward', bedsWith(occupied(3))],
      ['bed', free(3)],
    ])
  })

  it('pages the doctor on duty in an emergency, once', async () => {
    await headWithPatient()
    const ann = await ward.person('ann', 'staff')
    for (const kind of ['fall', 'emergency', 'emergency']) await ann.ask('alert:raise', { bed: 3, kind })
    expect(paged).toEqual([{ id: 2, bed: 3, kind: 'emergency', raisedBy: 'ann', acknowledgedBy: null }])
  })
})

describe('the users of the ward', () => {
  const everyRole = ['', 'staff', 'admin', 'super_admin'] as const

  it.each<[event: string, payload: unknown, allowed: ReadonlyArray<UserRole>]>([
    ['ward:enter', undefined, ['staff', 'admin', 'super_admin']],
    ['bed:admit', { bed: 5 }, ['admin', 'super_admin']],
    ['bed:discharge', { bed: 3 }, ['admin', 'super_admin']],
    ['alert:raise', { bed: 3, kind: 'help' }, ['staff', 'admin', 'super_admin']],
    ['alert:acknowledge', { alertId: 1 }, ['staff', 'admin', 'super_admin']],
    ['note:add', { bed: 3, text: 'Sleeps well' }, ['staff', 'admin', 'super_admin']],
  ])('may send %s with exactly the roles of its handler', async (event, payload, allowed) => {
    await headWithPatient()
    const admitted: Array<string> = []
    for (const role of everyRole) {
      const person = await ward.person('ann', ...(role === '' ? [] : [role]))
      if ((await person.codeOf(event, payload)) !== 'access-denied') admitted.push(role)
    }
    expect(admitted).toEqual(allowed)
  })

  it('need a token: a visitor has the rooms only', async () => {
    const visitor = { userId: 'eve', name: 'Eve' }
    expect(await personOf(ward.connect(visitor)).codeOf('ward:enter')).toBe('unauthenticated')
    const room = { room: 'bed-3', create: true }
    expect(await ward.connect(visitor, '/rooms').emitWithAck('join', room)).toMatchObject({ success: true })
  })

  it('are refused with a forged token', async () => {
    const [header, claims, signature = ''] = (await ward.tokenOf('ann', 'staff')).split('.')
    const forged = [header, claims, [...signature].toReversed().join('')].join('.')
    const socket = ward.connect({ token: forged })
    const error = await new Promise((resolve) => socket.once('connect_error', resolve))
    expect(error).toMatchObject({ data: { code: 'unauthenticated' } })
  })

  it('have the same identity in rooms', async () => {
    const socket = ward.connect({ token: await ward.tokenOf('ann', 'staff') }, '/rooms')
    const { state } = (await socket.emitWithAck('join', { room: 'handover', create: true })) as {
      readonly state: { readonly members: Readonly<Record<string, { readonly userId: string }>> }
    }
    expect(Object.values(state.members).map(({ userId }) => userId)).toEqual(['ann'])
  })

  it('receive nothing more when a new token has lost the role', async () => {
    await headWithPatient()
    const token = await ward.tokenOf('ann', 'staff')
    const ann = personOf(ward.connect({ token }, '/ward', true))
    expect(await ann.codeOf('ward:enter')).toBe('ok')
    const inRooms = ward.connect({ token }, '/rooms', true)
    ward.clock.advance(1_000)
    const lowered = { token: await ward.tokenOf('ann') }
    expect(await inRooms.emitWithAck('auth:refresh', lowered)).toMatchObject({ success: true })
    const bob = await onWard('bob', 'staff')
    await bob.ask('alert:raise', { bed: 3, kind: 'help' })
    expect(await ann.codeOf('ward:enter')).toBe('access-denied')
    expect(ann.events.map(([event]) => event)).toEqual(['ward'])
    expect(bob.events.map(([event]) => event)).toEqual(['ward', 'alert'])
  })

  it('are disconnected when their token expires', async () => {
    const { socket } = await onWard('ann', 'staff')
    const closed = new Promise((resolve) => socket.once('disconnect', resolve))
    ward.clock.advance(tokenLifetimeMs)
    expect(await closed).toBe('io server disconnect')
  })
})
