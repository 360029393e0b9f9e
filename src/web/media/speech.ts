/** Whether somebody talks, from the loudness of one moment after the other. */
export interface Speech {
  readonly isTalking: boolean
  /** epoch of the meter, ms: when it was last loud */
  readonly loudAt: number
}

export const silence: Speech = { isTalking: false, loudAt: Number.NEGATIVE_INFINITY }

const loudFrom = 0.02

/** People pause between words, and a frame that flickers with each of them is worse than none. */
const pauseMs = 700

export const heard = (speech: Speech, loudness: number, atMs: number): Speech => {
  if (loudness >= loudFrom) return { isTalking: true, loudAt: atMs }
  return speech.isTalking && atMs - speech.loudAt > pauseMs ? { ...speech, isTalking: false } : speech
}

/** About ten milliseconds at 48 kHz: short enough for one syllable not to drown in the silence around it. */
const samplesOfAMoment = 512

/**
 * Root mean square of the loudest moment among samples around 128, as `getByteTimeDomainData` gives them: 0 (silent) to 1.
 */
export const loudnessOf = (samples: Uint8Array): number => {
  let loudest = 0
  for (let from = 0; from < samples.length; from += samplesOfAMoment)
    loudest = Math.max(loudest, meanSquareOf(samples.subarray(from, from + samplesOfAMoment)))
  return Math.sqrt(loudest)
}

const meanSquareOf = (samples: Uint8Array): number => {
  let sum = 0
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2
  return sum / samples.length
}

/** An analyser takes powers of two, up to this (Web Audio API, `AnalyserNode.fftSize`). */
const mostSamples = 32_768

/**
 * How many samples an analyser has to keep so that nothing goes unheard between two looks: a power of two, with room for a
 * look that comes late. Looks that hear a part only may miss a regular sound each time.
 */
export const samplesFor = (sampleRateHz: number, everyMs: number): number =>
  Math.min(mostSamples, 2 ** Math.ceil(Math.log2((sampleRateHz * everyMs * 1.25) / 1000)))
