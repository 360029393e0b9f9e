import { expect, it } from 'vitest'
import { createDeliveryQueue } from '../../../src/application/sessions/delivery-queue.js'
import { memberIdIn } from '../../../src/application/sessions/index.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { testRoom, virtualClock } from '../../kit/index.js'
import { sessionEventOf, sessionScene } from './scene.js'

/** 17 of them fill a delivery queue of 1 MiB. */
const textOf = (n: number): string => `${n} ${'x'.repeat(60_000)}`

it('signals that wait again after a reconnect leave room for as many new ones, and all arrive in order', async () => {
  const { connect, connectionOf, join, signal, settle, sessions, clock } = await sessionScene()
  const [ann, bob] = [connect('ann'), connect('bob')]
  await settle()
  for (const link of [ann, bob]) await join(link, testRoom)
  bob.read()
  const member = memberIdIn(connectionOf(bob), testRoom)
  for (let n = 0; n < 17; n++) await signal(ann, member, testRoom, textOf(n))
  bob.close()
  const back = connect('bob-2', { sessionId: sessionEventOf(bob)?.sessionId ?? '' })
  await settle()
  // Its client reads nothing, so that the catch-up does not end and new signals wait behind the others.
  for (let n = 17; n < 34; n++) expect(await signal(ann, member, testRoom, textOf(n))).toBe(true)
  expect(back.endedBy()).toBeNull()
  for (let turn = 0; turn < 40; turn++) {
    back.read()
    await clock.advanceSettled(100)
  }
  const numbers = back.received.flatMap(({ payload }) =>
    'candidate' in payload ? [parseInt(String(payload.candidate), 10)] : [],
  )
  expect(numbers).toEqual(Array.from({ length: 34 }, (_, n) => n))
  expect(sessionEventOf(back)?.signalsLost).toBeUndefined()
  expect(sessions.load().undeliveredBytes).toBe(0)
})

it('a client that reconnects again and again without reading keeps 1 MiB, and learns which signals are lost', async () => {
  const { connect, connectionOf, join, signal, settle, sessions, reports } = await sessionScene()
  const [ann, bob] = [connect('ann'), connect('bob')]
  await settle()
  for (const link of [ann, bob]) await join(link, testRoom)
  bob.read()
  const { sessionId = '' } = sessionEventOf(bob) ?? {}
  const member = memberIdIn(connectionOf(bob), testRoom)
  let link = bob
  for (let n = 0; n < 51; n++) {
    await signal(ann, member, testRoom, textOf(n))
    if (n % 17 !== 16) continue
    link.close()
    link = connect(`bob-${n}`, { sessionId })
    await settle()
    expect(sessions.load().undeliveredBytes).toBeLessThanOrEqual(1_024 * 1_024)
  }
  expect(reports).toContain('undelivered')
  link.read()
  expect(sessionEventOf(link)?.signalsLost).toEqual([
    { room: testRoom, from: memberIdIn(connectionOf(ann), testRoom), kind: 'candidate', count: 34 },
  ])
})

it('a session discards its oldest unacknowledged signals at the limit, and names them to its next connection', async () => {
  const limits = { maxUndeliveredEntries: 10 }
  const { connect, connectionOf, join, signal, settle, reports } = await sessionScene({ limits })
  const [ann, bob] = [connect('ann'), connect('bob')]
  await settle()
  for (const link of [ann, bob]) await join(link, testRoom)
  bob.read()
  const member = memberIdIn(connectionOf(bob), testRoom)
  for (let n = 0; n < 10; n++) await signal(ann, member, testRoom, n)
  expect(reports).toEqual([])
  await signal(ann, member, testRoom, 10)
  expect(reports).toEqual(['undelivered'])
  bob.close()
  const back = connect('bob-2', { sessionId: sessionEventOf(bob)?.sessionId ?? '' })
  await settle()
  back.read()
  expect(sessionEventOf(back)?.signalsLost).toMatchObject([{ count: 6 }])
  const numbers = back.received.flatMap(({ payload }) => ('candidate' in payload ? [payload.candidate] : []))
  expect(numbers).toEqual([6, 7, 8, 9, 10])
})

it('a delivery queue has no room beyond its limit after signals that wait again have left with their room', () => {
  const queue = createDeliveryQueue(virtualClock(), { maxBytes: 1_000, maxEntries: 10 }, () => undefined)
  const [left, other] = [roomId('left'), roomId('other')]
  const signal = {
    room: left,
    from: memberId('ann'),
    kind: 'candidate',
    protocol: 'mesh',
    event: 'e',
    payload: {},
  }
  expect(queue.enqueueSignal({ ...signal, bytes: 900 })).toBe(true)
  queue.connect(null)
  queue.leaveRoom(left)
  expect(queue.bytes()).toBe(0)
  expect(queue.enqueueSignal({ ...signal, room: other, bytes: 900 })).toBe(true)
  expect(queue.enqueueSignal({ ...signal, room: other, bytes: 200 })).toBe(false)
})

it('a delivery queue holds a bounded number of waiting emits for each room', () => {
  const queue = createDeliveryQueue(virtualClock(), { maxBytes: 1_000, maxEntries: 3 }, () => undefined)
  const emit = { event: 'e', payload: {} }
  const [room, other] = [roomId('room'), roomId('other')]
  const accepted = [1, 2, 3, 4].map((seq) => queue.enqueue(room, seq, emit))
  expect(accepted).toEqual([true, true, true, false])
  expect(queue.enqueue(other, 1, emit)).toBe(true)
  expect(queue.take(room, 1).emits.map(({ seq }) => seq)).toEqual([2, 3])
  expect(queue.enqueue(room, 4, emit)).toBe(true)
})
