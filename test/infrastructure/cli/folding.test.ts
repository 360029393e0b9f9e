import { describe, expect, test } from 'vitest'
import { entryIn, withEntry } from '../../../src/domain/kernel/table.js'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import type { RoomState } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { Fold } from '../../../src/infrastructure/cli/folding.js'
import { foldingCheck } from '../../../src/infrastructure/cli/folding.js'
import { NotJson, comparing, writingDown } from '../../../src/infrastructure/cli/same-value.js'
import { board, main } from './recorded-rooms.js'

const { evolve, redactEvent, redactState } = builtInModel

/** What is found first, in which record; nothing where folding is exact. */
const firstFound = (
  records: ReadonlyArray<RoomRecord>,
  fold: Partial<Fold> = {},
): readonly [number, string] | null => {
  const check = foldingCheck(roomId('main'), { evolve, redactState, redactEvent, ...fold })
  for (const record of records) {
    const problem = check.next(record)
    if (problem !== null) return [record.seq, problem]
  }
  const problem = check.end()
  return problem === null ? null : [Infinity, problem]
}

const log = main().log()
const read = 'folds to another state after the state was written down and read'
const shown = 'folds to another state from what is shown than from what is stored'

describe('folding', () => {
  test('is exact in a room as it is', () => {
    expect(firstFound(log)).toBeNull()
  })

  test('that remembers a state by more than what is in it is found out', () => {
    const known = new WeakSet<RoomState>()
    const byIdentity: Fold['evolve'] = (state, record) => {
      const next = evolve(state, record)
      const isKnown = record.seq !== 5 || known.has(state)
      known.add(next)
      return isKnown || next.phase === 'absent' ? next : { ...next, maxPeers: 99 }
    }
    expect(firstFound(log, { evolve: byIdentity })).toEqual([5, read])
  })

  test.each([new Map([['a', 1]]), 1n, () => 1])('that keeps %s is found out', (odd) => {
    const keeping: Fold['evolve'] = (state, record) =>
      Object.assign({}, evolve(state, record), record.seq === 3 ? { odd } : {})
    expect(firstFound(log, { evolve: keeping })).toEqual([
      4,
      expect.stringMatching(/^cannot be written down: /),
    ])
  })

  test('that throws is found out', () => {
    const throwing: Fold['evolve'] = (state, record) => {
      if (record.seq === 6) throw new Error('no')
      return evolve(state, record)
    }
    expect(firstFound(log, { evolve: throwing })).toEqual([6, 'cannot be folded: no'])
  })

  test('what is shown, that leaves a record out, is found out', () => {
    const hiding: Fold['redactEvent'] = (viewer, record) =>
      record.seq === 2 ? undefined : redactEvent(viewer, record)
    expect(firstFound(log, { redactEvent: hiding })).toEqual([2, shown])
  })

  test('a view that says something else of somebody is found out', () => {
    const lying: Fold['redactState'] = (viewer, state) => {
      const view = redactState(viewer, state)
      const bob = memberId('socket-of-Bob')
      const member = view.phase === 'absent' ? undefined : entryIn(view.members, bob)
      if (view.phase === 'absent' || member === undefined) return view
      return { ...view, members: withEntry(view.members, bob, { ...member, name: 'Eve' }) }
    }
    expect(firstFound(log, { redactState: lying })).toEqual([5, shown])
  })

  test('a large room is looked at as a whole, too: a view of one whom no record touches', () => {
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
    expect(firstFound([created, ...many], { redactState: lyingLater })).toEqual([Infinity, shown])
  })
})

describe('values', () => {
  test('are copied as JSON would, with what is the same shared', () => {
    const writtenDown = writingDown()
    const part = { a: [1, null, 'x'], b: undefined, ['__proto__']: { c: true } }
    const copy = writtenDown({ part, again: part })
    expect(copy).toEqual(JSON.parse(JSON.stringify({ part, again: part })))
    expect(copy.part).toBe(copy.again)
    expect(copy.part).not.toBe(part)
    expect(writtenDown({ later: part }).later).toBe(copy.part)
    expect(() => writtenDown({ at: new Date(0) })).toThrow(NotJson)
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
  ])('%j and %j: the same is %s', (left, right, isSame) => {
    const same = comparing()
    expect([same(left, right), same(left, right), same(right, left)]).toEqual([isSame, isSame, isSame])
  })
})
