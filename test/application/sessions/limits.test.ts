import * as E from '#fp/Either'
import { expect, it } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { errorFor } from '../../../src/infrastructure/protocols/error-mapping.js'
import { memberIdIn } from '../../../src/application/sessions/index.js'
import { createAnswerPacer } from '../../../src/application/sessions/answer-pacer.js'
import { settled, testRoom } from '../../kit/index.js'
import { fakeNetwork } from './fake-links.js'
import { graceMs, sessionEventOf, sessionScene } from './scene.js'

it('a session may be in 200 rooms; a further join is rejected, and accepted after a leave', async () => {
  const { connect, join, leave, settle, reports } = await sessionScene()
  const link = connect('ann')
  await settle()
  for (let n = 0; n < 200; n++) expect(E.isRight(await join(link, roomId(`room-${n}`)))).toBe(true)
  const rejected = await join(link, roomId('one-more'))
  expect(rejected).toEqual(E.left({ type: 'too-many-rooms', maxRooms: 200 }))
  expect(reports).toEqual(['rooms-per-session'])
  expect(E.isLeft(rejected) && errorFor(rejected.left, 'join', 0)).toMatchObject({
    code: 'rate-limited',
    message: expect.stringContaining('200 rooms'),
    retryAfterMs: expect.any(Number),
  })
  expect(E.isRight(await join(link, roomId('room-7')))).toBe(true)
  await leave(link, roomId('room-0'))
  expect(E.isRight(await join(link, roomId('one-more')))).toBe(true)
})

it('a session in many rooms is resumed in batches with turns of other work in between', async () => {
  const { connect, join, settle, turns } = await sessionScene()
  const link = connect('ann')
  await settle()
  for (let n = 0; n < 100; n++) await join(link, roomId(`room-${n}`))
  link.read()
  link.close()
  await settle()
  const sessionId = sessionEventOf(link)?.sessionId ?? ''
  const back = connect('ann-2', { sessionId })
  for (let turn = 0; turn < 40; turn++) await settle()
  back.read()
  expect(sessionEventOf(back)?.rooms.length).toBe(100)
  expect(turns()).toBeGreaterThanOrEqual(100)
})

it('an unknown session is looked up in the directory, and no room is read for it', async () => {
  const memory = memoryEventStore()
  const reads: Array<string> = []
  const store = {
    ...memory,
    read: (...request: Parameters<typeof memory.read>) => {
      reads.push('read')
      return memory.read(...request)
    },
    roomsOf: (...request: Parameters<typeof memory.roomsOf>) => {
      reads.push('roomsOf')
      return memory.roomsOf(...request)
    },
  }
  const { connect, join, settle, sessions, clock } = await sessionScene({ store })
  const links = ['ann', 'bob'].map((name) => connect(name, { userId: name, namespace: '/rooms' }))
  await settle()
  for (const link of links) await join(link, testRoom, { protocol: 'native', role: 'member' })
  for (const link of links) link.read()
  const [ann, bob] = links
  for (const link of [ann, bob]) {
    if (link === undefined) continue
    const { sessionId = '' } = sessionEventOf(link) ?? {}
    expect((await sessions.memberOfSession(testRoom, sessionId))?.id).toBe(link.id)
    expect(await sessions.memberOfSession(roomId('elsewhere'), sessionId)).toBeUndefined()
    expect(await sessions.memberOfSession(testRoom, `${sessionId.slice(0, -1)}x`)).toBeUndefined()
  }
  for (const link of links) link.close()
  await clock.advanceSettled(graceMs + 60_000)
  reads.length = 0
  expect(await sessions.memberOfSession(testRoom, 'invented')).toBeUndefined()
  expect(reads).toEqual(['roomsOf'])
})

it('undelivered signals of a room end with the membership, and never exceed 1 MiB per session', async () => {
  const { connect, join, leave, signal, settle, sessions, reports } = await sessionScene()
  const [ann, bob] = [connect('ann'), connect('bob')]
  await settle()
  for (const link of [ann, bob]) await join(link, testRoom)
  // Bob's client reads nothing, so nothing is acknowledged.
  for (let n = 0; n < 40; n++) {
    expect(
      await signal(ann, memberIdIn(sessions.connectionOf(bob), testRoom), testRoom, 'x'.repeat(60_000)),
    ).toBe(true)
    expect(sessions.load().undeliveredBytes).toBeLessThanOrEqual(1_024 * 1_024)
  }
  expect(reports).toContain('undelivered')
  expect(sessions.load().undeliveredBytes).toBeGreaterThan(100_000)
  await leave(bob, testRoom)
  await settle()
  expect(sessions.load().undeliveredBytes).toBe(0)
})

it('large answers wait until their client has read the one before, and until all clients have read enough', async () => {
  const network = fakeNetwork()
  const reports: Array<string> = []
  const pacer = createAnswerPacer({ maxUnreadAnswerBytes: 1_000_000 }, () => reports.push('limit'))
  const link = (name: string) => network.link(name, { onClose: () => undefined })
  const answer = { text: 'x'.repeat(600_000) }
  const prepared: Array<string> = []
  const ask = (name: string, to: ReturnType<typeof link>) =>
    pacer.pace(to, async () => {
      prepared.push(name)
      return () => to.emit('answer', answer)
    })
  const [ann, bob, cy] = [link('ann'), link('bob'), link('cy')]
  const asked = [ask('ann 1', ann), ask('ann 2', ann), ask('bob', bob)]
  await settled()
  void ask('cy', cy)
  await settled()
  expect(prepared).toEqual(['ann 1', 'bob'])
  expect(pacer.unreadBytes()).toBeGreaterThan(1_000_000)
  expect(reports.length).toBeGreaterThan(0)
  ann.read()
  await settled()
  expect(prepared).toHaveLength(4)
  for (let turn = 0; turn < 5; turn++) {
    for (const each of [ann, bob, cy]) each.read()
    await settled()
  }
  await Promise.all(asked)
  expect(prepared.toSorted()).toEqual(['ann 1', 'ann 2', 'bob', 'cy'])
  expect(pacer.unreadBytes()).toBe(0)
})

it('at most four large answers are prepared at the same time', async () => {
  const network = fakeNetwork()
  const pacer = createAnswerPacer({ maxUnreadAnswerBytes: 1_000_000 }, () => undefined)
  const finish: Array<() => void> = []
  const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) =>
    pacer.pace(network.link(name, { onClose: () => undefined }), async () => {
      await new Promise<void>((resolve) => finish.push(resolve))
      return () => undefined
    }),
  )
  await settled()
  expect(finish).toHaveLength(4)
  for (const resolve of finish.splice(0)) resolve()
  await settled()
  expect(finish).toHaveLength(2)
  for (const resolve of finish.splice(0)) resolve()
  await Promise.all(answers)
})

it('a large answer is not prepared for a client that has gone while it waited', async () => {
  const network = fakeNetwork()
  const pacer = createAnswerPacer({ maxUnreadAnswerBytes: 1_000_000 }, () => undefined)
  const link = network.link('ann', { onClose: () => undefined })
  expect(pacer.isFree(link)).toBe(true)
  pacer.sendNow(link, () => link.emit('answer', { text: 'x'.repeat(600_000) }))
  expect(pacer.isFree(link)).toBe(false)
  let isPrepared = false
  const answer = pacer.pace(link, async () => {
    isPrepared = true
    return () => undefined
  })
  await settled()
  link.close()
  await answer
  expect([isPrepared, pacer.unreadBytes()]).toEqual([false, 0])
})

it('no answer is free while the clients together have not read enough', () => {
  const network = fakeNetwork()
  const pacer = createAnswerPacer({ maxUnreadAnswerBytes: 500_000 }, () => undefined)
  const [ann, bob] = ['ann', 'bob'].map((name) => network.link(name, { onClose: () => undefined }))
  if (ann === undefined || bob === undefined) throw new Error('no links')
  pacer.sendNow(ann, () => ann.emit('answer', { text: 'x'.repeat(600_000) }))
  expect(pacer.isFree(bob)).toBe(false)
})
