import { describe, expect, it } from 'vitest'
import type { Client } from '../../kit/live-client.js'
import { codeOf, ok, questions, say, join, joinNatively, toldTo, started } from './telequiz-players.js'
import { withServer } from './with-server.js'
import { eventOf } from '../../../src/domain/room/index.js'
import { telequiz } from '../../../src/domain/activities/telequiz/index.js'

describe('a quiz in a party', () => {
  const server = withServer()

  it('is asked, answered, closed by the clock and scored, and each answer is told to its author alone', async () => {
    const { host, players } = await started(server(), 'bob', 'cy')
    const [bob, cy] = players
    if (bob === undefined || cy === undefined) throw new Error('two are there')
    const began = server().clock.now()
    server().clock.advance(2_500)
    expect(await say(bob, 'answer', { choice: 0, question: 1 })).toEqual(ok)
    expect(await say(cy, 'answer', { choice: 1 })).toEqual(ok)
    server().clock.advance(7_500)
    await server().happens(({ type }: { type: string }) => type === 'telequiz.scores')
    server().clock.advance(3_000)
    await server().happens((record) => {
      const asked = eventOf(telequiz, record)
      return asked?.type === 'telequiz.question' && asked.data.number === 2
    })
    expect(codeOf(await say(cy, 'answer', { choice: 0, question: 1 }))).toBe('stale-move')
    expect(await say(cy, 'answer', { choice: 1, question: 2 })).toEqual(ok)
    server().clock.advance(20_000)

    const [first, second] = questions.map(({ text, choices }) => ({ text, choices }))
    const after = [
      { user: 'bob', score: 875 },
      { user: 'cy', score: 0 },
    ]
    const last = [
      { user: 'cy', score: 1_000 },
      { user: 'bob', score: 875 },
    ]
    const everybodys = [
      ['opened', { host: host.id, userId: 'ann' }],
      ['question', { number: 1, of: 2, ...first, closesAt: began + 10_000 }],
      ['closed', { number: 1, answer: 0, counts: [1, 1] }],
      ['scores', { number: 1, table: after }],
      ['question', { number: 2, of: 2, ...second, closesAt: began + 33_000 }],
      ['closed', { number: 2, answer: 1, counts: [0, 1] }],
      ['scores', { number: 2, table: last }],
      ['finished', { table: last }],
    ]
    for (const client of [host, bob, cy]) {
      await client.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'finished')
      await client.fence()
      expect(toldTo(client).filter(([event]) => event !== 'answered')).toEqual(everybodys)
    }
    const answered = (client: Client) => toldTo(client).filter(([event]) => event === 'answered')
    expect(answered(host)).toEqual([])
    expect(answered(bob)).toEqual([['answered', { number: 1, user: 'bob', choice: 0 }]])
    expect(answered(cy)).toEqual([
      ['answered', { number: 1, user: 'cy', choice: 1 }],
      ['answered', { number: 2, user: 'cy', choice: 1 }],
    ])
  })

  it('refuses what is late, second, from the wrong one or no answer, and then nobody hears anything', async () => {
    const host = await join(server(), 'ann')
    const bob = await join(server(), 'bob')
    expect(codeOf(await say(host, 'start', { questions }))).toBe('activity-inactive')
    await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
    expect(codeOf(await say(bob, 'answer', { choice: 0 }))).toBe('game-over')
    expect(codeOf(await say(bob, 'start', { questions }))).toBe('access-denied')
    expect(codeOf(await bob.ask('DEACTIVATE_MODULE', { module: 'telequiz' }))).toBe('access-denied')
    await say(host, 'start', { questions })
    expect(codeOf(await say(host, 'start', { questions }))).toBe('draw-running')
    expect(codeOf(await say(host, 'answer', { choice: 0 }))).toBe('not-a-player')
    expect(codeOf(await say(bob, 'answer', { choice: 0, question: 2 }))).toBe('stale-move')
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
      expect(codeOf(await say(bob, 'answer', payload))).toBe('invalid-payload')
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
      expect(codeOf(await say(host, event, { number: 1 }))).toBe('invalid-payload')
    }
    const stranger = await server().client()
    expect(codeOf(await say(stranger, 'answer', { choice: 0 }))).toBe('not-in-room')
    const log = server().log.length
    expect(await say(bob, 'answer', { choice: 0 })).toEqual(ok)
    for (const choice of [0, 1]) {
      expect(codeOf(await say(bob, 'answer', { choice }))).toBe('not-your-turn')
    }
    expect(server().log).toHaveLength(log + 1)
    await host.fence()
    expect(toldTo(host).map(([event]) => event)).toEqual(['opened', 'question'])
  })

  it('refuses questions that cannot be asked, however many and large', async () => {
    const host = await join(server(), 'ann')
    await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
    const log = server().log.length
    const [question] = questions
    const refused: ReadonlyArray<readonly [unknown, string, string?]> = [
      [{ questions: [] }, 'invalid-payload', 'questions'],
      [{}, 'invalid-payload', 'questions'],
      [{ questions: {} }, 'invalid-payload', 'questions'],
      [{ questions: [{ ...question, choices: [] }] }, 'invalid-payload', 'questions.0.choices'],
      [{ questions: [{ ...question, choices: ['one'] }] }, 'invalid-payload', 'questions.0.choices'],
      [{ questions: [{ ...question, choices: ['a', 7] }] }, 'invalid-payload', 'questions.0.choices.1'],
      [{ questions: [{ ...question, answer: 2 }] }, 'invalid-payload', 'questions.0.answer'],
      [{ questions: [{ ...question, answer: undefined }] }, 'invalid-payload', 'questions.0.answer'],
      [{ questions: [{ ...question, seconds: 0 }] }, 'invalid-payload', 'questions.0.seconds'],
      [{ questions: [question, { ...question, seconds: 301 }] }, 'invalid-payload', 'questions.1.seconds'],
      [{ questions: [{ ...question, text: '' }] }, 'invalid-payload', 'questions.0.text'],
      [{ questions: [{ ...question, text: 'x'.repeat(1_001) }] }, 'invalid-payload', 'questions.0.text'],
      // Told of the list, for nobody looks at them one by one.
      [{ questions: Array.from({ length: 20_000 }, () => 7) }, 'invalid-payload', 'questions'],
      [
        { questions: [{ ...question, choices: Array.from({ length: 10_000 }, () => 7) }] },
        'invalid-payload',
        'questions.0.choices',
      ],
      [
        { questions: [{ ...question, choices: Array.from({ length: 10_000 }, () => 'a choice') }] },
        'payload-too-large',
      ],
      [{ questions: [{ ...question, text: 'x'.repeat(900_000) }] }, 'payload-too-large'],
    ]
    for (const [payload, code, path] of refused) {
      const reply = await say(host, 'start', payload)
      expect([codeOf(reply), reply.error?.['path']]).toEqual([code, path])
    }
    expect(server().log).toHaveLength(log)
    expect(await say(host, 'start', { questions })).toEqual(ok)
  })
})

describe('a quiz for programs', () => {
  const server = withServer()

  it('is played by native commands, once each, and a program is told its own answer alone', async () => {
    const host = await joinNatively(server(), 'ann').then(async (client) => {
      await client.ask('join', { room: 'friday', token: 't', create: true })
      return client
    })
    const [bob, cy] = [await joinNatively(server(), 'bob'), await joinNatively(server(), 'cy')]
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
      await client.hears('event', ({ type }) => type === 'telequiz.scores')
    const types = (client: Client) =>
      client.of('event').flatMap(({ type }) => (String(type).startsWith('telequiz.') ? [type] : []))
    const toAll = ['telequiz.opened', 'telequiz.question', 'telequiz.closed', 'telequiz.scores']
    expect(types(host)).toEqual(toAll)
    expect(types(cy)).toEqual(toAll)
    expect(types(bob)).toEqual(toAll.toSpliced(2, 0, 'telequiz.answered'))
    expect(await bob.hears('event', ({ type }) => type === 'telequiz.answered')).toMatchObject({
      by: bob.id,
      seq: answered['seq'],
      data: { number: 1, user: 'bob', choice: 0 },
    })
  })
})
