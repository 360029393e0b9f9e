import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/event-stores/memory-event-store.js'
import { openLog } from '../../../src/infrastructure/http/room-log.js'
import { keepsItsPromises, keepsOrder } from '../../contract/dialect.js'
import type { Client, Heard } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { withServer } from './with-server.js'

const codeOf = (reply: Heard): unknown => reply.error?.['code']
const ok = { success: true }

const questions = [
  { text: 'Which is a fruit?', choices: ['tomato', 'potato'], answer: 0, seconds: 10 },
  { text: 'canary-of-the-second', choices: ['canary-x', 'canary-y'], answer: 1, seconds: 20 },
]

const say = (client: Client, event: string, payload?: unknown): Promise<Heard> =>
  client.ask('CUSTOM_MODULE_EVENT', { module: 'telequiz', event, payload })

const join = async (server: LiveServer, id: string, auth: object = {}): Promise<Client> => {
  const client = await server.client('/', auth)
  await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
  return client
}

/** A program in the same room. */
const joinNatively = async (server: LiveServer, userId: string): Promise<Client> => {
  const client = await server.client('/rooms', { userId })
  await client.ask('join', { room: 'friday', token: 't' })
  return client
}

/** What a module said, without where. */
const toldTo = (client: Client): ReadonlyArray<readonly [unknown, unknown]> =>
  client.of('CUSTOM_MODULE_EVENT').map(({ event, payload }) => [event, payload])

const started = async (server: LiveServer, ...others: ReadonlyArray<string>) => {
  const host = await join(server, 'ann')
  const players: Array<Client> = []
  for (const id of others) players.push(await join(server, id))
  await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
  expect(await say(host, 'start', { questions })).toEqual(ok)
  return { host, players }
}

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
    await server().happens(({ type }) => type === 'telequiz.scores')
    server().clock.advance(3_000)
    await server().happens(({ type, data }) => type === 'telequiz.question' && data.number === 2)
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
    expect(codeOf(await say(host, 'start', { questions }))).toBe('not-your-turn')
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

  it('shows nobody what is right or what comes next before it is time: no emit, no answer, no state', async () => {
    const { host, players } = await started(server(), 'bob')
    const [bob] = players
    if (bob === undefined) throw new Error('he is there')
    const program = await joinNatively(server(), 'cy')
    await say(bob, 'answer', { choice: 1 })
    const states = await Promise.all(
      [host, bob].map((client) => client.ask('join-activity-request', { activity: 'telequiz' })),
    )
    const rejoined = await program.ask('join', { room: 'friday', token: 't' })
    const exported: Array<string> = []
    for (const { id } of [host, bob, program]) {
      const log = await openLog(server().engine, roomId('friday'), memberId(id), { after: 0, limit: 1_000 })
      exported.push(E.isRight(log) ? (log.right.first ?? '') : '')
    }
    server().clock.advance(9_999)
    await bob.fence()
    const seen = [JSON.stringify([host.seen, bob.seen, program.seen, states, rejoined]), ...exported].join()
    expect(seen).toContain('Which is a fruit?')
    expect(seen).not.toContain('canary')
    expect(seen).not.toContain('"answer":')
    expect(seen).not.toContain('secret')
    expect(exported.map((log) => log.match(/telequiz\.\w+/g))).toEqual([
      ['telequiz.opened', 'telequiz.question'],
      ['telequiz.opened', 'telequiz.question', 'telequiz.answered'],
      null,
    ])
    const answersIn = (state: unknown) => JSON.stringify(state).match(/"choice":\d/g)
    expect(states.map(answersIn)).toEqual([null, ['"choice":1']])
    expect(answersIn(rejoined['state'])).toBeNull()
    server().clock.advance(1)
    expect(await bob.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'closed')).toMatchObject({
      payload: { answer: 0 },
    })
  })

  it('tells who comes back what it missed: its own answers, and nobody else’s', async () => {
    const { players } = await started(server(), 'bob', 'cy')
    const [bob, cy] = players
    if (bob === undefined || cy === undefined) throw new Error('two are there')
    const { seq } = await bob.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'question')
    await say(bob, 'answer', { choice: 0 })
    await say(cy, 'answer', { choice: 1 })
    await bob.fence()
    await server().loses(bob)
    server().clock.advance(10_000)
    const { sessionId } = bob.session
    const back = await server().client('/', { sessionId, offsets: { friday: seq } })
    await back.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'scores')
    expect(toldTo(back).slice(0, 2)).toEqual([
      ['answered', { number: 1, user: 'bob', choice: 0 }],
      ['closed', { number: 1, answer: 0, counts: [1, 1] }],
    ])
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

describe('a quiz over a crash', () => {
  it('goes on from the log: the answers count, the question closes once, and the next has its whole time', async () => {
    const [store, clock] = [memoryEventStore(), virtualClock()]
    const first = await liveServer({ store, clock })
    const { players } = await started(first, 'bob')
    const [bob] = players
    if (bob === undefined) throw new Error('he is there')
    await say(bob, 'answer', { choice: 0 })
    const heard = await bob.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'answered')
    await first.crash()
    for (const client of first.clients) keepsOrder(client)
    clock.standStill(60_000)
    const second = await liveServer({ store, clock })
    const restarted = clock.now()
    const { sessionId } = bob.session
    const back = await second.client('/', { sessionId, offsets: { friday: heard['seq'] } })
    await back.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'scores')
    clock.advance(3_000)
    await back.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'question')
    expect(await say(back, 'answer', { choice: 0, question: 2 })).toEqual(ok)
    clock.advance(20_000)
    await back.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'finished')
    const [, second2] = questions
    const table = [{ user: 'bob', score: 1_000 }]
    expect(toldTo(back)).toEqual([
      ['closed', { number: 1, answer: 0, counts: [1, 0] }],
      ['scores', { number: 1, table }],
      [
        'question',
        { number: 2, of: 2, text: second2?.text, choices: second2?.choices, closesAt: restarted + 23_000 },
      ],
      ['answered', { number: 2, user: 'bob', choice: 0 }],
      ['closed', { number: 2, answer: 1, counts: [1, 0] }],
      ['scores', { number: 2, table }],
      ['finished', { table }],
    ])
    await keepsItsPromises(second)
  })
})
