import type { EngineLimits } from './limits.js'
import { createQueue } from './queue.js'
import type { Request } from './request.js'

/** Requests of one room that are not decided yet, in the order in which they came. */
export interface Mailbox {
  readonly push: (request: Request) => void
  readonly shift: () => Request | undefined
  readonly size: () => number
  /** Takes out all. */
  readonly drain: () => ReadonlyArray<Request>
  /** Whether one more would be too much, for this room or for all of them. */
  readonly isFull: () => boolean
}

/** What waits in all rooms of an engine. */
export interface PendingWork {
  /** Requests that are not decided yet. */
  undecided: number
  /** Steps that are decided and not answered yet. */
  undurable: number
}

export const createMailbox = (waiting: PendingWork, limits: EngineLimits): Mailbox => {
  const requests = createQueue<Request>()
  return {
    push: (request) => {
      requests.push(request)
      waiting.undecided++
    },
    shift: () => {
      const request = requests.shift()
      if (request !== undefined) waiting.undecided--
      return request
    },
    size: requests.size,
    drain: () => {
      const all = requests.drain()
      waiting.undecided -= all.length
      return all
    },
    isFull: () =>
      requests.size() >= limits.maxUndecidedPerRoom ||
      waiting.undecided >= limits.maxUndecided ||
      waiting.undurable >= limits.maxUndurable,
  }
}
