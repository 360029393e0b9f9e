import type { RoomContext } from '../engine-context.js'
import type { Request } from '../request.js'
import type { DecidedStep } from './decide-request.js'
import { createQueue } from './queue.js'
import { reportDefects } from '../report-defects.js'

/** Decided steps of one room that wait for durability. They leave in the order in which they were decided. */
export interface Outbox {
  readonly push: (step: DecidedStep) => void
  readonly size: () => number
  /** The log is durable up to this position: releases every step that requires no more. */
  readonly release: (durableSeq: number) => void
  /** Takes out the requests of steps that require more than is durable: their records may not be in the log. */
  readonly withdraw: () => ReadonlyArray<Request>
  readonly isFull: () => boolean
}

export interface OutboxCallbacks {
  /** The records up to this position were sent. */
  readonly onPublished: (seq: number) => void
  /** A member may have entered or returned, and is subscribed by now. */
  readonly onMemberEntered: () => void
}

export const createOutbox = (
  { room, monitor, pendingWork, limits }: RoomContext,
  { onPublished, onMemberEntered }: OutboxCallbacks,
): Outbox => {
  const steps = createQueue<DecidedStep>()
  let durableSeq = 0
  let isReleasing = false

  /** A callback can lead to further steps; the loop that is running releases those too, in order. */
  const releaseAll = (): void => {
    if (isReleasing) return
    isReleasing = true
    for (let step = steps.peek(); step !== undefined; step = steps.peek()) {
      if (step.requiredSeq > durableSeq) break
      steps.shift()
      pendingWork.undurable--
      send(step)
    }
    isReleasing = false
  }

  const send = ({ request, outcome, deliveries, requiredSeq }: DecidedStep): void => {
    if (request !== null) reportDefects(room, monitor, () => request.reply(outcome))
    for (const deliver of deliveries) reportDefects(room, monitor, deliver)
    onPublished(requiredSeq)
    if (request !== null && mayAddMember.has(request.command?.type)) {
      reportDefects(room, monitor, onMemberEntered)
    }
    if (request?.afterPublish !== undefined) reportDefects(room, monitor, request.afterPublish)
  }

  return {
    push: (step) => {
      steps.push(step)
      pendingWork.undurable++
    },
    size: steps.size,
    release: (seq) => {
      durableSeq = seq
      releaseAll()
    },
    withdraw: () => {
      const withdrawn: Array<Request> = []
      for (const step of steps.drain()) {
        if (step.requiredSeq <= durableSeq) {
          steps.push(step)
          continue
        }
        pendingWork.undurable--
        if (step.request !== null) withdrawn.push(step.request)
      }
      return withdrawn
    },
    isFull: () => steps.size() >= limits.maxUndurablePerRoom,
  }
}

const mayAddMember: ReadonlySet<string | undefined> = new Set(['enter', 'resume'])
