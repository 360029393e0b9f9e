import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heard, loudnessOf, silence } from '../../../src/web/media/speech.js'

const talkingOver = (moments: ReadonlyArray<readonly [loudness: number, atMs: number]>) => {
  let speech = silence
  return moments.map(([loudness, at]) => (speech = heard(speech, loudness, at)).isTalking)
}

test('somebody talks from the first loud moment until 700 ms after the last', () => {
  expect(
    talkingOver([
      [0, 0],
      [0.5, 100],
      [0, 200],
      [0, 800],
      [0, 801],
    ]),
  ).toEqual([false, true, true, true, false])
})

test('a pause between words is no silence', () => {
  const words = Array.from({ length: 20 }, (_, n) => [n % 5 === 0 ? 0.3 : 0, n * 100] as const)
  expect(talkingOver(words).every((talks) => talks)).toBe(true)
})

test('loudness is 0 for silence, 1 for the loudest there is, and between for anything else', () => {
  expect(loudnessOf(new Uint8Array(512).fill(128))).toBe(0)
  expect(loudnessOf(new Uint8Array(512).fill(0))).toBe(1)
  expect(loudnessOf(new Uint8Array())).toBe(0)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1 }), (samples) => {
      const loudness = loudnessOf(samples)
      expect(loudness).toBeGreaterThanOrEqual(0)
      expect(loudness).toBeLessThanOrEqual(1)
    }),
  )
})
