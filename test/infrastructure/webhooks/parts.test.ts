import * as E from '#fp/Either'
import * as TE from '#fp/TaskEither'
import { describe, expect, test } from 'vitest'
import type { IndexEntry, StoreFault } from '../../../src/application/ports/event-store.js'
import { epoch, memberId, roomId } from '../../../src/domain/kernel/ids.js'
import type { MembershipChange } from '../../../src/domain/room/membership-change.js'
import { openCursorBook } from '../../../src/infrastructure/webhooks/cursor-book.js'
import type { Cursor, Cursors } from '../../../src/infrastructure/webhooks/cursors.js'
import { giveUp, joinLine, newLine } from '../../../src/infrastructure/webhooks/line.js'
import type { Line } from '../../../src/infrastructure/webhooks/line.js'
import { memoryCursors } from '../../../src/infrastructure/webhooks/memory-cursors.js'
import { openSurvey } from '../../../src/infrastructure/webhooks/survey.js'
import { firstInstant, settled, testEpoch, testRoom, virtualClock } from '../../kit/index.js'

const joined = (seq: number, of = testEpoch): MembershipChange => ({
  what: 'joined',
  room: testRoom,
  epoch: of,
  seq,
  at: firstInstant + seq,
  memberId: memberId('m'),
  userId: null,
  name: null,
  dialect: 'party',
  role: 'user',
})

const seqsIn = ({ waiting }: Line): ReadonlyArray<number> => waiting.map(({ seq }) => seq)

describe('a line', () => {
  test('takes nothing that was read from the log already, unless that was another log', () => {
    const line: Line = { ...newLine(testRoom), readTo: { epoch: testEpoch, seq: 5 } }
    for (const each of [joined(4), joined(5), joined(6), joined(2, epoch('epoch-2'))]) {
      joinLine(line, each, true)
    }
    expect(seqsIn(line)).toStrictEqual([6, 2])
  })

  test('that has no room leaves all that comes from then on to the log', () => {
    const line = newLine(testRoom)
    joinLine(line, joined(2), true)
    joinLine(line, joined(3), false)
    joinLine(line, joined(4), true)
    expect([seqsIn(line), line.behind, line.news]).toStrictEqual([[2], true, true])
  })

  test('gives up what is as old as that, from the front', () => {
    const line = newLine(testRoom)
    expect(giveUp(line)).toBeUndefined()
    line.waiting = [joined(2), joined(3), joined(4)]
    line.givesUpTo = firstInstant + 1
    expect(giveUp(line)).toBeUndefined()
    line.givesUpTo = firstInstant + 3
    expect(giveUp(line)).toStrictEqual({ last: joined(3), events: 2 })
    expect(seqsIn(line)).toStrictEqual([4])
  })
})

describe('the cursor book', () => {
  const cursor = (seq: number, of = testEpoch): Cursor => ({ epoch: of, seq, failingSince: null })
  const foundIn = (found: E.Either<StoreFault, ReadonlyMap<typeof testRoom, Cursor>>): unknown =>
    E.isRight(found) ? found.right.get(testRoom)?.seq : found.left.type

  test('never goes back within a log', async () => {
    const book = openCursorBook(memoryCursors(), virtualClock(), () => undefined)
    const seen: Array<unknown> = []
    for (const each of [cursor(5), cursor(3), cursor(2, epoch('epoch-2'))]) {
      book.note(testRoom, each)
      seen.push(foundIn(await book.find([testRoom])))
    }
    expect(seen).toStrictEqual([5, 5, 2])
  })

  test('knows what it has noted also while that is being written', async () => {
    const clock = virtualClock()
    const kept = memoryCursors()
    let write: () => void = () => undefined
    const slow: Cursors = {
      ...kept,
      // As a store that answers of the moment at which it was asked.
      find: (rooms) => async () => {
        const found = await kept.find(rooms)()
        write()
        await settled()
        return found
      },
      write: (cursors) => async () => {
        await new Promise<void>((resolve) => (write = resolve))
        return kept.write(cursors)()
      },
    }
    const book = openCursorBook(slow, clock, () => undefined)
    book.note(testRoom, cursor(5))
    clock.advance(1_000)
    await settled()
    expect(foundIn(await book.find([testRoom]))).toBe(5)
  })

  test('writes again what could not be written, and says so', async () => {
    const clock = virtualClock()
    const kept = memoryCursors()
    const faults: Array<StoreFault> = []
    let failing = true
    const write: Cursors['write'] = (cursors) =>
      failing ? TE.left({ type: 'unavailable', problem: 'away' }) : kept.write(cursors)
    const book = openCursorBook({ ...kept, write }, clock, (fault) => void faults.push(fault))
    book.note(testRoom, cursor(5))
    await clock.advanceSettled(2_000)
    failing = false
    await clock.advanceSettled(1_000)
    expect(foundIn(await kept.find([testRoom])())).toBe(5)
    expect([faults.length, clock.pending()]).toStrictEqual([2, []])
  })
})

describe('the survey', () => {
  const entry = (name: string): IndexEntry => ({
    room: roomId(name),
    epoch: testEpoch,
    seq: 2,
    lastAt: firstInstant,
    due: null,
    occupied: false,
  })

  test('that is begun again takes no page from before for one of after', async () => {
    const answers: Array<() => void> = []
    const asked: Array<string | null> = []
    const found: Array<string> = []
    const survey = openSurvey({
      store: {
        list: (after) => async () => {
          asked.push(after)
          await new Promise<void>((resolve) => answers.push(resolve))
          return E.right(after === null ? [entry('a')] : [])
        },
      },
      book: { find: () => Promise.resolve(E.right(new Map())) },
      clock: virtualClock(),
      found: (room) => void found.push(room),
      hasSpace: () => true,
      page: 1,
      faulted: () => undefined,
    })
    const answered = async (): Promise<void> => {
      answers.shift()?.()
      await settled()
    }
    survey.begin()
    survey.begin()
    await answered()
    expect([survey.hasSeen(roomId('a')), found]).toStrictEqual([false, []])
    await answered()
    expect([survey.hasSeen(roomId('a')), survey.hasSeen(roomId('b')), found]).toStrictEqual([
      true,
      false,
      ['a'],
    ])
    await answered()
    expect([survey.hasSeen(roomId('b')), asked]).toStrictEqual([true, [null, null, 'a']])
  })
})
