import { describe, expect, it } from 'vitest'
import type { Heard } from '../../kit/live-client.js'
import type { Speaker } from './speakers.js'
import { codeOf, speakers } from './speakers.js'
import { withServer } from './with-server.js'
import { eventOf } from '../../../src/domain/room/index.js'
import { telequiz } from '../../../src/domain/activities/telequiz/index.js'
import { builtIn } from '../../kit/index.js'

const question = { text: 'Which is a fruit?', choices: ['tomato', 'potato'], answer: 0, seconds: 10 }
const questions = [question, { ...question, text: 'And now?' }]

const many = <Item>(count: number, item: Item): ReadonlyArray<Item> =>
  Array.from({ length: count }, () => item)

/** Quizzes that nobody can ask, with the code and the field that is wrong. */
const unaskable: ReadonlyArray<readonly [what: string, payload: unknown, code: string, path?: string]> = [
  ['no questions', { questions: [] }, 'invalid-payload', 'questions'],
  ['nothing', null, 'invalid-payload', 'questions'],
  ['a list', questions, 'invalid-payload'],
  ['101 questions', { questions: many(101, question) }, 'invalid-payload', 'questions'],
  ['no question', { questions: [null] }, 'invalid-payload', 'questions.0'],
  ['no choices', { questions: [{ ...question, choices: [] }] }, 'invalid-payload', 'questions.0.choices'],
  [
    'choices left out',
    { questions: [{ ...question, choices: undefined }] },
    'invalid-payload',
    'questions.0.choices',
  ],
  ['one choice', { questions: [{ ...question, choices: ['a'] }] }, 'invalid-payload', 'questions.0.choices'],
  [
    '11 choices',
    { questions: [{ ...question, choices: many(11, 'a') }] },
    'invalid-payload',
    'questions.0.choices',
  ],
  [
    '10 000 choices',
    { questions: [{ ...question, choices: many(10_000, '') }] },
    'invalid-payload',
    'questions.0.choices',
  ],
  [
    '10 000 choices with words',
    { questions: [{ ...question, choices: many(10_000, 'a choice') }] },
    'payload-too-large',
  ],
  [
    'a text of 1 001',
    { questions: [{ ...question, text: 'x'.repeat(1_001) }] },
    'invalid-payload',
    'questions.0.text',
  ],
  ['a text of 900 000', { questions: [{ ...question, text: 'x'.repeat(900_000) }] }, 'payload-too-large'],
  [
    'a choice of 900 000',
    { questions: [{ ...question, choices: ['a', 'x'.repeat(900_000)] }] },
    'payload-too-large',
  ],
  ['half a character', { questions: [{ ...question, text: '\ud83d' }] }, 'invalid-payload'],
  [
    'an answer that is no choice',
    { questions: [{ ...question, answer: 2 }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  [
    'an answer between two',
    { questions: [{ ...question, answer: 0.5 }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  [
    'an answer in words',
    { questions: [{ ...question, answer: 'tomato' }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  ['no time', { questions: [{ ...question, seconds: 0 }] }, 'invalid-payload', 'questions.0.seconds'],
  [
    '301 s, second',
    { questions: [question, { ...question, seconds: 301 }] },
    'invalid-payload',
    'questions.1.seconds',
  ],
]

const noAnswers: ReadonlyArray<unknown> = [
  ...[-1, 2, 0.5, '0', null, {}, []].map((choice) => ({ choice })),
  ...[0.5, '1', null, {}].map((number) => ({ choice: 0, question: number })),
  {},
  [],
  'x',
  { choice: 0, question: 0 },
  null,
  undefined,
]

const noColumns: ReadonlyArray<unknown> = [
  ...[-1, 7, 1.5, '3', null, {}, [], [3], true, 1e300, Number.NaN].map((column) => ({ column })),
  {},
  [],
  3,
  null,
  undefined,
]

describe.each(speakers)('%s', (_vocabulary, comes) => {
  const server = withServer()

  const outcomes = async (answers: ReadonlyArray<Promise<Heard>>): Promise<ReadonlyArray<unknown>> =>
    (await Promise.all(answers)).map((reply) => (reply['success'] === true ? 'done' : codeOf(reply)))

  describe('a quiz', () => {
    const hosted = async (): Promise<Speaker> => {
      const host = await comes(server(), 'ann')
      await host.activate('telequiz')
      return host
    }

    it.each(unaskable)('is not asked with %s', async (_what, payload, code, path) => {
      const host = await hosted()
      const length = server().log.length
      const { error } = await host.say('telequiz', 'start', payload)
      expect(error?.['code']).toBe(code)
      if (path !== undefined) expect(error?.['path']).toBe(path)
      expect(server().log).toHaveLength(length)
      expect(await host.say('telequiz', 'start', { questions })).toMatchObject({ success: true })
    })

    it('is not asked with a text of a million: the frame ends the connection, and the room goes on', async () => {
      const host = await hosted()
      const bob = await comes(server(), 'bob')
      const length = server().log.length
      void host.say('telequiz', 'start', { questions: [{ ...question, text: 'x'.repeat(1_000_000) }] })
      await host.client.ended
      expect(codeOf(await bob.say('telequiz', 'answer', { choice: 0 }))).toBe('game-over')
      const written = server()
        .log.slice(length)
        .map(({ type }) => type)
      expect(written.filter((type) => !type.startsWith('room.member-'))).toEqual([])
    })

    it('takes no answer that is none, and none that is late, second, the host’s or a stranger’s', async () => {
      const host = await hosted()
      const [bob, cy] = [await comes(server(), 'bob'), await comes(server(), 'cy')]
      const stranger = await comes(server(), 'stranger', false)
      expect(codeOf(await bob.say('telequiz', 'answer', { choice: 0 }))).toBe('game-over')
      await host.say('telequiz', 'start', { questions })
      const length = server().log.length
      for (const payload of noAnswers) {
        expect([payload, codeOf(await bob.say('telequiz', 'answer', payload))]).toEqual([
          payload,
          'invalid-payload',
        ])
      }
      expect(codeOf(await host.say('telequiz', 'answer', { choice: 0 }))).toBe('not-a-player')
      expect(codeOf(await stranger.say('telequiz', 'answer', { choice: 0 }))).toBe('not-in-room')
      expect(codeOf(await stranger.say('telequiz', 'start', { questions }))).toBe('not-in-room')
      expect(server().log).toHaveLength(length)

      // Twice at once: the first counts, whichever it is.
      const twice = await outcomes([0, 1].map((choice) => bob.say('telequiz', 'answer', { choice })))
      expect(twice).toEqual(['done', 'not-your-turn'])
      server().clock.advance(10_000)
      await server().happens(({ type }: { type: string }) => type === 'telequiz.scores')
      expect(codeOf(await cy.say('telequiz', 'answer', { choice: 0 }))).toBe('stale-move')
      server().clock.advance(3_000)
      await server().happens((record) => {
        const asked = eventOf(telequiz, record)
        return asked?.type === 'telequiz.question' && asked.data.number === 2
      })
      expect(codeOf(await cy.say('telequiz', 'answer', { choice: 0, question: 1 }))).toBe('stale-move')
      const answered = server().log.filter(({ type }: { type: string }) => type === 'telequiz.answered')
      expect(answered.map(({ data }) => data)).toEqual([{ number: 1, user: 'bob', choice: 0 }])
    })
  })

  describe('a game of Connect Four', () => {
    /** Ann is player 1, Bob player 2, and Cy watches. */
    const game = async (): Promise<readonly [Speaker, Speaker, Speaker]> => {
      const ann = await comes(server(), 'ann')
      const [bob, cy] = [await comes(server(), 'bob'), await comes(server(), 'cy')]
      await ann.activate('connect-four')
      expect(await ann.say('connect-four', 'create', { opponent: 'human' })).toMatchObject({ success: true })
      expect(await bob.say('connect-four', 'join')).toMatchObject({ success: true })
      return [ann, bob, cy]
    }
    const drop = (who: Speaker, column: unknown, ply?: number): Promise<Heard> =>
      who.say('connect-four', 'drop', { column, ...(ply === undefined ? {} : { ply }) })

    it('has seven columns, numbered from 0', async () => {
      const [ann] = await game()
      const length = server().log.length
      for (const payload of noColumns) {
        const { error } = await ann.say('connect-four', 'drop', payload)
        expect([payload, error?.['code']]).toEqual([payload, 'invalid-payload'])
      }
      expect(server().log).toHaveLength(length)
      expect(await drop(ann, 6)).toMatchObject({ success: true })
    })

    it('has moves for whose turn it is, each once, and none after its end', async () => {
      const [ann, bob, cy] = await game()
      const stranger = await comes(server(), 'stranger', false)
      expect(await outcomes([drop(bob, 3), drop(cy, 3), drop(stranger, 3)])).toEqual([
        'not-your-turn',
        'not-a-player',
        'not-in-room',
      ])
      // Two at once: by one, and by both.
      expect(await outcomes([drop(ann, 3), drop(ann, 3)])).toEqual(['done', 'not-your-turn'])
      expect(await outcomes([drop(bob, 3, 2), drop(bob, 4, 2)])).toEqual(['done', 'stale-move'])
      const both = await outcomes([drop(ann, 2, 3), drop(bob, 2, 3)])
      expect(both[0]).toBe('done')
      expect(['stale-move', 'not-your-turn']).toContain(both[1])
      for (const [who, column] of [
        [bob, 6],
        [ann, 4],
        [bob, 6],
        [ann, 5],
      ] as const) {
        expect(await drop(who, column)).toMatchObject({ success: true })
      }
      const length = server().log.length
      expect(await outcomes([drop(bob, 0), drop(ann, 0), drop(cy, 0)])).toEqual([
        'game-over',
        'game-over',
        'not-a-player',
      ])
      expect(await outcomes([ann.say('connect-four', 'resign')])).toEqual(['game-over'])
      expect(server().log).toHaveLength(length)
      const moves = server()
        .log.map(builtIn)
        .flatMap(({ type, data }) => (type === 'connect-four.moved' ? [data.ply] : []))
      expect(moves).toEqual([1, 2, 3, 4, 5, 6, 7])
    })
  })
})
