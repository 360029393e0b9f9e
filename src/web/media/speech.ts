/** Whether somebody talks, from a sequence of loudness values. */
export interface Speech {
  readonly isTalking: boolean
  /** ms by the clock of the meter: when it was last loud */
  readonly loudAt: number
}

export const silence: Speech = { isTalking: false, loudAt: Number.NEGATIVE_INFINITY }

const minLoudness = 0.02

/** People pause between words: without it the frame of a tile would flicker. */
const pauseMs = 700

export const nextSpeech = (speech: Speech, loudness: number, atMs: number): Speech => {
  if (loudness >= minLoudness) return { isTalking: true, loudAt: atMs }
  return speech.isTalking && atMs - speech.loudAt > pauseMs ? { ...speech, isTalking: false } : speech
}

/** About 10 ms at 48 kHz: short enough that the silence around a syllable does not hide it. */
const samplesPerWindow = 512

/**
 * Root mean square of the loudest window, 0 (silent) to 1. The samples are around 128, as from `getByteTimeDomainData`.
 */
export const loudnessOf = (samples: Uint8Array): number => {
  let loudest = 0
  for (let from = 0; from < samples.length; from += samplesPerWindow)
    loudest = Math.max(loudest, meanSquareOf(samples.subarray(from, from + samplesPerWindow)))
  return Math.sqrt(loudest)
}

const meanSquareOf = (samples: Uint8Array): number => {
  let sum = 0
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2
  return sum / samples.length
}

/** The largest `AnalyserNode.fftSize` (Web Audio API). */
const maxSamples = 32_768

/**
 * The number of samples that an analyser keeps: a power of two that covers the time between two readings, also when one is
 * late. Readings with gaps may miss a regular sound each time.
 */
export const samplesFor = (sampleRateHz: number, everyMs: number): number =>
  Math.min(maxSamples, 2 ** Math.ceil(Math.log2((sampleRateHz * everyMs * 1.25) / 1000)))
