import { describe, expect, test } from 'vitest'
import { entryIn, withEntry } from '../../../src/domain/kernel/table.js'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomState } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { Fold } from '../../../src/infrastructure/cli/fold-verifier.js'
import {
  createFoldVerifier,
  NotJson,
  createJsonEquality,
  createJsonRoundTrip,
} from '../../../src/infrastructure/cli/fold-verifier.js'
import { board, main } from './recorded-rooms.js'

const { evolve, redactEvent, redactState } = builtInModel

/** The first finding and its record. */
const firstFinding = (
  records: ReadonlyArray<RoomRecord>,
  fold: Partial<Fold> = {},
): readonly [number, string] | null => {
  const check = createFoldVerifier(roomId('main'), { evolve, redactState, redactEvent, ...fold })
  for (const record of records) {
    const problem = check.next(record)
    if (problem !== null) return [record.seq, problem]
  }
  const problem = check.end()
  return problem === null ? null : [Infinity, problem]
}

const log = main().log()
const roundTripProblem = 'folds to another state after a JSON round trip'
const redactionProblem = 'folds to another state from redacted events than from stored ones'

describe('the fold verifier', () => {
  test('accepts the built-in model', () => {
    expect(firstFinding(log)).toBeNull()
  })

  test('finds a model that depends on more than the state', () => {
    const knownStates = new WeakSet<RoomState>()
    const byIdentity: Fold['evolve'] = (state, record) => {
      const next = evolve(state, record)
      const isKnown = record.seq !== 5 || knownStates.has(state)
      knownStates.add(next)
      return isKnown || next.phase === 'absent' ? next : { ...next, maxPeers: 99 }
    }
    expect(firstFinding(log, { evolve: byIdentity })).toEqual([5, roundTripProblem])
  })

  test.each([new Map([['a', 1]]), 1n, () => 1])('finds a state with the value %s', (value) => {
    const withValue: Fold['evolve'] = (state, record) =>
      Object.assign({}, evolve(state, record), record.seq === 3 ? { value } : {})
    expect(firstFinding(log, { evolve: withValue })).toEqual([
      4,
      expect.stringMatching(/^is not JSON after folding: /),
    ])
  })

  test('finds an evolve that throws', () => {
    const throwing: Fold['evolve'] = (state, record) => {
      if (record.seq === 6) throw new Error('no')
      return evolve(state, record)
    }
    expect(firstFinding(log, { evolve: throwing })).toEqual([6, 'cannot be folded: no'])
  })

  test('finds a redaction that omits a record', () => {
    const hiding: Fold['redactEvent'] = (viewer, record) =>
      record.seq === 2 ? undefined : redactEvent(viewer, record)
    expect(firstFinding(log, { redactEvent: hiding })).toEqual([2, redactionProblem])
  })

  test('finds a redacted state that differs from the folded redacted events', () => {
    const lying: Fold['redactState'] = (viewer, state) => {
      const view = redactState(viewer, state)
      const bob = memberId('socket-of-Bob')
      const member = view.phase === 'absent' ? undefined : entryIn(view.members, bob)
      if (view.phase === 'absent' || member === undefined) return view
      return { ...view, members: withEntry(view.members, bob, { ...member, name: 'Eve' }) }
    }
    expect(firstFinding(log, { redactState: lying })).toEqual([5, redactionProblem])
  })

  test('finds a wrong redaction of a member in a large room that no record touches', () => {
    const [created, joined] = board().log()
    if (created === undefined || joined?.type !== 'room.member-joined') throw new Error('no such record')
    const many = Array.from({ length: 300 }, (_, place): RoomRecord => ({
      ...joined,
      seq: place + 2,
      data: { ...joined.data, memberId: memberId(`m${place}`) },
    }))
    const first = memberId('m0')
    const lyingLater: Fold['redactState'] = (viewer, state) => {
      const view = redactState(viewer, state)
      const member = view.phase === 'absent' ? undefined : entryIn(view.members, first)
      if (view.phase === 'absent' || member === undefined) return view
      if (entryIn(view.members, 'm299') === undefined) return view
      return { ...view, members: withEntry(view.members, first, { ...member, name: 'Eve' }) }
    }
    expect(firstFinding([created, ...many], { redactState: lyingLater })).toEqual([
      Infinity,
      redactionProblem,
    ])
  })
})

describe('JSON round trips and equality', () => {
  test('copy values as JSON does and share equal parts', () => {
    const roundTrip = createJsonRoundTrip()
    const part = { a: [1, null, 'x'], b: undefined, ['__proto__']: { c: true } }
    const copy = roundTrip({ part, again: part })
    expect(copy).toEqual(JSON.parse(JSON.stringify({ part, again: part })))
    expect(copy.part).toBe(copy.again)
    expect(copy.part).not.toBe(part)
    expect(roundTrip({ later: part }).later).toBe(copy.part)
    expect(() => roundTrip({ at: new Date(0) })).toThrow(NotJson)
  })

  test.each<readonly [unknown, unknown, boolean]>([
    [{ a: 1, b: [2] }, { b: [2], a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: 2 }, false],
    [{ a: 1, b: 2 }, { a: 1 }, false],
    [[1, 2], [2, 1], false],
    [[1], { 0: 1 }, false],
    [{ ['__proto__']: 1 }, {}, false],
    [{ a: null }, { a: {} }, false],
    ['1', 1, false],
  ])('compare %j and %j as %s', (left, right, isSame) => {
    const same = createJsonEquality()
    expect([same(left, right), same(left, right), same(right, left)]).toEqual([isSame, isSame, isSame])
  })
})
