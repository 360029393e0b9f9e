import { fc, test } from '@fast-check/vitest'
import { describe, expect, it } from 'vitest'
import type { Alert, Bed, Outcome } from '../ward.js'
import { alertKinds, bedCount, maxAcknowledgedAlerts, maxNotes, Ward } from '../ward.js'

type Request = (ward: Ward) => Outcome<unknown>

const bed = fc.integer({ min: 1, max: 2 })
const user = fc.constantFrom('ann', 'bob')
const requests = fc.oneof(
  bed.map(
    (number): Request =>
      (ward) =>
        ward.admit(number),
  ),
  bed.map(
    (number): Request =>
      (ward) =>
        ward.discharge(number),
  ),
  fc.tuple(bed, fc.constantFrom(...alertKinds), user).map(
    ([number, kind, by]): Request =>
      (ward) =>
        ward.raise(number, kind, by),
  ),
  fc.tuple(fc.integer({ min: 1, max: 8 }), user).map(
    ([id, by]): Request =>
      (ward) =>
        ward.acknowledge(id, by),
  ),
  fc.tuple(bed, fc.string(), user).map(
    ([number, text, by]): Request =>
      (ward) =>
        ward.addNote(number, text, by),
  ),
)

const alertsOf = (ward: Ward): ReadonlyArray<Alert> => ward.state().flatMap(({ alerts }) => alerts)

const occupied = (number: number): Ward => {
  const ward = new Ward()
  ward.admit(number)
  return ward
}

describe('a ward', () => {
  test.prop([fc.array(requests)])('changes exactly when an outcome says so', (session) => {
    const ward = new Ward()
    for (const request of session) {
      const before = JSON.stringify(ward.state())
      const { type } = request(ward)
      expect([type, JSON.stringify(ward.state()) !== before]).toEqual([type, type === 'changed'])
    }
  })

  test.prop([fc.array(requests)])('never gives an alert to a second user', (session) => {
    const ward = new Ward()
    const owners = new Map<number, string>()
    for (const request of session) {
      request(ward)
      for (const { id, acknowledgedBy } of alertsOf(ward)) {
        const owner = owners.get(id)
        if (owner !== undefined) expect(acknowledgedBy).toBe(owner)
        if (acknowledgedBy !== null) owners.set(id, acknowledgedBy)
      }
    }
  })

  test.prop([fc.array(requests)])('has nothing of a patient in a free bed', (session) => {
    const ward = new Ward()
    for (const request of session) request(ward)
    for (const { isOccupied, alerts, notes } of ward.state())
      if (!isOccupied) expect([alerts, notes]).toEqual([[], []])
  })

  it('keeps the newest notes and acknowledged alerts of a bed, and every open alert', () => {
    const ward = occupied(1)
    ward.raise(1, 'fall', 'ann')
    const ids = Array.from({ length: maxAcknowledgedAlerts + 1 }, (_, index) => index + 2)
    for (const id of ids) {
      expect(ward.raise(1, 'help', 'ann')).toMatchObject({ type: 'changed', value: { id } })
      ward.acknowledge(id, 'bob')
    }
    for (let note = 0; note <= maxNotes; note++) ward.addNote(1, `note ${note}`, 'ann')
    const [first] = ward.state()
    expect(first?.alerts.map(({ id }) => id)).toEqual([1, ...ids.slice(1)])
    expect(first?.notes.map(({ text }) => text)).toEqual(
      Array.from({ length: maxNotes }, (_, index) => `note ${index + 1}`),
    )
  })

  it('does not raise an open alert of a kind twice', () => {
    const ward = occupied(3)
    const raised = ward.raise(3, 'fall', 'ann')
    expect(ward.raise(3, 'fall', 'bob')).toEqual({ ...raised, type: 'unchanged' })
    expect(ward.raise(3, 'help', 'bob')).toMatchObject({ type: 'changed' })
    ward.acknowledge(1, 'bob')
    expect(ward.raise(3, 'fall', 'bob')).toMatchObject({ type: 'changed' })
  })

  it('acknowledges an alert once, also if the same user repeats the request', () => {
    const ward = occupied(3)
    ward.raise(3, 'fall', 'ann')
    const acknowledged = ward.acknowledge(1, 'bob')
    expect(acknowledged).toMatchObject({ type: 'changed', value: { acknowledgedBy: 'bob' } })
    expect(ward.acknowledge(1, 'bob')).toEqual({ ...acknowledged, type: 'unchanged' })
    expect(ward.acknowledge(1, 'ann')).toEqual({ type: 'rejected', code: 'alert-acknowledged' })
  })

  it('rejects what its state does not allow', () => {
    const ward = occupied(3)
    ward.raise(3, 'fall', 'ann')
    ward.acknowledge(1, 'bob')
    expect([
      ward.admit(3),
      ward.discharge(4),
      ward.raise(4, 'fall', 'ann'),
      ward.addNote(4, 'Sleeps well', 'ann'),
      ward.acknowledge(2, 'ann'),
      ward.acknowledge(1, 'ann'),
    ]).toEqual(
      ['bed-occupied', 'bed-free', 'bed-free', 'bed-free', 'alert-unknown', 'alert-acknowledged'].map(
        (code) => ({ type: 'rejected', code }),
      ),
    )
  })

  it('begins with free beds, numbered from 1', () => {
    const free = (number: number): Bed => ({ number, isOccupied: false, alerts: [], notes: [] })
    expect(new Ward().state()).toEqual(Array.from({ length: bedCount }, (_, index) => free(index + 1)))
    expect(() => new Ward().admit(bedCount + 1)).toThrow(RangeError)
  })
})
