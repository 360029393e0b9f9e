import * as E from '#fp/Either'
import { describe, expect, it } from 'vitest'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { openLog } from '../../../src/infrastructure/http/room-log.js'
import { keepsItsPromises, keepsOrder } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { ok, questions, say, joinNatively, toldTo, started } from './telequiz-players.js'
import { withServer } from './with-server.js'

describe('a quiz that is open', () => {
  const server = withServer()

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
