import { afterEach, describe, expect, test } from 'vitest'
import type { Append, RoomRecord } from '../../../src/application/ports/event-store.js'
import { changeHead, changeRecord, folders, recordIn, roomreel } from './cli-kit.js'
import { appendOf, board, main, secretRoom } from './recorded-rooms.js'
import { builtIn, roomRecord, type BuiltInEvent } from '../../kit/index.js'
import { type RecordedEvent } from '../../../src/domain/kernel/domain-event.js'

const { of, clear } = folders()
afterEach(clear)

const verify = async (data: string) => {
  const { code, out } = await roomreel(['--data', data, 'verify'])
  return { code, out }
}

const validBoard = 'good  board: 9 records, chain and folding hold, 0 draws proven'
const validMain = 'good  main: 66 records, chain and folding hold, 2 draws proven'

test('verify accepts valid rooms with their draws', async () => {
  const data = await of(appendOf(main()), appendOf(board()), appendOf(secretRoom()))
  expect(await verify(data)).toEqual({
    code: 0,
    out: [validBoard, validMain, 'good  secret-room: 17 records, chain and folding hold, 0 draws proven'],
  })
})

test('verify checks only the named rooms and fails at once for an unknown one', async () => {
  const data = await of(appendOf(main()), appendOf(board()))
  expect((await roomreel(['--data', data, 'verify', 'main'])).out).toEqual([validMain])
  const { code, out, notes } = await roomreel(['--data', data, 'verify', 'main', 'missing'])
  expect([code, out]).toEqual([2, []])
  expect(notes).toEqual(['room missing does not exist; "roomreel rooms" lists all rooms'])
})

describe('verify names the first corrupt record of a corrupt room, and no other room, for', () => {
  const lineAfter = async (damage: (data: string) => Promise<void>) => {
    const data = await of(appendOf(main()), appendOf(board()))
    await damage(data)
    const { code, out } = await verify(data)
    expect([code, out[0], out.length]).toEqual([1, validBoard, 2])
    return out[1]
  }

  test('any changed bit in a record', async () => {
    const length = (await recordIn(await of(appendOf(main())), 'main', 2)).length
    const step = Math.ceil(length / 24)
    for (let place = 0; place < length; place += step) {
      const line = await lineAfter((data) =>
        changeRecord(data, 'main', 2, (stored) => {
          stored[place] = (stored[place] ?? 0) ^ 1
          return stored
        }),
      )
      expect(line, `byte ${place} of ${length}`).toMatch(
        /^bad {3}room main: record 2 (has been changed|breaks|is|cannot)/,
      )
    }
  })

  test('a missing record', async () => {
    expect(await lineAfter((data) => changeRecord(data, 'main', 7, () => undefined))).toBe(
      'bad   room main: record 7 is missing',
    )
  })

  test('two swapped records', async () => {
    const line = await lineAfter(async (data) => {
      const [tenth, eleventh] = [await recordIn(data, 'main', 10), await recordIn(data, 'main', 11)]
      await changeRecord(data, 'main', 10, () => eleventh)
      await changeRecord(data, 'main', 11, () => tenth)
    })
    expect(line).toMatch(/^bad {3}room main: record 10 /)
  })

  test('a record of another room', async () => {
    const line = await lineAfter(async (data) => {
      const boardRecord = await recordIn(data, 'board', 4)
      await changeRecord(data, 'main', 4, () => boardRecord)
    })
    expect(line).toMatch(/^bad {3}room main: record 4 /)
  })

  test('a truncated record', async () => {
    const line = await lineAfter((data) => changeRecord(data, 'main', 66, (stored) => stored.subarray(0, 80)))
    expect(line).toMatch(/^bad {3}room main: record 66 has been changed/)
  })

  test.each([
    ['more records than the log has', '"seq":66', '"seq":67', /record 67 is missing/],
    [
      'fewer records than there are',
      '"seq":66',
      '"seq":65',
      /record 65 is not the record that was appended last/,
    ],
    ['another epoch', 'epoch-1', 'epoch-2', /record 1 /],
    [
      'another last instant',
      '"lastAt":1767225606500',
      '"lastAt":1767225606501',
      /the index has 1767225606501 as last record/,
    ],
    ['no member', '"occupied":true', '"occupied":false', /the index has false as occupied, the log true/],
    [
      'nothing due',
      '"due":1767225621500',
      '"due":null',
      /the index has null as next due, the log 1767225621500/,
    ],
    ['unreadable text', '{', '', /its index entry cannot be read/],
  ])('an index entry with %s', async (_what, from, to, problem) => {
    const line = await lineAfter((data) => changeHead(data, 'main', (text) => text.replace(from, to)))
    expect(line).toMatch(/^bad {3}room main: /)
    expect(line).toMatch(problem)
  })
})

describe('verify finds in a forged log with valid hashes', () => {
  const lineOfForged = async (change: (record: RoomRecord) => ReadonlyArray<RoomRecord>) => {
    const append = appendOf(main())
    const records = append.records.flatMap(change).map((record, place) => ({ ...record, seq: place + 1 }))
    const { code, out } = await verify(await of({ ...append, records }))
    expect(code).toBe(1)
    return out[0]
  }

  type Change<Type> = (
    record: Extract<RecordedEvent<BuiltInEvent>, { readonly type: Type }>,
  ) => ReadonlyArray<RecordedEvent<BuiltInEvent>>

  const only =
    <Type extends BuiltInEvent['type']>(type: Type, change: Change<Type>) =>
    (record: RoomRecord): ReadonlyArray<RoomRecord> => {
      const isOfType = (
        one: RecordedEvent<BuiltInEvent>,
      ): one is Extract<RecordedEvent<BuiltInEvent>, { readonly type: Type }> => one.type === type
      const found = builtIn(record)
      return isOfType(found) ? change(found).map(roomRecord) : [record]
    }

  const otherMember = { id: '#1', name: 'Somebody else' }

  test('another winner', async () => {
    const line = await lineOfForged(
      only('random-picker.complete', (record) => [
        { ...record, data: { ...record.data, winner: otherMember } },
      ]),
    )
    expect(line).toMatch(
      /^bad {3}room main: record 59 has a proof that fails at winner: expected .*Somebody else$/,
    )
  })

  test('another secret in the proof', async () => {
    const line = await lineOfForged(
      only('random-picker.complete', (record) => [
        { ...record, data: { ...record.data, proof: { ...record.data.proof, serverSeed: '00'.repeat(32) } } },
      ]),
    )
    expect(line).toMatch(/record 59 has a proof that fails at commitment/)
  })

  test('a contribution that is missing in the proof', async () => {
    const line = await lineOfForged(
      only('random-picker.complete', (record) => [
        { ...record, data: { ...record.data, proof: { ...record.data.proof, contributions: [] } } },
      ]),
    )
    expect(line).toMatch(/record 59 has a proof whose contributions are not those of the log/)
  })

  test('other members than at the start', async () => {
    const line = await lineOfForged(
      only('random-picker.started', (record) => [
        { ...record, data: { ...record.data, members: [otherMember, ...record.data.members.slice(1)] } },
      ]),
    )
    expect(line).toMatch(/record 59 has a proof that fails at members/)
  })

  test('a tick with another member', async () => {
    const line = await lineOfForged(
      only('random-picker.highlight', (record) =>
        record.data.tick === 7 ? [{ ...record, data: { ...record.data, member: otherMember } }] : [record],
      ),
    )
    expect(line).toMatch(/record 59 has a proof that fails at highlights/)
  })

  test('a missing tick', async () => {
    const line = await lineOfForged(
      only('random-picker.highlight', (record) => (record.data.tick === 7 ? [] : [record])),
    )
    expect(line).toMatch(/record 15 shows tick 8 after 6 ticks/)
  })

  test('a missing last tick', async () => {
    const line = await lineOfForged(
      only('random-picker.highlight', (record) => (record.data.tick === 50 ? [] : [record])),
    )
    expect(line).toMatch(/record 58 completes a draw after 49 of 50 ticks/)
  })

  test('an early tick', async () => {
    let isFirst = true
    const line = await lineOfForged(
      only('random-picker.highlight', (record) => {
        if (!isFirst) return [record]
        isFirst = false
        return [{ ...record, at: record.at - 1 }]
      }),
    )
    expect(line).toMatch(/record 9 shows tick 1 before it was due/)
  })

  test('another commitment than the announced one', async () => {
    const line = await lineOfForged(
      only('random-picker.started', (record) => [
        { ...record, data: { ...record.data, commitment: 'ab'.repeat(32) } },
      ]),
    )
    expect(line).toMatch(/record 8 starts a draw with another commitment than was announced/)
  })

  test('a draw that is never revealed', async () => {
    const line = await lineOfForged(only('random-picker.complete', () => []))
    expect(line).toMatch(/record 59 commits to draw 2, but draw 1 was never revealed/)
  })

  test('steps of an unknown draw', async () => {
    const line = await lineOfForged(
      only('random-picker.committed', (record) => [
        { ...record, data: { ...record.data, drawNo: record.data.drawNo + 1 } },
      ]),
    )
    expect(line).toMatch(/record 4 commits to draw 2, but the last one was 0/)
  })

  test('steps in a wrong order', async () => {
    const other = 'draw_0123456789abcdef'
    const late = main()
      .log()
      .filter(({ type }: { type: string }) => type === 'random-picker.contributed')
      .slice(0, 1)
      .map(builtIn)
    expect(await lineOfForged(only('random-picker.started', (record) => [record, ...late]))).toMatch(
      /record 9 contributes to draw 1, which is not open to it/,
    )
    expect(await lineOfForged(only('random-picker.started', (record) => [record, record]))).toMatch(
      /record 9 starts draw 1, which was not committed to/,
    )
    expect(
      await lineOfForged(
        only('random-picker.highlight', (record) => [{ ...record, data: { ...record.data, drawId: other } }]),
      ),
    ).toMatch(/record 9 shows a tick of draw_0123456789abcdef, which is not running/)
    expect(
      await lineOfForged(
        only('random-picker.complete', (record) => [{ ...record, data: { ...record.data, drawId: other } }]),
      ),
    ).toMatch(/record 59 completes draw_0123456789abcdef, which is not running/)
    expect(
      await lineOfForged(
        only('random-picker.cancelled', (record) => [{ ...record, data: { ...record.data, drawId: other } }]),
      ),
    ).toMatch(/cancels draw_0123456789abcdef, which is not running/)
  })

  test('a winner index other than the last tick, without names', async () => {
    const line = await lineOfForged(
      only('random-picker.complete', (record) => [
        { ...record, data: { ...record.data, index: (record.data.index + 1) % 3 } },
      ]),
    )
    expect(line).toMatch(/record 59 names another winner than the last tick showed/)
  })

  test('a cancelled draw with another secret', async () => {
    const line = await lineOfForged(
      only('random-picker.cancelled', (record) => [
        { ...record, data: { ...record.data, proof: { ...record.data.proof, serverSeed: '00'.repeat(32) } } },
      ]),
    )
    expect(line).toMatch(/has a proof that fails at commitment/)
  })

  test('a second or late room.created, and decreasing instants', async () => {
    expect(await lineOfForged(only('room.created', (record) => [record, record]))).toMatch(
      /record 2 creates the room a second time/,
    )
    expect(await lineOfForged(only('room.created', () => []))).toMatch(/record 1 is room.member-joined, but/)
    expect(await lineOfForged(only('room.member-away', (record) => [{ ...record, at: 1 }]))).toMatch(
      /is older than the record before it/,
    )
  })
})

/** 600 members and 4 000 records: encoding the whole state for each comparison took minutes. */
test('verify checks a large room within 60 s', { timeout: 60_000 }, async () => {
  const small = appendOf(board())
  const [created] = small.records
  const vote = small.records.find(({ type }: { type: string }) => type === 'relay.event')
  const joined = small.records.find(({ type }) => type === 'room.member-joined')
  const activated = small.records.find(({ type }) => type === 'room.activity-activated')
  if (!created || !vote || joined?.type !== 'room.member-joined' || !activated)
    throw new Error('a record is missing')
  const joins = Array.from({ length: 600 }, (_, place): RoomRecord => ({
    ...joined,
    data: { ...joined.data, memberId: `m${place}` as typeof joined.data.memberId },
  }))
  const records = [created, ...joins, activated, ...Array.from({ length: 3_398 }, () => vote)].map(
    (record, place) => ({ ...record, seq: place + 1, at: created.at }),
  )
  const large: Append = { ...small, records }
  const { code, out } = await verify(await of(large))
  expect([code, out]).toEqual([0, ['good  board: 4000 records, chain and folding hold, 0 draws proven']])
})
