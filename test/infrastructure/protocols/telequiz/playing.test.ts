import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { questions, send, join, joinNative, moduleEvents, startQuiz } from './quiz-clients.js'
import { codeOf, ok, withServer } from '../server-kit.js'
import { eventOf } from '../../../../src/domain/room/index.js'
import { telequiz } from '../../../../src/domain/activities/telequiz/index.js'

describe('a quiz in a party', () => {
  const server = withServer()

  it('asks, closes by the clock and scores each question, and shows an answer only to its author', async () => {
    const { host, players } = await startQuiz(server(), 'bob', 'cy')
    const [bob, cy] = players
    if (bob === undefined || cy === undefined) throw new Error('a player is missing')
    const startedAt = server().clock.now()
    server().clock.advance(2_500)
    expect(await send(bob, 'answer', { choice: 0, question: 1 })).toEqual(ok)
    expect(await send(cy, 'answer', { choice: 1 })).toEqual(ok)
    server().clock.advance(7_500)
    await server().waitForRecord(({ type }: { type: string }) => type === 'telequiz.scores')
    server().clock.advance(3_000)
    await server().waitForRecord((record) => {
      const event = eventOf(telequiz, record)
      return event?.type === 'telequiz.question' && event.data.number === 2
    })
    expect(codeOf(await send(cy, 'answer', { choice: 0, question: 1 }))).toBe('stale-move')
    expect(await send(cy, 'answer', { choice: 1, question: 2 })).toEqual(ok)
    server().clock.advance(20_000)

    const [first, second] = questions.map(({ text, choices }) => ({ text, choices }))
    const firstTable = [
      { user: 'bob', score: 875 },
      { user: 'cy', score: 0 },
    ]
    const lastTable = [
      { user: 'cy', score: 1_000 },
      { user: 'bob', score: 875 },
    ]
    const commonEvents = [
      ['opened', { host: host.id, userId: 'ann' }],
      ['question', { number: 1, of: 2, ...first, closesAt: startedAt + 10_000 }],
      ['closed', { number: 1, answer: 0, counts: [1, 1] }],
      ['scores', { number: 1, table: firstTable }],
      ['question', { number: 2, of: 2, ...second, closesAt: startedAt + 33_000 }],
      ['closed', { number: 2, answer: 1, counts: [0, 1] }],
      ['scores', { number: 2, table: lastTable }],
      ['finished', { table: lastTable }],
    ]
    for (const client of [host, bob, cy]) {
      await client.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'finished')
      await client.flush()
      expect(moduleEvents(client).filter(([event]) => event !== 'answered')).toEqual(commonEvents)
    }
    const answersTo = (client: Client) => moduleEvents(client).filter(([event]) => event === 'answered')
    expect(answersTo(host)).toEqual([])
    expect(answersTo(bob)).toEqual([['answered', { number: 1, user: 'bob', choice: 0 }]])
    expect(answersTo(cy)).toEqual([
      ['answered', { number: 1, user: 'cy', choice: 1 }],
      ['answered', { number: 2, user: 'cy', choice: 1 }],
    ])
  })

  it('rejects late, repeated, invalid and unauthorised commands, and emits nothing for them', async () => {
    const host = await join(server(), 'ann')
    const bob = await join(server(), 'bob')
    expect(codeOf(await send(host, 'start', { questions }))).toBe('activity-inactive')
    await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
    expect(codeOf(await send(bob, 'answer', { choice: 0 }))).toBe('game-over')
    expect(codeOf(await send(bob, 'start', { questions }))).toBe('access-denied')
    expect(codeOf(await bob.ask('DEACTIVATE_MODULE', { module: 'telequiz' }))).toBe('access-denied')
    await send(host, 'start', { questions })
    expect(codeOf(await send(host, 'start', { questions }))).toBe('draw-running')
    expect(codeOf(await send(host, 'answer', { choice: 0 }))).toBe('not-a-player')
    expect(codeOf(await send(bob, 'answer', { choice: 0, question: 2 }))).toBe('stale-move')
    for (const payload of [
      { choice: 2 },
      { choice: -1 },
      { choice: 0.5 },
      { choice: '0' },
      {},
      [],
      'x',
      null,
    ]) {
      expect(codeOf(await send(bob, 'answer', payload))).toBe('invalid-payload')
    }
    for (const event of [
      'close',
      'next',
      'close-question',
      'ask-next',
      'start-quiz',
      'give-answer',
      '__proto__',
    ]) {
      expect(codeOf(await send(host, event, { number: 1 }))).toBe('invalid-payload')
    }
    const stranger = await server().client()
    expect(codeOf(await send(stranger, 'answer', { choice: 0 }))).toBe('not-in-room')
    const log = server().log.length
    expect(await send(bob, 'answer', { choice: 0 })).toEqual(ok)
    for (const choice of [0, 1]) {
      expect(codeOf(await send(bob, 'answer', { choice }))).toBe('not-your-turn')
    }
    expect(server().log).toHaveLength(log + 1)
    await host.flush()
    expect(moduleEvents(host).map(([event]) => event)).toEqual(['opened', 'question'])
  })
})

describe('a quiz in the native protocol', () => {
  const server = withServer()

  it('executes each command once, and shows an answer only to its author', async () => {
    const host = await joinNative(server(), 'ann').then(async (client) => {
      await client.ask('join', { room: 'friday', token: 't', create: true })
      return client
    })
    const [bob, cy] = [await joinNative(server(), 'bob'), await joinNative(server(), 'cy')]
    const command = (client: Client, id: string, type: string, payload?: unknown) =>
      client.ask('command', { room: 'friday', id, type, payload })
    await command(host, '1', 'room.activate', { activity: 'telequiz' })
    expect(codeOf(await command(bob, '1', 'telequiz.start', { questions }))).toBe('access-denied')
    expect(await command(host, '2', 'telequiz.start', { questions })).toMatchObject(ok)
    const answered = await command(bob, '2', 'telequiz.answer', { choice: 0, question: 1 })
    expect(await command(bob, '2', 'telequiz.answer', { choice: 0, question: 1 })).toEqual(answered)
    expect(codeOf(await command(bob, '2', 'telequiz.answer', { choice: 1, question: 1 }))).toBe(
      'command-id-reused',
    )
    expect(codeOf(await command(bob, '3', 'telequiz.answer', { choice: 1, question: 1 }))).toBe(
      'not-your-turn',
    )
    server().clock.advance(10_000)
    for (const client of [host, bob, cy])
      await client.waitFor('event', ({ type }) => type === 'telequiz.scores')
    const types = (client: Client) =>
      client.payloadsOf('event').flatMap(({ type }) => (String(type).startsWith('telequiz.') ? [type] : []))
    const commonTypes = ['telequiz.opened', 'telequiz.question', 'telequiz.closed', 'telequiz.scores']
    expect(types(host)).toEqual(commonTypes)
    expect(types(cy)).toEqual(commonTypes)
    expect(types(bob)).toEqual(commonTypes.toSpliced(2, 0, 'telequiz.answered'))
    expect(await bob.waitFor('event', ({ type }) => type === 'telequiz.answered')).toMatchObject({
      by: bob.id,
      seq: answered['seq'],
      data: { number: 1, user: 'bob', choice: 0 },
    })
  })
})
