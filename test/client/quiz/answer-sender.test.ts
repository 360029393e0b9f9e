import { describe, expect, test } from 'vitest'
import { answerSender } from '../../../src/client/quiz/answer-sender.js'
import { emptyQuizRoom, type QuizRoom } from '../../../src/client/quiz/quiz-room.js'
import type { Answer } from '../../../src/client/wire.js'
import { fakeTimer } from '../fake-server.js'

const question = { number: 1, of: 2, text: '?', choices: ['a', 'b'], openedAt: 0, closesAt: 5_000 }

const open: QuizRoom = {
  ...emptyQuizRoom,
  quiz: { host: null, table: [], phase: { type: 'asking', question, answers: [] } },
}
const closed: QuizRoom = {
  ...open,
  quiz: { ...open.quiz, phase: { type: 'closed', question, answer: 0, counts: [0, 0], at: 5_000 } },
}
const refusal = (code: string, retryAfterMs?: number): Answer<object> => ({
  success: false,
  error: { code, message: code, ...(retryAfterMs !== undefined && { retryAfterMs }) },
})

/** An answer sender with a room and a server that a test controls. */
const setUp = () => {
  const timer = fakeTimer()
  const sent: Array<{
    readonly id: string
    readonly choice: number
    readonly resolve: (answer: Answer<object>) => void
  }> = []
  const now = { room: open, isReady: true }
  let ids = 0
  const answers = answerSender({
    room: () => now.room,
    isReady: () => now.isReady,
    send: ({ choice }, id) => new Promise((resolve) => void sent.push({ id, choice, resolve })),
    newId: () => `id-${ids++}`,
    after: timer.after,
    changed: () => {},
  })
  const serverAnswers = async (answer: Answer<object>): Promise<void> => {
    sent.at(-1)?.resolve(answer)
    for (let turn = 0; turn < 4; turn++) await Promise.resolve()
  }
  return { answers, sent, now, timer, serverAnswers }
}

describe('an answer', () => {
  test('is sent once, with any number of updates before the server answers', async () => {
    const { answers, sent, serverAnswers } = setUp()
    answers.choose(1)
    answers.choose(0)
    answers.update()
    answers.update()
    expect(sent.map(({ id, choice }) => [id, choice])).toEqual([['id-0', 1]])
    await serverAnswers({ success: true })
    answers.update()
    expect(sent).toHaveLength(1)
    expect(answers.state()).toEqual({
      type: 'sending',
      choice: 1,
      number: 1,
      closesAt: 5_000,
      isWaiting: false,
    })
  })

  test('waits for a connection, and is sent again with its id after a lost one', async () => {
    const { answers, sent, now, serverAnswers } = setUp()
    now.isReady = false
    answers.choose(0)
    expect(sent).toEqual([])
    expect(answers.state()).toEqual({
      type: 'sending',
      choice: 0,
      number: 1,
      closesAt: 5_000,
      isWaiting: true,
    })
    now.isReady = true
    answers.update()
    now.isReady = false
    await serverAnswers(refusal('connection-lost'))
    expect(sent).toHaveLength(1)
    now.isReady = true
    answers.update()
    expect(sent.map(({ id }) => id)).toEqual(['id-0', 'id-0'])
    now.room = { ...open, ownAnswers: { 1: { choice: 0, at: 4 } } }
    answers.update()
    expect(answers.state()).toEqual({ type: 'none' })
  })

  test('is sent again after retryAfterMs when it was rate limited', async () => {
    const { answers, sent, timer, serverAnswers } = setUp()
    answers.choose(0)
    await serverAnswers(refusal('rate-limited', 300))
    timer.advance(299)
    answers.update()
    expect(sent).toHaveLength(1)
    timer.advance(1)
    expect(sent.map(({ id }) => id)).toEqual(['id-0', 'id-0'])
  })

  test('has the error of the server when it is refused, and another one can be chosen', async () => {
    const { answers, sent, serverAnswers } = setUp()
    answers.choose(1)
    await serverAnswers(refusal('not-your-turn'))
    expect(answers.state()).toMatchObject({
      type: 'refused',
      choice: 1,
      number: 1,
      error: { code: 'not-your-turn' },
    })
    answers.choose(0)
    expect(sent).toHaveLength(2)
  })

  test('is too late or has counted when the connection returns after its question has closed', () => {
    for (const counted of [false, true]) {
      const { answers, now } = setUp()
      now.isReady = false
      answers.choose(1)
      now.room = counted ? { ...closed, ownAnswers: { 1: { choice: 1, at: 4 } } } : closed
      answers.update()
      if (!counted) expect(answers.state().type).toBe('sending')
      now.isReady = true
      answers.update()
      expect(answers.state()).toMatchObject(
        counted ? { type: 'none' } : { type: 'refused', error: { code: 'stale-move' } },
      )
    }
  })

  const asking = (number: number, closesAt: number): QuizRoom => ({
    ...open,
    quiz: {
      ...open.quiz,
      phase: { type: 'asking', question: { ...question, number, closesAt }, answers: [] },
    },
  })

  test('that was too late is reported during the next question, and not after it', () => {
    const { answers, sent, now } = setUp()
    now.isReady = false
    answers.choose(1)
    now.isReady = true
    for (const room of [asking(2, 9_000), asking(2, 9_000), closed]) {
      now.room = room
      answers.update()
      expect(answers.state()).toMatchObject({ type: 'refused', number: 1, closesAt: 5_000 })
    }
    now.room = asking(3, 13_000)
    answers.update()
    expect(answers.state()).toEqual({ type: 'none' })
    expect(sent).toEqual([])
  })

  test('that was reported in the pause is reported during the next question until that is answered', () => {
    const { answers, now } = setUp()
    now.isReady = false
    answers.choose(1)
    now.isReady = true
    now.room = closed
    answers.update()
    now.room = asking(2, 9_000)
    answers.update()
    expect(answers.state()).toMatchObject({ type: 'refused', number: 1 })
    answers.choose(0)
    expect(answers.state()).toMatchObject({ type: 'sending', choice: 0, number: 2, closesAt: 9_000 })
  })

  test('without an acknowledgement does not block the answer to the next question', async () => {
    const { answers, sent, now, serverAnswers } = setUp()
    answers.choose(1)
    now.room = asking(2, 9_000)
    answers.update()
    answers.choose(0)
    expect(sent.map(({ id, choice }) => [id, choice])).toEqual([
      ['id-0', 1],
      ['id-1', 0],
    ])
    sent[0]?.resolve(refusal('stale-move'))
    await serverAnswers({ success: true })
    expect(answers.state()).toMatchObject({ type: 'sending', choice: 0, number: 2 })
  })

  test('is not sent to the first question of another quiz', () => {
    const { answers, sent, now } = setUp()
    now.isReady = false
    answers.choose(1)
    const again = { ...question, closesAt: 90_000 }
    now.room = { ...open, quiz: { ...open.quiz, phase: { type: 'asking', question: again, answers: [] } } }
    now.isReady = true
    answers.update()
    expect(sent).toEqual([])
    expect(answers.state()).toMatchObject({ type: 'refused', number: 1 })
  })
})
