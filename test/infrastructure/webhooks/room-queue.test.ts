import * as E from '#fp/Either'
import { describe, expect, test } from 'vitest'
import type { IndexEntry } from '../../../src/application/ports/event-store.js'
import { epoch, memberId, roomId } from '../../../src/domain/kernel/ids.js'
import type { MembershipChange } from '../../../src/domain/room/membership-change.js'
import { dropExpired, enqueue, newRoomQueue } from '../../../src/infrastructure/webhooks/room-queue.js'
import type { RoomQueue } from '../../../src/infrastructure/webhooks/room-queue.js'
import { createRoomScanner } from '../../../src/infrastructure/webhooks/room-scanner.js'
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

const seqsIn = ({ events }: RoomQueue): ReadonlyArray<number> => events.map(({ seq }) => seq)

describe('a room queue', () => {
  test('ignores an event that was read from the log, except one of another epoch', () => {
    const queue: RoomQueue = { ...newRoomQueue(testRoom), readTo: { epoch: testEpoch, seq: 5 } }
    for (const each of [joined(4), joined(5), joined(6), joined(2, epoch('epoch-2'))]) {
      enqueue(queue, each, true)
    }
    expect(seqsIn(queue)).toStrictEqual([6, 2])
  })

  test('takes no further event after one for which it had no space', () => {
    const queue = newRoomQueue(testRoom)
    enqueue(queue, joined(2), true)
    enqueue(queue, joined(3), false)
    enqueue(queue, joined(4), true)
    expect([seqsIn(queue), queue.isBehind, queue.hasNewer]).toStrictEqual([[2], true, true])
  })

  test('drops the expired events from the front', () => {
    const queue = newRoomQueue(testRoom)
    expect(dropExpired(queue)).toBeUndefined()
    queue.events = [joined(2), joined(3), joined(4)]
    queue.givesUpTo = firstInstant + 1
    expect(dropExpired(queue)).toBeUndefined()
    queue.givesUpTo = firstInstant + 3
    expect(dropExpired(queue)).toStrictEqual({ last: joined(3), events: 2 })
    expect(seqsIn(queue)).toStrictEqual([4])
  })
})

describe('the room scanner', () => {
  const entry = (name: string): IndexEntry => ({
    room: roomId(name),
    epoch: testEpoch,
    seq: 2,
    lastAt: firstInstant,
    due: null,
    occupied: false,
  })

  test('ignores a page that was queried before a restart', async () => {
    const replies: Array<() => void> = []
    const queries: Array<string | null> = []
    const found: Array<string> = []
    const scanner = createRoomScanner({
      store: {
        list: (after) => async () => {
          queries.push(after)
          await new Promise<void>((resolve) => replies.push(resolve))
          return E.right(after === null ? [entry('a')] : [])
        },
      },
      checkpoints: { find: () => Promise.resolve(E.right(new Map())) },
      clock: virtualClock(),
      onFound: (room) => void found.push(room),
      hasSpace: () => true,
      pageRooms: 1,
      onFault: () => undefined,
    })
    const replyOnce = async (): Promise<void> => {
      replies.shift()?.()
      await settled()
    }
    scanner.restart()
    scanner.restart()
    await replyOnce()
    expect([scanner.hasScanned(roomId('a')), found]).toStrictEqual([false, []])
    await replyOnce()
    expect([scanner.hasScanned(roomId('a')), scanner.hasScanned(roomId('b')), found]).toStrictEqual([
      true,
      false,
      ['a'],
    ])
    await replyOnce()
    expect([scanner.hasScanned(roomId('b')), queries]).toStrictEqual([true, [null, null, 'a']])
  })
})
