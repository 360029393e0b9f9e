import { afterEach, describe, expect, test } from 'vitest'
import type { QuizOptions } from '../../../src/client/quiz/quiz-client.js'
import { ownChoice, pointsOf, ranking } from '../../../src/client/quiz/ranking.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { liveServer } from '../../kit/live-server.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import { withServer } from '../../infrastructure/protocols/server-kit.js'
import { quizPerson, type QuizPerson } from './quiz-participant.js'

const questions = [
  { text: 'Which is a fruit?', choices: ['tomato', 'potato'], answer: 0, seconds: 10 },
  { text: 'canary-of-the-second', choices: ['canary-x', 'canary-y', 'canary-z'], answer: 2, seconds: 20 },
]

const isAsking =
  (number: number) =>
  ({ room: { quiz } }: ReturnType<QuizPerson['client']['state']>): boolean =>
    quiz.phase.type === 'asking' && quiz.phase.question.number === number

/** Including its points, which come a moment after it has closed. */
const hasClosed =
  (number: number) =>
  ({ room: { quiz, rounds } }: ReturnType<QuizPerson['client']['state']>): boolean =>
    rounds.some(({ question }) => question.number === number) && quiz.table.length > 0

const hasFinished = ({ room: { quiz } }: ReturnType<QuizPerson['client']['state']>): boolean =>
  quiz.phase.type === 'finished'

const tableOf = ({ client }: QuizPerson) =>
  ranking(client.state().room).map(({ name, score, place, isOwn }) => [place, name, score, isOwn])

describe('a quiz client', () => {
  const server = withServer()
  const people: Array<QuizPerson> = []
  afterEach(() => {
    for (const { client } of people.splice(0)) client.close()
  })

  const comes = async (
    wish: Omit<QuizOptions, 'room'>,
    circumstances: Parameters<typeof quizPerson>[2] = {},
  ): Promise<QuizPerson> => {
    const person = quizPerson(server(), wish, circumstances)
    people.push(person)
    await person.enters()
    return person
  }

  const begun = async (...names: ReadonlyArray<string>) => {
    const host = await comes({ as: 'host' })
    await host.sees(({ hosting }) => hosting === 'own')
    const players: Array<QuizPerson> = []
    for (const name of names) players.push(await comes({ as: 'player', name, userId: `player-${name}` }))
    expect(await host.client.start(questions)).toMatchObject({ success: true })
    for (const person of [host, ...players]) await person.sees(isAsking(1))
    const [bob, cy] = players
    if (bob === undefined) throw new Error('somebody plays')
    return { host, bob, cy: cy ?? bob, players }
  }

  test('hosts, answers and finishes a quiz', async () => {
    const { host, bob, cy } = await begun('Bob', 'Cy')
    server().clock.advance(2_500)
    bob.client.choose(0)
    await bob.sees(({ room }) => ownChoice(room) === 0)
    await host.sees(({ room }) => room.answeredIds.length === 1)
    cy.client.choose(1)
    await host.sees(({ room }) => room.answeredIds.length === 2)
    expect(cy.client.state().room.answeredIds).toEqual([])
    server().clock.advance(7_500)
    for (const person of [host, bob, cy]) {
      const { room } = await person.sees(hasClosed(1))
      expect(room.rounds).toMatchObject([{ answer: 0, counts: [1, 1] }])
    }
    expect(bob.client.state().room.rounds.map(pointsOf)).toEqual([875])
    expect(tableOf(bob)).toEqual([
      [1, 'Bob', 875, true],
      [2, 'Cy', 0, false],
    ])
    server().clock.advance(3_000)
    await cy.sees(isAsking(2))
    expect(cy.client.state().room.answeredIds).toEqual([])
    cy.client.choose(2)
    await cy.sees(({ room }) => ownChoice(room) === 2)
    server().clock.advance(20_000)
    for (const person of [host, bob, cy]) await person.sees(hasFinished)
    expect(tableOf(host)).toEqual([
      [1, 'Cy', 1_000, false],
      [2, 'Bob', 875, false],
    ])
  })

  test('receives neither the right answer nor the next question before its time', async () => {
    const { bob } = await begun('Bob')
    bob.client.choose(1)
    await bob.sees(({ room }) => ownChoice(room) === 1)
    server().clock.advance(9_999)
    const seen = [...bob.frames, JSON.stringify(bob.client.state()), ...bob.storage.held.values()].join()
    expect(seen).toContain('Which is a fruit?')
    expect(seen).not.toContain('canary')
    expect(seen).not.toMatch(/"answer":\d/)
    server().clock.advance(1)
    await bob.sees(hasClosed(1))
    expect(bob.frames.join()).toContain('"answer":0')
  })

  test('counts an answer once when its acknowledgement is lost with the connection', async () => {
    const { host, bob } = await begun('Bob')
    bob.goesDeaf()
    bob.client.choose(0)
    await server().waitForRecord(({ type }: { type: string }) => type === 'telequiz.answered')
    bob.cut()
    await bob.sees(({ status }) => status.connection.type === 'lost')
    expect(bob.client.state().answer).toMatchObject({
      type: 'sending',
      choice: 0,
      number: 1,
      isWaiting: true,
    })
    bob.returns()
    await bob.sees(({ room }) => ownChoice(room) === 0)
    expect(bob.client.state().answer).toEqual({ type: 'none' })
    server().clock.advance(10_000)
    await host.sees(hasClosed(1))
    expect(server().log.filter(({ type }: { type: string }) => type === 'telequiz.answered')).toHaveLength(1)
  })

  test('sends an answer that was chosen without a connection after the reconnect, while the question is open', async () => {
    const { bob, cy } = await begun('Bob', 'Cy')
    for (const person of [bob, cy]) {
      person.cut()
      await person.sees(({ status }) => status.connection.type === 'lost')
      person.client.choose(1)
    }
    bob.returns()
    await bob.sees(({ room }) => ownChoice(room) === 1)
    server().clock.advance(10_000)
    await bob.sees(hasClosed(1))
    cy.returns()
    const { answer, room } = await cy.sees(hasClosed(1))
    expect(answer).toMatchObject({ type: 'refused', number: 1, error: { code: 'stale-move' } })
    expect(room.rounds).toMatchObject([{ counts: [0, 1], ownAnswer: null }])
  })

  test('reports an answer as too late when it reconnects during the next question', async () => {
    const { host, bob } = await begun('Bob')
    bob.cut()
    await bob.sees(({ status }) => status.connection.type === 'lost')
    bob.client.choose(0)
    server().clock.advance(10_000)
    await host.sees(({ room }) => room.rounds.length === 1)
    server().clock.advance(3_000)
    await host.sees(isAsking(2))
    bob.returns()
    const { answer } = await bob.sees(isAsking(2))
    expect(answer).toMatchObject({ type: 'refused', number: 1, error: { code: 'stale-move' } })
    bob.client.choose(1)
    await bob.sees(({ room }) => ownChoice(room) === 1)
    expect(bob.client.state().answer).toEqual({ type: 'none' })
  })

  test('sends only the first of several answers', async () => {
    const { bob } = await begun('Bob')
    bob.client.choose(0)
    bob.client.choose(1)
    await bob.sees(({ room }) => ownChoice(room) === 0)
    bob.client.choose(1)
    expect(bob.client.state().answer).toEqual({ type: 'none' })
    server().clock.advance(10_000)
    await bob.sees(hasClosed(1))
    expect(server().log.filter(({ type }: { type: string }) => type === 'telequiz.answered')).toHaveLength(1)
  })

  test('shows the open question to a late player, and its own answer to a player who reloads', async () => {
    const { host, bob } = await begun('Bob')
    server().clock.advance(5_000)
    bob.client.choose(0)
    await bob.sees(({ room }) => ownChoice(room) === 0)
    const late = await comes({ as: 'player', name: 'Late', userId: 'player-Late' })
    expect(isAsking(1)(late.client.state())).toBe(true)
    late.client.choose(0)
    await late.sees(({ room }) => ownChoice(room) === 0)
    await host.sees(({ room }) => room.answeredIds.length === 2)
    bob.cut()
    const again = await comes({ as: 'player', name: 'Bob', userId: 'player-Bob' }, { storage: bob.storage })
    expect(again.client.state().room.me).toEqual(bob.client.state().room.me)
    expect(ownChoice(again.client.state().room)).toBe(0)
    server().clock.advance(5_000)
    await again.sees(hasClosed(1))
    again.cut()
    const third = await comes({ as: 'player', name: 'Bob', userId: 'player-Bob' }, { storage: bob.storage })
    expect(third.client.state().room.rounds).toEqual(again.client.state().room.rounds)
    expect(tableOf(third)).toEqual([
      [1, 'Bob', 750, true],
      [1, 'Late', 750, false],
    ])
  })

  test('counts the answers again for a host who reloads', async () => {
    const { host, bob, cy } = await begun('Bob', 'Cy')
    bob.client.choose(0)
    await host.sees(({ room }) => room.answeredIds.length === 1)
    host.cut()
    await cy.sees(({ room }) => room.people.some(({ isAway }) => isAway))
    const again = await comes({ as: 'host' }, { storage: host.storage })
    await again.sees(({ room }) => room.answeredIds.length === 1)
    cy.client.choose(0)
    await again.sees(({ room }) => room.answeredIds.length === 2)
    expect(again.client.state().hosting).toBe('own')
  })

  test('keeps the points of a player whose session has ended, and sends no second answer', async () => {
    const { bob, cy } = await begun('Bob', 'Cy')
    bob.client.choose(0)
    await bob.sees(({ room }) => ownChoice(room) === 0)
    server().clock.advance(10_000)
    await cy.sees(hasClosed(1))
    server().clock.advance(3_000)
    await bob.sees(isAsking(2))
    bob.client.choose(2)
    await bob.sees(({ room }) => ownChoice(room) === 2)
    bob.cut()
    await cy.sees(({ room }) => room.people.some(({ isAway }) => isAway))
    server().clock.advance(15_000)
    await cy.sees(({ room }) => room.people.length === 2)
    bob.returns()
    const { room } = await bob.sees(({ status }) => status.type === 'joined')
    expect(room.people.map(({ name }) => name)).toEqual([null, 'Cy', 'Bob'])
    bob.client.choose(1)
    server().clock.advance(5_000)
    await bob.sees(hasFinished)
    expect(tableOf(bob)).toEqual([[1, 'Bob', 2_000, true]])
    expect(server().log.filter(({ type }: { type: string }) => type === 'telequiz.answered')).toHaveLength(2)
  })

  test('takes over as host after the first host has left for good', async () => {
    const { host } = await begun('Bob')
    const other = await comes({ as: 'host' })
    expect(other.client.state().hosting).toBe('other')
    host.cut()
    await other.sees(({ room }) => room.people.some(({ isAway }) => isAway))
    server().clock.advance(15_000)
    await other.sees(({ hosting }) => hosting === 'left-during-quiz')
    server().clock.advance(60_000)
    await other.sees(({ hosting }) => hosting === 'own')
    expect(await other.client.start(questions)).toMatchObject({ success: true })
    await other.sees(isAsking(1))
  })

  test('knows the server’s time with a wrong clock of its own', async () => {
    const { bob } = await begun('Bob')
    const wrong = await comes({ as: 'player', name: 'Wrong' }, { wrongByMs: 3_600_000 })
    expect(wrong.client.serverNow()).toBe(server().clock.now())
    server().clock.advance(4_000)
    expect([bob, wrong].map(({ client }) => client.serverNow())).toEqual([
      server().clock.now(),
      server().clock.now(),
    ])
  })

  test('leaves at once and for good', async () => {
    const { host, bob } = await begun('Bob')
    await bob.client.leave()
    await host.sees(({ room }) => room.people.length === 1)
    expect(bob.client.state().status).toMatchObject({ type: 'outside' })
  })

  test('does not create a room as a player', async () => {
    const lost = quizPerson(server(), { as: 'player', name: 'Lost' })
    people.push(lost)
    lost.client.join()
    const { status } = await lost.sees((state) => state.status.type === 'refused')
    expect(status).toMatchObject({ error: { code: 'room-not-found' } })
  })
})

test('a quiz continues for all members after the server was killed', async () => {
  const [store, clock] = [memoryEventStore(), virtualClock()]
  const first = await liveServer({ store, clock })
  const host = quizPerson(first, { as: 'host' })
  await host.enters()
  await host.sees(({ hosting }) => hosting === 'own')
  const bob = quizPerson(first, { as: 'player', name: 'Bob' })
  await bob.enters()
  await host.client.start(questions)
  await bob.sees(isAsking(1))
  bob.client.choose(0)
  await bob.sees(({ room }) => ownChoice(room) === 0)
  for (const { cut } of [host, bob]) cut()
  await first.crash()
  clock.standStill(60_000)
  const second = await liveServer({ store, clock })
  const back = await Promise.all(
    [host, bob].map(async ({ storage }, place) => {
      const person = quizPerson(second, place === 0 ? { as: 'host' } : { as: 'player', name: 'Bob' }, {
        storage,
      })
      await person.enters()
      return person
    }),
  )
  const [hostAgain, bobAgain] = back
  if (hostAgain === undefined || bobAgain === undefined) throw new Error('two came back')
  expect(hostAgain.client.state().hosting).toBe('own')
  await bobAgain.sees(hasClosed(1))
  clock.advance(3_000)
  await bobAgain.sees(isAsking(2))
  clock.advance(20_000)
  await bobAgain.sees(hasFinished)
  expect(tableOf(bobAgain)).toEqual([[1, 'Bob', 1_000, true]])
  for (const { client } of [host, bob, ...back]) client.close()
  await second.close()
})
