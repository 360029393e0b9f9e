import type { ClientLink } from '../ports/client-link.js'
import type { SessionLimits } from './limits.js'

/**
 * Paces answers that may be larger than the outbound queue: a client reads one before its next is prepared, and all
 * unread answers together are bounded.
 */
export interface AnswerPacer {
  /** Whether an answer can be sent to this link without waiting. */
  readonly isFree: (link: ClientLink) => boolean
  readonly sendNow: (link: ClientLink, send: () => void) => void
  /** Prepares an answer when the link is free, and sends it by the function that `prepare` returns. */
  readonly pace: (link: ClientLink, prepare: () => Promise<() => void>) => Promise<void>
  readonly unreadBytes: () => number
}

/** As the link's own measure of what is read nearly completely. */
const nearlyReadBytes = 64 * 1_024
/** Answers that are read from the store at the same time, before their size is known. */
const maxPreparing = 4

export const createAnswerPacer = (
  { maxUnreadAnswerBytes }: Pick<SessionLimits, 'maxUnreadAnswerBytes'>,
  limitReached: () => void,
): AnswerPacer => {
  let unread = 0
  const preparing = new Set<ClientLink>()
  let waiting: Array<() => void> = []

  const hasRoom = (): boolean => unread < maxUnreadAnswerBytes && preparing.size < maxPreparing

  const wakeWaiting = (): void => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }

  const turnOf = async (link: ClientLink): Promise<void> => {
    for (;;) {
      await link.drained()
      if (hasRoom() && !preparing.has(link)) return void preparing.add(link)
      if (!hasRoom()) limitReached()
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  const sendNow: AnswerPacer['sendNow'] = (link, send) => {
    const before = link.unreadBytes()
    link.uncounted(send)
    const bytes = link.unreadBytes() - before
    if (bytes <= nearlyReadBytes) return
    unread += bytes
    void link.drained().then(() => {
      unread -= bytes
      wakeWaiting()
    })
  }

  return {
    isFree: (link) => link.unreadBytes() <= nearlyReadBytes && unread < maxUnreadAnswerBytes,
    sendNow,
    pace: async (link, prepare) => {
      await turnOf(link)
      try {
        if (link.isOpen()) sendNow(link, await prepare())
      } finally {
        preparing.delete(link)
        wakeWaiting()
      }
    },
    unreadBytes: () => unread,
  }
}
