import { isWithoutConnection, retryAfterMs, type Answer } from '../wire.js'

export interface QueuedSignal {
  readonly to: string
  readonly send: () => Promise<Answer<object>>
}

/**
 * Signals on their way to the server: sent in order, and kept until the server acknowledges them. After a lost connection
 * all of them are sent again; the far end ignores a repeated one by its negotiation id.
 */
export interface SignalQueue {
  enqueue(signal: QueuedSignal): void
  /** the room is joined; what is not acknowledged is sent again */
  resume(): void
  pause(): void
  /** the peer has left */
  discard(to: string): void
  clear(): void
}

interface SignalQueuePorts {
  readonly after: (delayMs: number, task: () => void) => () => void
}

/** Of candidates that nobody acknowledges only the latest can still be of use. */
const maxSignals = 2_000

export const signalQueue = ({ after }: SignalQueuePorts): SignalQueue => {
  let signals: ReadonlyArray<QueuedSignal> = []
  let isJoined = false
  let cancelBackoff: (() => void) | null = null
  let round = 0

  const canSend = (): boolean => isJoined && cancelBackoff === null

  const backOff = (delayMs: number): void => {
    if (cancelBackoff !== null) return
    cancelBackoff = after(delayMs, () => {
      cancelBackoff = null
      sendAll()
    })
  }

  const sendAll = (): void => {
    // Errors of earlier rounds no longer count: everything is sent again.
    round += 1
    if (canSend()) for (const signal of signals) void send(signal, round)
  }

  const send = async (signal: QueuedSignal, sentIn: number): Promise<void> => {
    const answer = await signal.send()
    if (!answer.success && isWithoutConnection(answer.error)) return
    const retryMs = answer.success ? null : retryAfterMs(answer.error)
    if (retryMs !== null) {
      if (sentIn === round) backOff(retryMs)
      return
    }
    // Acknowledged, or refused for good: the peer has left, the offer was replaced.
    signals = signals.filter((waiting) => waiting !== signal)
  }

  return {
    enqueue: (signal) => {
      signals = [...signals, signal].slice(-maxSignals)
      if (canSend()) void send(signal, round)
    },
    resume: () => {
      isJoined = true
      sendAll()
    },
    pause: () => {
      isJoined = false
    },
    discard: (to) => {
      signals = signals.filter((signal) => signal.to !== to)
    },
    clear: () => {
      isJoined = false
      signals = []
      cancelBackoff?.()
      cancelBackoff = null
    },
  }
}
