import { loudnessOf, nextSpeech, samplesFor, silence, type Speech } from './speech.js'

/** Ten times a second looks immediate. */
const intervalMs = 100

interface Meter {
  readonly analyser: AnalyserNode
  readonly samples: Uint8Array<ArrayBuffer>
  readonly close: () => void
  readonly changed: (isTalking: boolean) => void
  speech: Speech
}

/** Measures tracks and reports who talks, with one timer for all of them. */
export interface LevelMeter {
  /** returns how to stop */
  listen(track: MediaStreamTrack, changed: (isTalking: boolean) => void): () => void
  /** browsers suspend audio until the first click */
  resume(): void
  end(): void
}

export const levelMeter = (): LevelMeter => {
  const meters = new Set<Meter>()
  let context: AudioContext | null = null
  let timer: ReturnType<typeof setInterval> | null = null

  const measure = (): void => {
    const now = performance.now()
    for (const one of meters) {
      one.analyser.getByteTimeDomainData(one.samples)
      const next = nextSpeech(one.speech, loudnessOf(one.samples), now)
      const hasChanged = next.isTalking !== one.speech.isTalking
      one.speech = next
      if (hasChanged) one.changed(next.isTalking)
    }
  }

  const stopTimer = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
  }

  return {
    listen: (track, changed) => {
      context ??= new AudioContext()
      const source = context.createMediaStreamSource(new MediaStream([track]))
      const analyser = context.createAnalyser()
      analyser.fftSize = samplesFor(context.sampleRate, intervalMs)
      source.connect(analyser)
      const one = {
        analyser,
        samples: new Uint8Array(analyser.fftSize),
        close: () => source.disconnect(),
        changed,
        speech: silence,
      }
      meters.add(one)
      timer ??= setInterval(measure, intervalMs)
      return () => {
        one.close()
        meters.delete(one)
        if (meters.size === 0) stopTimer()
      }
    },
    resume: () => {
      if (context?.state === 'suspended') context.resume().catch(() => {})
    },
    end: () => {
      stopTimer()
      meters.clear()
      context?.close().catch(() => {})
      context = null
    },
  }
}
