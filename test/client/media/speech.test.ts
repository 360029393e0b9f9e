import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loudnessOf, nextSpeech, samplesFor, silence } from '../../../src/web/media/speech.js'

const talkingOver = (moments: ReadonlyArray<readonly [loudness: number, atMs: number]>) => {
  let speech = silence
  return moments.map(([loudness, at]) => (speech = nextSpeech(speech, loudness, at)).isTalking)
}

test('reports talking from the first loud window until 700 ms after the last', () => {
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

test('reports talking during a pause between words', () => {
  const words = Array.from({ length: 20 }, (_, n) => [n % 5 === 0 ? 0.3 : 0, n * 100] as const)
  expect(talkingOver(words).every((talks) => talks)).toBe(true)
})

test('measures 0 for silence, 1 for the maximum, and values between for everything else', () => {
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

const beeps = (sampleRateHz: number, lengthMs: number): Uint8Array =>
  Uint8Array.from({ length: (sampleRateHz * lengthMs) / 1000 }, (_, n) => {
    const atMs = (n * 1000) / sampleRateHz
    return atMs % 500 < 20 ? 128 + Math.round(60 * Math.sin((2 * Math.PI * 400 * atMs) / 1000)) : 128
  })

test('detects a short sound at a regular pace, at any offset', () => {
  const everyMs = 100
  fc.assert(
    fc.property(
      fc.constantFrom(16_000, 44_100, 48_000, 96_000),
      fc.integer({ min: 0, max: 499 }),
      (sampleRateHz, offsetMs) => {
        const sound = beeps(sampleRateHz, 1500)
        const kept = samplesFor(sampleRateHz, everyMs)
        let speech = silence
        const looks = Array.from({ length: 5 }, (_, look) => {
          const end = Math.floor(((offsetMs + 400 + look * everyMs) * sampleRateHz) / 1000)
          speech = nextSpeech(
            speech,
            loudnessOf(sound.subarray(Math.max(0, end - kept), end)),
            look * everyMs,
          )
          return speech.isTalking
        })
        expect(looks).toContain(true)
      },
    ),
  )
})

test('chooses a power of two of samples that covers the time between two readings, up to the maximum', () => {
  expect([8000, 44_100, 48_000, 96_000].map((rate) => samplesFor(rate, 100))).toEqual([
    1024, 8192, 8192, 16_384,
  ])
  expect(samplesFor(192_000, 1000)).toBe(32_768)
})
