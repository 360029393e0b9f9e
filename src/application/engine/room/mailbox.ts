import type { EngineLimits } from '../limits.js'
import { createQueue } from './queue.js'
import type { Request } from '../request.js'

/** Requests that wait for one room actor, in the order of arrival. */
export interface Mailbox {
  readonly push: (request: Request) => void
  /** Puts requests in front of all others, in their order. */
  readonly pushFront: (requests: ReadonlyArray<Request>) => void
  readonly shift: () => Request | undefined
  readonly size: () => number
  /** Takes out all requests. */
  readonly drain: () => ReadonlyArray<Request>
  /** Whether the limit of this room, or of all rooms together, is reached. */
  readonly isFull: () => boolean
}

/** Unfinished work in all rooms of an engine. */
export interface PendingWork {
  /** Requests that are not decided yet. */
  undecided: number
  /** Steps that are decided and not durable yet. */
  undurable: number
}

export const createMailbox = (pendingWork: PendingWork, limits: EngineLimits): Mailbox => {
  const requests = createQueue<Request>()
  const push = (request: Request): void => {
    requests.push(request)
    pendingWork.undecided++
  }
  const drain = (): ReadonlyArray<Request> => {
    const all = requests.drain()
    pendingWork.undecided -= all.length
    return all
  }
  return {
    push,
    pushFront: (first) => {
      const others = drain()
      for (const request of first) push(request)
      for (const request of others) push(request)
    },
    shift: () => {
      const request = requests.shift()
      if (request !== undefined) pendingWork.undecided--
      return request
    },
    size: requests.size,
    drain,
    isFull: () =>
      requests.size() >= limits.maxUndecidedPerRoom ||
      pendingWork.undecided >= limits.maxUndecided ||
      pendingWork.undurable >= limits.maxUndurable,
  }
}
