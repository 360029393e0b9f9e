import type { RoomContext } from '../engine-context.js'
import type { Request } from '../request.js'
import type { AuditBuffer } from './audit-buffer.js'
import type { DecidedStep } from './decide-request.js'
import { createQueue } from './queue.js'
import { reportDefects } from '../report-defects.js'

/** Decided steps of one room that wait for durability. They leave in the order in which they were decided. */
export interface Outbox {
  /** Adds the audit entry of a request, and holds the step back until that is durable, too. */
  readonly push: (step: DecidedStep) => void
  readonly size: () => number
  /** The log is durable up to this position: releases every step that requires no more, and whose audit is durable. */
  readonly release: (durableSeq: number) => void
  /** Takes out the requests of steps that require more than is durable: it may not be in the store. */
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
  audit: AuditBuffer,
  { onPublished, onMemberEntered }: OutboxCallbacks,
): Outbox => {
  const steps = createQueue<QueuedStep>()
  let durableSeq = 0
  let isReleasing = false

  const isDurable = ({ step, requiredAudit }: QueuedStep): boolean =>
    step.requiredSeq <= durableSeq && requiredAudit <= audit.durableCount()

  /** A callback can lead to further steps; the loop that is running releases those too, in order. */
  const releaseAll = (): void => {
    if (isReleasing) return
    isReleasing = true
    for (let queued = steps.peek(); queued !== undefined; queued = steps.peek()) {
      if (!isDurable(queued)) break
      steps.shift()
      pendingWork.undurable--
      if (queued.isRecorded) markRecorded(queued.step)
      send(queued.step)
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
      const isRecorded = step.request !== null && audit.addDecision(step.request, step.outcome)
      steps.push({ step, requiredAudit: audit.count(), isRecorded })
      pendingWork.undurable++
    },
    size: steps.size,
    release: (seq) => {
      durableSeq = seq
      releaseAll()
    },
    withdraw: () => {
      const withdrawn: Array<Request> = []
      for (const queued of steps.drain()) {
        if (isDurable(queued)) {
          steps.push(queued)
          continue
        }
        pendingWork.undurable--
        if (queued.step.request !== null) withdrawn.push(queued.step.request)
      }
      return withdrawn
    },
    isFull: () => steps.size() >= limits.maxUndurablePerRoom,
  }
}

interface QueuedStep {
  readonly step: DecidedStep
  /** This many audit entries of the room must be durable before the step leaves. */
  readonly requiredAudit: number
  /** The last of these entries is that of the step's request. */
  readonly isRecorded: boolean
}

const markRecorded = ({ request }: DecidedStep): void => {
  if (request?.audit !== undefined) request.audit.isRecorded = true
}

const mayAddMember: ReadonlySet<string | undefined> = new Set(['enter', 'resume'])
