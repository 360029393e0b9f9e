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

/** Root mean square of samples around 128, as `getByteTimeDomainData` gives them: 0 (silent) to 1. */
export const loudnessOf = (samples: Uint8Array): number => {
  let sum = 0
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length)
}
