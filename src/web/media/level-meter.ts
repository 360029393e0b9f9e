import { heard, loudnessOf, samplesFor, silence, type Speech } from './speech.js'

/** Ten times a second is as often as anybody sees, for one person and for ten. */
const everyMs = 100

interface Listened {
  readonly analyser: AnalyserNode
  readonly samples: Uint8Array<ArrayBuffer>
  readonly close: () => void
  readonly tell: (isTalking: boolean) => void
  speech: Speech
}

/** Listens to tracks, and says who talks. One clock for all of them; none while nobody is listened to. */
export interface LevelMeter {
  /** returns how to stop */
  listen(track: MediaStreamTrack, tell: (isTalking: boolean) => void): () => void
  /** browsers hold sound back until somebody has clicked */
  wake(): void
  end(): void
}

export const levelMeter = (): LevelMeter => {
  const listened = new Set<Listened>()
  let context: AudioContext | null = null
  let clock: ReturnType<typeof setInterval> | null = null

  const look = (): void => {
    const now = performance.now()
    for (const one of listened) {
      one.analyser.getByteTimeDomainData(one.samples)
      const next = heard(one.speech, loudnessOf(one.samples), now)
      const isNews = next.isTalking !== one.speech.isTalking
      one.speech = next
      if (isNews) one.tell(next.isTalking)
    }
  }

  const rest = (): void => {
    if (clock !== null) clearInterval(clock)
    clock = null
  }

  return {
    listen: (track, tell) => {
      context ??= new AudioContext()
      const source = context.createMediaStreamSource(new MediaStream([track]))
      const analyser = context.createAnalyser()
      analyser.fftSize = samplesFor(context.sampleRate, everyMs)
      source.connect(analyser)
      const one = {
        analyser,
        samples: new Uint8Array(analyser.fftSize),
        close: () => source.disconnect(),
        tell,
        speech: silence,
      }
      listened.add(one)
      clock ??= setInterval(look, everyMs)
      return () => {
        one.close()
        listened.delete(one)
        if (listened.size === 0) rest()
      }
    },
    wake: () => {
      if (context?.state === 'suspended') context.resume().catch(() => {})
    },
    end: () => {
      rest()
      listened.clear()
      context?.close().catch(() => {})
      context = null
    },
  }
}
