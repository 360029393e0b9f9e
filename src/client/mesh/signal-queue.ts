import type { Answer } from '../wire.js'
import { retryAfterMs } from '../passing.js'

/** What waits to be sent to a peer. */
export interface Letter {
  readonly to: string
  readonly send: () => Promise<Answer<object>>
}

/**
 * Signals on their way to the server: in order, and each until the server has it. A connection that breaks keeps them;
 * what may have arrived is sent again, and the far end knows it by its negotiation.
 */
export interface Post {
  put(letter: Letter): void
  /** the room is there to take them; what was not acknowledged goes out again */
  open(): void
  shut(): void
  /** nobody is there any more */
  drop(to: string): void
  clear(): void
}

interface PostPorts {
  readonly after: (delayMs: number, task: () => void) => () => void
}

const unsent: ReadonlySet<string> = new Set(['not-connected', 'connection-lost'])

/** Of candidates that nobody takes only the latest can still be of use. */
const letterLimit = 2_000

export const post = ({ after }: PostPorts): Post => {
  let letters: ReadonlyArray<Letter> = []
  let isOpen = false
  let callOffPause: (() => void) | null = null
  let round = 0

  const mayGo = (): boolean => isOpen && callOffPause === null

  const pauseFor = (delayMs: number): void => {
    if (callOffPause !== null) return
    callOffPause = after(delayMs, () => {
      callOffPause = null
      sendAll()
    })
  }

  const sendAll = (): void => {
    // Answers to what was sent before count no more: all of it goes out again.
    round += 1
    if (mayGo()) for (const letter of letters) void send(letter, round)
  }

  const send = async (letter: Letter, sentIn: number): Promise<void> => {
    const answer = await letter.send()
    if (!answer.success && unsent.has(answer.error.code)) return
    const againAfterMs = answer.success ? null : retryAfterMs(answer.error)
    if (againAfterMs !== null) {
      if (sentIn === round) pauseFor(againAfterMs)
      return
    }
    // Taken, or refused for good: a peer that has left, an offer that was replaced.
    letters = letters.filter((waiting) => waiting !== letter)
  }

  return {
    put: (letter) => {
      letters = [...letters, letter].slice(-letterLimit)
      if (mayGo()) void send(letter, round)
    },
    open: () => {
      isOpen = true
      sendAll()
    },
    shut: () => {
      isOpen = false
    },
    drop: (to) => {
      letters = letters.filter((letter) => letter.to !== to)
    },
    clear: () => {
      isOpen = false
      letters = []
      callOffPause?.()
      callOffPause = null
    },
  }
}
