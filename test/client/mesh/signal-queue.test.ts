import { expect, test } from 'vitest'
import { post, type Letter } from '../../../src/client/mesh/signal-queue.js'
import type { Answer } from '../../../src/client/wire.js'
import { fakeTimer } from '../fake-server.js'

const taken: Answer<object> = { success: true }
const refused = (code: string, retryAfterMs?: number): Answer<object> => ({
  success: false,
  error: { code, message: '', ...(retryAfterMs !== undefined && { retryAfterMs }) },
})

/** A server that answers each letter as the test says, once. */
const setUp = () => {
  const timer = fakeTimer()
  const sent: string[] = []
  const waiting: Array<{ readonly text: string; readonly answer: (answer: Answer<object>) => void }> = []
  const letter = (text: string, to = 'bob'): Letter => ({
    to,
    send: () =>
      new Promise((resolve) => {
        sent.push(text)
        waiting.push({ text, answer: resolve })
      }),
  })
  const answers = async (text: string, answer: Answer<object>): Promise<void> => {
    const place = waiting.findIndex((one) => one.text === text)
    waiting.splice(place, 1)[0]?.answer(answer)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { timer, sent, letter, answers, box: post(timer) }
}

test('signals wait until there is a room to take them, and go out in order', () => {
  const { box, letter, sent } = setUp()
  box.put(letter('a'))
  box.put(letter('b'))
  expect(sent).toEqual([])
  box.open()
  box.put(letter('c'))
  expect(sent).toEqual(['a', 'b', 'c'])
})

test('what the server has not acknowledged when the connection breaks goes out again, and nothing else', async () => {
  const { box, letter, sent, answers } = setUp()
  box.open()
  for (const text of ['a', 'b', 'c']) box.put(letter(text))
  await answers('a', taken)
  box.shut()
  await answers('b', refused('connection-lost'))
  await answers('c', refused('not-connected'))
  box.put(letter('d'))
  expect(sent).toEqual(['a', 'b', 'c'])
  box.open()
  expect(sent.slice(3)).toEqual(['b', 'c', 'd'])
})

test.each(['target-not-found', 'stale-negotiation', 'invalid-payload', 'not-in-room'])(
  'what is refused as %s is not tried again',
  async (code) => {
    const { box, letter, sent, answers } = setUp()
    box.open()
    box.put(letter('a'))
    await answers('a', refused(code))
    box.shut()
    box.open()
    expect(sent).toEqual(['a'])
  },
)

test('what is too much for now is tried again when the server says, with all that came after it', async () => {
  const { box, letter, sent, answers, timer } = setUp()
  box.open()
  box.put(letter('a'))
  box.put(letter('b'))
  await answers('a', refused('rate-limited', 700))
  await answers('b', refused('rate-limited', 650))
  box.put(letter('c'))
  timer.advance(699)
  expect(sent).toEqual(['a', 'b'])
  timer.advance(1)
  expect(sent.slice(2)).toEqual(['a', 'b', 'c'])
  for (const text of ['a', 'b', 'c']) await answers(text, taken)
  expect(timer.waiting.size).toBe(0)
})

test('nobody is written to who has left, and nothing is left when it is cleared', async () => {
  const { box, letter, sent, answers, timer } = setUp()
  box.put(letter('to ann', 'ann'))
  box.put(letter('to bob'))
  box.drop('ann')
  box.open()
  expect(sent).toEqual(['to bob'])
  await answers('to bob', refused('store-unavailable'))
  box.clear()
  expect(timer.waiting.size).toBe(0)
  box.open()
  expect(sent).toEqual(['to bob'])
})
