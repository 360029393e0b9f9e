import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { AppendOutcome } from '../ports/event-store.js'
import { createRoomTimers } from './room-timers.js'
import type { DecisionContext, DecidedStep } from './decide-request.js'
import { decideCommand, decideRequest, recordSignalCounts, prepareDelivery } from './decide-request.js'
import type { CommitParticipant } from './commit-scheduler.js'
import { createMailbox } from './mailbox.js'
import type { FoldStep, Aggregate } from './aggregate.js'
import { newAggregate } from './aggregate.js'
import { createSingleTimer } from './single-timer.js'
import { reportDefects, rejectRequest } from './report-defects.js'
import { createOutbox } from './outbox.js'
import { rehydrate } from './rehydrate.js'
import type { RequestFailure, Request } from './request.js'
import { createSignals } from './signals.js'
import { deactivateFailedActivity } from './deactivate-failed-activity.js'
import type { EngineContext } from './engine-context.js'
import { createEffectRunner } from './effect-runner.js'

/** What is known of a room before it is read. */
export interface ActorExpectation {
  /** The log is from before the last start, so no connection in it is left. */
  readonly needsRecovery: boolean
  /** Something is due or to be recovered there: the room must not be forgotten before it has been read. */
  readonly hasPendingWork: boolean
}

/** One room in memory: its requests are decided one after another, in the order in which they came. */
export interface RoomActor {
  readonly submit: (request: Request) => void
  /** Somebody is attached: the room stays in memory until it is released as often. */
  readonly hold: () => void
  readonly release: () => void
  readonly isIdle: () => boolean
  /** When it wants to be woken, by the clock. */
  readonly nextTimerAt: () => Instant | null
  /** Ends the timer and refuses what has not been decided. What was decided is still written and answered. */
  readonly close: () => void
  /** After `close` and the last commit: resolves when all is answered and nothing more is asked of the store. */
  readonly whenClosed: () => Promise<void>
}

/**
 * `reading`: the log is being folded, requests wait. `unreachable`: the store did not answer and is tried again.
 * `broken`: the log is damaged, and nothing will mend it.
 */
type Phase = 'reading' | 'live' | 'unreachable' | 'broken' | 'closed'

/** So many conflicts in a row are no coincidence: what waits is given up, and not decided yet again. */
const conflictsInARow = 5

export const createRoomActor = (
  room: RoomId,
  expected: ActorExpectation,
  engineContext: EngineContext,
): RoomActor => {
  const { store, clock, entropy, publisher, limits, commits, admission, waiting } = engineContext
  const monitor = deactivateFailedActivity(engineContext.monitor, (request) => submit(request))
  let phase: Phase = 'reading'
  let aggregate: Aggregate = newAggregate(room, entropy.bytes)
  let awaitsRecovery = expected.needsRecovery
  /** Up to here the log is known to be durable, and up to there it was handed to the store. */
  let durable = 0
  let handed = 0
  /** Up to here the room's records were sent; `null` before the log was read for the first time. */
  let published: number | null = null
  let isDeciding = false
  let holds = 0
  /** Reads, and appends, that came to nothing, one after another. */
  let failedReads = 0
  let failedAppends = 0
  let reading: Promise<void> = Promise.resolve()

  const timer = createSingleTimer(clock)
  const mailbox = createMailbox(waiting, limits)
  const outbox = createOutbox({
    room,
    store,
    monitor,
    waiting,
    onPublished: (seq) => {
      published = seq
    },
    onMemberEntered: () => signals.retry(),
    onResumed: () => pump(),
  })
  const signals = createSignals(room, publisher)
  const effectRunner = createEffectRunner({
    ...engineContext,
    monitor,
    room,
    submit: (request) => submit(request),
  })
  const decision: DecisionContext = {
    room,
    ledger: () => aggregate,
    signals,
    wants: effectRunner,
    entropy,
    publisher,
    monitor,
  }

  const timers = createRoomTimers(clock, () => aggregate, signals.meter)

  const submit = (request: Request): void => {
    switch (phase) {
      case 'broken':
        return rejectRequest(request, { type: 'internal-error' }, room, monitor)
      case 'closed':
        return rejectRequest(request, { type: 'shutting-down' }, room, monitor)
      case 'unreachable':
        return rejectRequest(request, { type: 'store-unavailable' }, room, monitor)
      case 'reading':
      case 'live':
        if (mailbox.isFull()) return rejectRequest(request, { type: 'store-unavailable' }, room, monitor)
        mailbox.push(request)
        pump()
    }
  }

  const refuseWaiting = (refusal: RequestFailure): void => {
    for (const request of mailbox.drain()) rejectRequest(request, refusal, room, monitor)
  }

  /** Decides all that can be decided now, in order, and lets out what may be known already. */
  const pump = (): void => {
    // Whoever asks in the midst of a decision is behind it, and the loop comes to it.
    if (phase !== 'live' || isDeciding) return
    let ranOut: boolean
    do {
      ranOut = decideAll()
      arm()
      if (aggregate.hasUncommitted()) commits.schedule(writer)
      outbox.release(durable)
      // What leaves without having been written makes room too, and no commit would tell of it.
    } while (ranOut && hasRoom() && phase === 'live')
    tellIfIdle()
  }

  /** Tells whether it ran out of room for what is decided. What is due passes the turnstile. */
  const decideAll = (): boolean => {
    isDeciding = true
    try {
      for (;;) {
        const at = timers.now()
        decideDue(at)
        if (!hasRoom()) return true
        if (mailbox.size() > 0 && !admission.admit(pump)) return false
        const request = mailbox.shift()
        if (request === undefined) return false
        outbox.push(decideRequest(request, at, decision))
      }
    } finally {
      isDeciding = false
    }
  }

  /** What is due by now comes first, each in its turn, as if nobody had asked anything. */
  const decideDue = (at: Instant): void => {
    while (hasRoom()) {
      const planned = timers.next()
      if (planned === undefined || planned.at > at) return
      if (planned.command === 'tell-tallies') {
        outbox.push(recordSignalCounts(at, decision))
        continue
      }
      const before = aggregate.seq()
      monitor.timerLate(at - planned.at)
      outbox.push(decideCommand(null, planned.command, { at, by: null, cause: null }, decision))
      if (aggregate.seq() === before) timers.markStalled()
    }
  }

  const hasRoom = (): boolean => outbox.size() < limits.maxUndurablePerRoom

  const arm = (): void => {
    const at = dueAt()
    if (at === timer.at()) return
    if (at === null) timer.clear()
    else timer.set(at, pump)
  }

  const dueAt = (): Instant | null => (phase === 'live' && hasRoom() ? timers.nextTimerAt() : null)

  const writer: CommitParticipant = {
    room,
    takeUncommitted: () => {
      const append = aggregate.takeUncommitted()
      if (append !== null) handed = aggregate.seq()
      return append
    },
    onOutcome: (outcome: AppendOutcome) => {
      switch (outcome.type) {
        case 'appended':
          durable = handed
          failedAppends = 0
          awaitsRecovery = false
          outbox.release(durable)
          return pump()
        case 'conflict':
          monitor.conflicted(room)
          return startOver(failedAppends < conflictsInARow ? 'decided-again' : 'given-up')
        case 'fault':
          monitor.faulted(room, outcome.fault)
          return startOver('given-up')
      }
    },
  }

  /** Forgets what was decided and is not durable, and folds the log again: it alone tells what is so. */
  const startOver = (fate: 'decided-again' | 'given-up'): void => {
    timer.clear()
    failedAppends++
    aggregate = newAggregate(room, entropy.bytes)
    const withdrawn = outbox.withdraw()
    if (fate === 'decided-again' && phase !== 'closed') decideAgain(withdrawn)
    else giveUp(withdrawn)
    if (phase === 'closed') return outbox.release(durable)
    phase = 'reading'
    outbox.release(durable)
    // The first time it may have been a moment's trouble. A store that reads but does not write would else be asked
    // without end, because what is due is decided again each time.
    if (failedAppends === 1) reading = read()
    else if (fate === 'decided-again') readAfter(failedAppends - 1)
    else becomeUnreachable(failedAppends - 1)
  }

  const decideAgain = (withdrawn: ReadonlyArray<DecidedStep>): void => {
    const behind = mailbox.drain()
    for (const { request } of withdrawn) if (request !== null) mailbox.push(request)
    for (const request of behind) mailbox.push(request)
  }

  /** The answer keeps its place behind those of which it is known that they are durable. */
  const giveUp = (withdrawn: ReadonlyArray<DecidedStep>): void => {
    const outcome: DecidedStep['outcome'] = E.left({ type: 'store-unavailable' })
    for (const { request } of withdrawn) {
      if (request !== null)
        outbox.push({ request, outcome, requiredSeq: durable, repeatedOutcome: null, deliveries: [] })
    }
  }

  const becomeUnreachable = (attempts: number): void => {
    phase = 'unreachable'
    readAfter(attempts)
    refuseWaiting({ type: 'store-unavailable' })
    tellIfIdle()
  }

  const readAfter = (attempts: number): void => {
    const delayMs = Math.min(limits.retryMs * 2 ** (attempts - 1), limits.retryMaxMs)
    timer.set(clock.now() + delayMs, () => {
      phase = 'reading'
      reading = read()
    })
  }

  const read = async (): Promise<void> => {
    // What is on its way out was sent before what is read now.
    await outbox.whenEmpty()
    signals.rollBack()
    const found = await rehydrate(room, engineContext, sendIfMissed, () => phase !== 'closed')
    if (phase === 'closed') return
    if (E.isRight(found)) return goLive(found.right)
    monitor.faulted(room, found.left)
    switch (found.left.type) {
      case 'unavailable':
        return becomeUnreachable(++failedReads)
      case 'corrupt':
        phase = 'broken'
        refuseWaiting({ type: 'internal-error' })
        return tellIfIdle()
    }
  }

  /** Appended although nobody could say so, or by somebody else: news to those who are attached here. */
  const sendIfMissed = (steps: FoldStep): void => {
    const { seq } = steps.record
    if (published === null || seq <= published) return
    published = seq
    const { type, data, at } = steps.record
    if (type === 'room.signalled') signals.meter.observeRecorded(data, at)
    reportDefects(room, monitor, prepareDelivery(steps, decision))
  }

  const goLive = (fresh: Aggregate): void => {
    aggregate = fresh
    const state = fresh.state()
    signals.retainMembersOf(state)
    durable = handed = published = fresh.seq()
    timers.reset()
    failedReads = 0
    phase = 'live'
    recover()
    pump()
    effectRunner.reconcile(state)
  }

  /** Before anything that came due meanwhile: the time in which nobody could come back does not count. */
  const recover = (): void => {
    if (!awaitsRecovery || aggregate.seq() === 0) return
    const origin = { at: timers.now(), by: null, cause: null }
    outbox.push(decideCommand(null, { type: 'recover', graceMs: engineContext.graceMs }, origin, decision))
    // What it wrote may still be lost to a fault; then it is written again.
    awaitsRecovery = aggregate.hasUncommitted()
  }

  const isIdle = (): boolean =>
    holds === 0 &&
    mailbox.size() === 0 &&
    outbox.size() === 0 &&
    !aggregate.hasUncommitted() &&
    signals.isEmpty() &&
    effectRunner.isEmpty() &&
    mayBeForgotten()

  const mayBeForgotten = (): boolean => {
    switch (phase) {
      case 'live':
      case 'broken':
        return true
      case 'unreachable':
        // Nobody knows yet what is due there, unless nothing was when the engine last heard of it.
        return published === null && !expected.hasPendingWork
      case 'reading':
      case 'closed':
        return false
    }
  }

  const tellIfIdle = (): void => {
    if (isIdle()) engineContext.onIdle(room)
  }

  reading = read()

  return {
    submit,
    hold: () => {
      holds++
    },
    release: () => {
      holds--
      tellIfIdle()
    },
    isIdle,
    nextTimerAt: dueAt,
    close: () => {
      timer.clear()
      phase = 'closed'
      effectRunner.close()
      refuseWaiting({ type: 'shutting-down' })
    },
    whenClosed: async () => {
      await reading
      await outbox.whenEmpty()
    },
  }
}
