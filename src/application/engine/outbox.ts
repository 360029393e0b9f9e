import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { CommandOutcome } from '../../domain/room/index.js'
import type { EventStore, RoomRecord } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import type { DecidedStep } from './decide-request.js'
import { reportDefects } from './report-defects.js'
import type { PendingWork } from './mailbox.js'
import { createQueue } from './queue.js'
import { queryStore } from './query-store.js'
import type { CommandResult, RequestFailure, Request } from './request.js'

/** What one room has decided and nobody has heard of yet. It leaves in the order in which it was decided. */
export interface Outbox {
  readonly push: (step: DecidedStep) => void
  readonly size: () => number
  /** Up to this place the log is durable: lets out all that rests on no more. */
  readonly release: (durable: number) => void
  /** Takes out what rests on more than is durable: its records are not known to be in the log. */
  readonly withdraw: () => ReadonlyArray<DecidedStep>
  /** Resolves when nothing is left; at once where that is so already. */
  readonly whenEmpty: () => Promise<void>
}

/** What an outbox needs of the room it belongs to. */
export interface OutboxContext {
  readonly room: RoomId
  readonly store: EventStore
  readonly monitor: Monitor
  /** Counts the steps of all rooms. */
  readonly waiting: PendingWork
  /** The records up to this place were sent. */
  readonly onPublished: (seq: number) => void
  /** Somebody may have come in or come back, and is attached by now. */
  readonly onMemberEntered: () => void
  /** Something went out later than it could have, because something had to be read first. */
  readonly onResumed: () => void
}

export const createOutbox = ({
  room,
  store,
  monitor,
  waiting,
  onPublished: sent,
  onMemberEntered: cameIn,
  onResumed: wentOn,
}: OutboxContext): Outbox => {
  const steps = createQueue<DecidedStep>()
  let durable = 0
  let releasing = false
  let watching: Array<() => void> = []

  /** A step may lead to further ones; the round that is under way lets those out too, behind those before them. */
  const round = (): void => {
    if (releasing) return
    releasing = true
    for (;;) {
      const step = steps.peek()
      if (step === undefined || step.requiredSeq > durable) break
      if (step.repeatedOutcome !== null) {
        void repeat(step, step.repeatedOutcome)
        return
      }
      take(step, step.outcome)
    }
    releasing = false
    if (steps.size() > 0) return
    const told = watching
    watching = []
    for (const tell of told) tell()
  }

  const take = (step: DecidedStep, outcome: DecidedStep['outcome']): void => {
    steps.shift()
    waiting.undurable--
    const { request, deliveries } = step
    if (request !== null) reportDefects(room, monitor, () => request.reply(outcome))
    for (const deliver of deliveries) reportDefects(room, monitor, deliver)
    sent(step.requiredSeq)
    if (request !== null && entering.has(request.command?.type)) reportDefects(room, monitor, cameIn)
    if (request?.afterPublish !== undefined) reportDefects(room, monitor, request.afterPublish)
  }

  /** Answers with what the command led to the first time. Whatever is behind it waits, to stay in order. */
  const repeat = async (step: DecidedStep, remembered: CommandOutcome): Promise<void> => {
    const outcome = await repeated(step, remembered)
    take(step, outcome)
    releasing = false
    round()
    wentOn()
  }

  const repeated = async (
    { request, outcome }: DecidedStep,
    known: CommandOutcome,
  ): Promise<DecidedStep['outcome']> => {
    if (E.isLeft(outcome)) return outcome
    // A member's command may have written before the member was there to remember it: it made the room, say.
    const after = Math.max(0, known.first - 1 - writtenBeforeMember)
    const records = await queryStore(() => store.read(room, after, known.seq - after))
    if (E.isLeft(records)) {
      monitor.faulted(room, records.left)
      return E.left(refusalFor[records.left.type])
    }
    let from = records.right.findIndex(({ seq }) => seq === known.first)
    while (isFrom(request, records.right[from - 1])) from--
    const events = from < 0 ? [] : records.right.slice(from)
    const answered: CommandResult = { ...outcome.right, seq: known.seq, events }
    return E.right(answered)
  }

  return {
    push: (step) => {
      steps.push(step)
      waiting.undurable++
    },
    size: () => steps.size(),
    release: (upTo) => {
      durable = upTo
      round()
    },
    withdraw: () => {
      const all = steps.drain()
      const withdrawn: Array<DecidedStep> = []
      for (const step of all) (step.requiredSeq > durable ? withdrawn : steps).push(step)
      waiting.undurable -= withdrawn.length
      return withdrawn
    },
    whenEmpty: () =>
      steps.size() === 0 && !releasing ? Promise.resolve() : new Promise((resolve) => watching.push(resolve)),
  }
}

/** The commands after which somebody may be there who was not. */
const entering: ReadonlySet<string | undefined> = new Set(['enter', 'resume'])

/** An entry writes at most so many records before the one with which the member is there. */
const writtenBeforeMember = 8

const refusalFor: Readonly<Record<'unavailable' | 'corrupt', RequestFailure>> = {
  unavailable: { type: 'store-unavailable' },
  corrupt: { type: 'internal-error' },
}

const isFrom = (request: Request | null, record: RoomRecord | undefined): boolean =>
  record !== undefined && record.by === request?.by && record.cause?.id === request.cause?.id
