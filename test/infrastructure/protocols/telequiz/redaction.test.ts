import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import { memberId, roomId } from '../../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../../src/infrastructure/storage/memory-event-store.js'
import { openLog } from '../../../../src/infrastructure/http/room-log.js'
import { expectServerContract, expectClientContract } from '../../../contract/protocol.js'
import { liveServer } from '../../../kit/live-server.js'
import { virtualClock } from '../../../kit/virtual-clock.js'
import { questions, send, joinNative, moduleEvents, startQuiz } from './quiz-clients.js'
import { ok, withServer } from '../server-kit.js'

describe('an open question', () => {
  const server = withServer()

  it('is shown without its answer and without later questions in every emit, reply, state and log', async () => {
    const { host, players } = await startQuiz(server(), 'bob')
    const [bob] = players
    if (bob === undefined) throw new Error('the player is missing')
    const native = await joinNative(server(), 'cy')
    await send(bob, 'answer', { choice: 1 })
    const states = await Promise.all(
      [host, bob].map((client) => client.ask('join-activity-request', { activity: 'telequiz' })),
    )
    const rejoined = await native.ask('join', { room: 'friday', token: 't' })
    const exported: Array<string> = []
    for (const { id } of [host, bob, native]) {
      const viewer = { type: 'member', id: memberId(id) } as const
      const log = await openLog(server().engine, roomId('friday'), viewer, { after: 0, limit: 1_000 })
      exported.push(E.isRight(log) ? (log.right.first ?? '') : '')
    }
    server().clock.advance(9_999)
    await bob.flush()
    const shown = [JSON.stringify([host.seen, bob.seen, native.seen, states, rejoined]), ...exported].join()
    expect(shown).toContain('Which is a fruit?')
    expect(shown).not.toContain('canary')
    expect(shown).not.toContain('"answer":')
    expect(shown).not.toContain('secret')
    expect(exported.map((log) => log.match(/telequiz\.\w+/g))).toEqual([
      ['telequiz.opened', 'telequiz.question'],
      ['telequiz.opened', 'telequiz.question', 'telequiz.answered'],
      null,
    ])
    const answersIn = (state: unknown) => JSON.stringify(state).match(/"choice":\d/g)
    expect(states.map(answersIn)).toEqual([null, ['"choice":1']])
    expect(answersIn(rejoined['state'])).toBeNull()
    server().clock.advance(1)
    expect(await bob.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'closed')).toMatchObject({
      payload: { answer: 0 },
    })
  })

  it('is caught up with a player’s own answer and without those of others', async () => {
    const { players } = await startQuiz(server(), 'bob', 'cy')
    const [bob, cy] = players
    if (bob === undefined || cy === undefined) throw new Error('a player is missing')
    const { seq } = await bob.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'question')
    await send(bob, 'answer', { choice: 0 })
    await send(cy, 'answer', { choice: 1 })
    await bob.flush()
    await server().loseConnection(bob)
    server().clock.advance(10_000)
    const { sessionId } = bob.session
    const back = await server().client('/', { sessionId, offsets: { friday: seq } })
    await back.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'scores')
    expect(moduleEvents(back).slice(0, 2)).toEqual([
      ['answered', { number: 1, user: 'bob', choice: 0 }],
      ['closed', { number: 1, answer: 0, counts: [1, 1] }],
    ])
  })
})

describe('a quiz after a crash', () => {
  it('continues from the log: answers count, the question closes once, and the next one has its full time', async () => {
    const [store, clock] = [memoryEventStore(), virtualClock()]
    const first = await liveServer({ store, clock })
    const { players } = await startQuiz(first, 'bob')
    const [bob] = players
    if (bob === undefined) throw new Error('the player is missing')
    await send(bob, 'answer', { choice: 0 })
    const ownAnswer = await bob.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'answered')
    await first.crash()
    for (const client of first.clients) expectClientContract(client)
    clock.standStill(60_000)
    const second = await liveServer({ store, clock })
    const restartedAt = clock.now()
    const { sessionId } = bob.session
    const back = await second.client('/', { sessionId, offsets: { friday: ownAnswer['seq'] } })
    await back.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'scores')
    clock.advance(3_000)
    await back.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'question')
    expect(await send(back, 'answer', { choice: 0, question: 2 })).toEqual(ok)
    clock.advance(20_000)
    await back.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'finished')
    const [, nextQuestion] = questions
    const table = [{ user: 'bob', score: 1_000 }]
    expect(moduleEvents(back)).toEqual([
      ['closed', { number: 1, answer: 0, counts: [1, 0] }],
      ['scores', { number: 1, table }],
      [
        'question',
        {
          number: 2,
          of: 2,
          text: nextQuestion?.text,
          choices: nextQuestion?.choices,
          closesAt: restartedAt + 23_000,
        },
      ],
      ['answered', { number: 2, user: 'bob', choice: 0 }],
      ['closed', { number: 2, answer: 1, counts: [1, 0] }],
      ['scores', { number: 2, table }],
      ['finished', { table }],
    ])
    await expectServerContract(second)
  })
})
