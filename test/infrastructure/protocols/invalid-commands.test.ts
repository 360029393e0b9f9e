import { describe, expect, it } from 'vitest'
import type { Payload } from '../../kit/live-client.js'
import type { ModuleClient } from './module-clients.js'
import { moduleProtocols } from './module-clients.js'
import { codeOf, withServer } from './server-kit.js'
import { eventOf } from '../../../src/domain/room/index.js'
import { telequiz } from '../../../src/domain/activities/telequiz/index.js'
import { builtIn } from '../../kit/index.js'

const question = { text: 'Which is a fruit?', choices: ['tomato', 'potato'], answer: 0, seconds: 10 }
const questions = [question, { ...question, text: 'And now?' }]

const repeat = <Item>(count: number, item: Item): ReadonlyArray<Item> =>
  Array.from({ length: count }, () => item)

/** Invalid quizzes, with the error code and the invalid field. */
const invalidQuizzes: ReadonlyArray<
  readonly [description: string, payload: unknown, code: string, path?: string]
> = [
  ['no questions', { questions: [] }, 'invalid-payload', 'questions'],
  ['no payload', null, 'invalid-payload', 'questions'],
  ['a list', questions, 'invalid-payload'],
  ['101 questions', { questions: repeat(101, question) }, 'invalid-payload', 'questions'],
  ['null as a question', { questions: [null] }, 'invalid-payload', 'questions.0'],
  ['an object as questions', { questions: {} }, 'invalid-payload', 'questions'],
  ['20 000 invalid questions', { questions: repeat(20_000, 7) }, 'invalid-payload', 'questions'],
  ['an empty text', { questions: [{ ...question, text: '' }] }, 'invalid-payload', 'questions.0.text'],
  [
    'no field `answer`',
    { questions: [{ ...question, answer: undefined }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  [
    'a number as a choice',
    { questions: [{ ...question, choices: ['a', 7] }] },
    'invalid-payload',
    'questions.0.choices.1',
  ],
  ['no choices', { questions: [{ ...question, choices: [] }] }, 'invalid-payload', 'questions.0.choices'],
  [
    'no field `choices`',
    { questions: [{ ...question, choices: undefined }] },
    'invalid-payload',
    'questions.0.choices',
  ],
  ['one choice', { questions: [{ ...question, choices: ['a'] }] }, 'invalid-payload', 'questions.0.choices'],
  [
    '11 choices',
    { questions: [{ ...question, choices: repeat(11, 'a') }] },
    'invalid-payload',
    'questions.0.choices',
  ],
  [
    '10 000 choices',
    { questions: [{ ...question, choices: repeat(10_000, '') }] },
    'invalid-payload',
    'questions.0.choices',
  ],
  [
    '10 000 choices of text',
    { questions: [{ ...question, choices: repeat(10_000, 'a choice') }] },
    'payload-too-large',
  ],
  [
    'a text of 1 001 characters',
    { questions: [{ ...question, text: 'x'.repeat(1_001) }] },
    'invalid-payload',
    'questions.0.text',
  ],
  [
    'a text of 900 000 characters',
    { questions: [{ ...question, text: 'x'.repeat(900_000) }] },
    'payload-too-large',
  ],
  [
    'a choice of 900 000 characters',
    { questions: [{ ...question, choices: ['a', 'x'.repeat(900_000)] }] },
    'payload-too-large',
  ],
  ['ill-formed Unicode', { questions: [{ ...question, text: '\ud83d' }] }, 'invalid-payload'],
  [
    'an answer beyond the choices',
    { questions: [{ ...question, answer: 2 }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  [
    'a fractional answer',
    { questions: [{ ...question, answer: 0.5 }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  [
    'an answer as text',
    { questions: [{ ...question, answer: 'tomato' }] },
    'invalid-payload',
    'questions.0.answer',
  ],
  ['zero seconds', { questions: [{ ...question, seconds: 0 }] }, 'invalid-payload', 'questions.0.seconds'],
  [
    '301 seconds for the second question',
    { questions: [question, { ...question, seconds: 301 }] },
    'invalid-payload',
    'questions.1.seconds',
  ],
]

const invalidAnswers: ReadonlyArray<unknown> = [
  ...[-1, 2, 0.5, '0', null, {}, []].map((choice) => ({ choice })),
  ...[0.5, '1', null, {}].map((number) => ({ choice: 0, question: number })),
  {},
  [],
  'x',
  { choice: 0, question: 0 },
  null,
  undefined,
]

const invalidDrops: ReadonlyArray<unknown> = [
  ...[-1, 7, 1.5, '3', null, {}, [], [3], true, 1e300, Number.NaN].map((column) => ({ column })),
  {},
  [],
  3,
  null,
  undefined,
]

describe.each(moduleProtocols)('in the protocol %s,', (_protocol, connect) => {
  const server = withServer()

  const outcomes = async (answers: ReadonlyArray<Promise<Payload>>): Promise<ReadonlyArray<unknown>> =>
    (await Promise.all(answers)).map((reply) => (reply['success'] === true ? 'done' : codeOf(reply)))

  describe('a quiz', () => {
    const connectHost = async (): Promise<ModuleClient> => {
      const host = await connect(server(), 'ann')
      await host.activate('telequiz')
      return host
    }

    it.each(invalidQuizzes)('is rejected with %s', async (_description, payload, code, path) => {
      const host = await connectHost()
      const length = server().log.length
      const { error } = await host.send('telequiz', 'start', payload)
      expect(error?.['code']).toBe(code)
      if (path !== undefined) expect(error?.['path']).toBe(path)
      expect(server().log).toHaveLength(length)
      expect(await host.send('telequiz', 'start', { questions })).toMatchObject({ success: true })
    })

    it('with a frame over the limit of the transport ends the connection, and the room continues', async () => {
      const host = await connectHost()
      const bob = await connect(server(), 'bob')
      const length = server().log.length
      void host.send('telequiz', 'start', { questions: [{ ...question, text: 'x'.repeat(1_000_000) }] })
      await host.client.ended
      expect(codeOf(await bob.send('telequiz', 'answer', { choice: 0 }))).toBe('game-over')
      const written = server()
        .log.slice(length)
        .map(({ type }) => type)
      expect(written.filter((type) => !type.startsWith('room.member-'))).toEqual([])
    })

    it('rejects answers that are invalid, late or repeated, or come from the host or a non-member', async () => {
      const host = await connectHost()
      const [bob, cy] = [await connect(server(), 'bob'), await connect(server(), 'cy')]
      const stranger = await connect(server(), 'stranger', false)
      expect(codeOf(await bob.send('telequiz', 'answer', { choice: 0 }))).toBe('game-over')
      await host.send('telequiz', 'start', { questions })
      const length = server().log.length
      for (const payload of invalidAnswers) {
        expect([payload, codeOf(await bob.send('telequiz', 'answer', payload))]).toEqual([
          payload,
          'invalid-payload',
        ])
      }
      expect(codeOf(await host.send('telequiz', 'answer', { choice: 0 }))).toBe('not-a-player')
      expect(codeOf(await stranger.send('telequiz', 'answer', { choice: 0 }))).toBe('not-in-room')
      expect(codeOf(await stranger.send('telequiz', 'start', { questions }))).toBe('not-in-room')
      expect(server().log).toHaveLength(length)

      // Of two answers at once, the first counts.
      const twoAnswers = await outcomes([0, 1].map((choice) => bob.send('telequiz', 'answer', { choice })))
      expect(twoAnswers).toEqual(['done', 'not-your-turn'])
      server().clock.advance(10_000)
      await server().waitForRecord(({ type }: { type: string }) => type === 'telequiz.scores')
      expect(codeOf(await cy.send('telequiz', 'answer', { choice: 0 }))).toBe('stale-move')
      server().clock.advance(3_000)
      await server().waitForRecord((record) => {
        const event = eventOf(telequiz, record)
        return event?.type === 'telequiz.question' && event.data.number === 2
      })
      expect(codeOf(await cy.send('telequiz', 'answer', { choice: 0, question: 1 }))).toBe('stale-move')
      const answered = server().log.filter(({ type }: { type: string }) => type === 'telequiz.answered')
      expect(answered.map(({ data }) => data)).toEqual([{ number: 1, user: 'bob', choice: 0 }])
    })
  })

  describe('a game of Connect Four', () => {
    /** Ann is player 1, Bob player 2, and Cy watches. */
    const startGame = async (): Promise<readonly [ModuleClient, ModuleClient, ModuleClient]> => {
      const ann = await connect(server(), 'ann')
      const [bob, cy] = [await connect(server(), 'bob'), await connect(server(), 'cy')]
      await ann.activate('connect-four')
      expect(await ann.send('connect-four', 'create', { opponent: 'human' })).toMatchObject({ success: true })
      expect(await bob.send('connect-four', 'join')).toMatchObject({ success: true })
      return [ann, bob, cy]
    }
    const drop = (player: ModuleClient, column: unknown, ply?: number): Promise<Payload> =>
      player.send('connect-four', 'drop', { column, ...(ply === undefined ? {} : { ply }) })

    it('rejects a drop outside the columns 0 to 6', async () => {
      const [ann] = await startGame()
      const length = server().log.length
      for (const payload of invalidDrops) {
        const { error } = await ann.send('connect-four', 'drop', payload)
        expect([payload, error?.['code']]).toEqual([payload, 'invalid-payload'])
      }
      expect(server().log).toHaveLength(length)
      expect(await drop(ann, 6)).toMatchObject({ success: true })
    })

    it('accepts one drop per turn, only from the player whose turn it is, and none after the end', async () => {
      const [ann, bob, cy] = await startGame()
      const stranger = await connect(server(), 'stranger', false)
      expect(await outcomes([drop(bob, 3), drop(cy, 3), drop(stranger, 3)])).toEqual([
        'not-your-turn',
        'not-a-player',
        'not-in-room',
      ])
      // Two drops at once: from one player, and from both.
      expect(await outcomes([drop(ann, 3), drop(ann, 3)])).toEqual(['done', 'not-your-turn'])
      expect(await outcomes([drop(bob, 3, 2), drop(bob, 4, 2)])).toEqual(['done', 'stale-move'])
      const both = await outcomes([drop(ann, 2, 3), drop(bob, 2, 3)])
      expect(both[0]).toBe('done')
      expect(['stale-move', 'not-your-turn']).toContain(both[1])
      for (const [player, column] of [
        [bob, 6],
        [ann, 4],
        [bob, 6],
        [ann, 5],
      ] as const) {
        expect(await drop(player, column)).toMatchObject({ success: true })
      }
      const length = server().log.length
      expect(await outcomes([drop(bob, 0), drop(ann, 0), drop(cy, 0)])).toEqual([
        'game-over',
        'game-over',
        'not-a-player',
      ])
      expect(await outcomes([ann.send('connect-four', 'resign')])).toEqual(['game-over'])
      expect(server().log).toHaveLength(length)
      const moves = server()
        .log.map(builtIn)
        .flatMap(({ type, data }) => (type === 'connect-four.moved' ? [data.ply] : []))
      expect(moves).toEqual([1, 2, 3, 4, 5, 6, 7])
    })
  })
})
