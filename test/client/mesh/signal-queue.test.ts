import { expect, test } from 'vitest'
import { signalQueue, type QueuedSignal } from '../../../src/client/mesh/signal-queue.js'
import type { Answer } from '../../../src/client/wire.js'
import { fakeTimer } from '../fake-server.js'

const taken: Answer<object> = { success: true }
const refused = (code: string, retryAfterMs?: number): Answer<object> => ({
  success: false,
  error: { code, message: '', ...(retryAfterMs !== undefined && { retryAfterMs }) },
})

/** A server that answers each signal once, as the test decides. */
const setUp = () => {
  const timer = fakeTimer()
  const sent: string[] = []
  const waiting: Array<{ readonly text: string; readonly answer: (answer: Answer<object>) => void }> = []
  const signal = (text: string, to = 'bob'): QueuedSignal => ({
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
  return { timer, sent, signal, answers, queue: signalQueue(timer) }
}

test('keeps signals until the room is joined, and sends them in order', () => {
  const { queue, signal, sent } = setUp()
  queue.enqueue(signal('a'))
  queue.enqueue(signal('b'))
  expect(sent).toEqual([])
  queue.resume()
  queue.enqueue(signal('c'))
  expect(sent).toEqual(['a', 'b', 'c'])
})

test('sends unacknowledged signals again after a lost connection, and no others', async () => {
  const { queue, signal, sent, answers } = setUp()
  queue.resume()
  for (const text of ['a', 'b', 'c']) queue.enqueue(signal(text))
  await answers('a', taken)
  queue.pause()
  await answers('b', refused('connection-lost'))
  await answers('c', refused('not-connected'))
  queue.enqueue(signal('d'))
  expect(sent).toEqual(['a', 'b', 'c'])
  queue.resume()
  expect(sent.slice(3)).toEqual(['b', 'c', 'd'])
})

test.each(['target-not-found', 'stale-negotiation', 'invalid-payload', 'not-in-room'])(
  'does not send a signal again after %s',
  async (code) => {
    const { queue, signal, sent, answers } = setUp()
    queue.resume()
    queue.enqueue(signal('a'))
    await answers('a', refused(code))
    queue.pause()
    queue.resume()
    expect(sent).toEqual(['a'])
  },
)

test('sends all waiting signals again after retryAfterMs of a rate-limited one', async () => {
  const { queue, signal, sent, answers, timer } = setUp()
  queue.resume()
  queue.enqueue(signal('a'))
  queue.enqueue(signal('b'))
  await answers('a', refused('rate-limited', 700))
  await answers('b', refused('rate-limited', 650))
  queue.enqueue(signal('c'))
  timer.advance(699)
  expect(sent).toEqual(['a', 'b'])
  timer.advance(1)
  expect(sent.slice(2)).toEqual(['a', 'b', 'c'])
  for (const text of ['a', 'b', 'c']) await answers(text, taken)
  expect(timer.waiting.size).toBe(0)
})

test('discards the signals for a peer that left, and all signals and timers when cleared', async () => {
  const { queue, signal, sent, answers, timer } = setUp()
  queue.enqueue(signal('to ann', 'ann'))
  queue.enqueue(signal('to bob'))
  queue.discard('ann')
  queue.resume()
  expect(sent).toEqual(['to bob'])
  await answers('to bob', refused('store-unavailable'))
  queue.clear()
  expect(timer.waiting.size).toBe(0)
  queue.resume()
  expect(sent).toEqual(['to bob'])
})
