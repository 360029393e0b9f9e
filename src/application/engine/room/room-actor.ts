import * as E from '#fp/Either'
import type { RoomId } from '../../../domain/kernel/ids.js'
import type { Instant } from '../../../domain/kernel/instant.js'
import type { Aggregate, FoldStep } from './aggregate.js'
import { newAggregate } from './aggregate.js'
import { createAuditBuffer } from './audit-buffer.js'
import type { CommitParticipant } from '../commit-scheduler.js'
import type { DecidedStep, DecisionContext } from './decide-request.js'
import { decideCommand, prepareDelivery } from './decide-request.js'
import type { DecisionLoop } from './decision-loop.js'
import { decideMailbox } from './decision-loop.js'
import { createEffectRunner } from './effect-runner.js'
import type { EngineContext, RoomContext } from '../engine-context.js'
import { createMailbox } from './mailbox.js'
import { createOutbox } from './outbox.js'
import { rehydrate } from './rehydrate.js'
import { createRepeatedCommands } from './repeated-commands.js'
import { deactivateFailedActivity, rejectRequest, reportDefects } from '../report-defects.js'
import type { Request, RequestFailure } from '../request.js'
import { createRoomTimers } from './room-timers.js'
import { createSignals } from './signals.js'
import { createSingleTimer } from './single-timer.js'

/** What the engine knows of a room before the room is read. */
export interface ActorExpectation {
  /** The log is from before the last start, so none of its connections is left. */
  readonly needsRecovery: boolean
  /** A timer or a recovery is due: the room stays in memory until it has been read. */
  readonly hasPendingWork: boolean
}

/** One room in memory. Its commands run one after another, in the order of arrival. */
export interface RoomActor {
  readonly submit: (request: Request) => void
  /** Keeps the room in memory until it is released as often as it was held. */
  readonly hold: () => void
  readonly release: () => void
  readonly isIdle: () => boolean
  /** The next instant, by the clock, at which the room wants to be woken. */
  readonly nextTimerAt: () => Instant | null
  /** Stops the timer and rejects undecided requests. Decided ones are still written and answered. */
  readonly close: () => void
  /** After `close` and the last commit: resolves when every request is answered and no store query is open. */
  readonly whenClosed: () => Promise<void>
}

/**
 * `reading`: the log is being folded and requests wait. `unavailable`: the store failed and is retried with backoff.
 * `corrupt`: the log is damaged, and every request is rejected.
 */
type Phase = 'reading' | 'live' | 'unavailable' | 'corrupt' | 'closed'

/** What a request that comes in this phase fails with. */
const failureIn = {
  reading: null,
  live: null,
  unavailable: { type: 'store-unavailable' },
  corrupt: { type: 'internal-error' },
  closed: { type: 'shutting-down' },
} as const satisfies Readonly<Record<Phase, RequestFailure | null>>

/** After this many conflicts in a row the waiting requests fail instead of being decided again. */
const maxConsecutiveConflicts = 5

export const createRoomActor = (
  room: RoomId,
  expected: ActorExpectation,
  engineContext: EngineContext,
): RoomActor => {
  const { model, clock, entropy, limits, commits } = engineContext
  const monitor = deactivateFailedActivity(engineContext.monitor, (request) => submit(request))
  const context: RoomContext = { ...engineContext, room, monitor }
  let phase: Phase = 'reading'
  let aggregate: Aggregate = newAggregate(room, model, entropy.bytes)
  let awaitsRecovery = expected.needsRecovery
  let durableSeq = 0
  let committingSeq = 0
  /** The commit has records, and not only audit entries. */
  let isCommittingRecords = false
  /** The last record that was sent; `null` before the log was read for the first time. */
  let publishedSeq: number | null = null
  let isDeciding = false
  let holds = 0
  let consecutiveFailedReads = 0
  let consecutiveFailedAppends = 0
  let reading: Promise<void> = Promise.resolve()

  const timer = createSingleTimer(clock)
  const mailbox = createMailbox(context.pendingWork, limits)
  const audit = createAuditBuffer(context)
  const outbox = createOutbox(context, audit, {
    onPublished: (seq) => {
      publishedSeq = seq
    },
    onMemberEntered: () => signals.retry(),
  })
  const repeatedCommands = createRepeatedCommands(context, (step) => answerRepeated(step))
  const signals = createSignals(room, model, context.publisher)
  const effectRunner = createEffectRunner({ ...context, submit: (request) => submit(request) })
  const decision: DecisionContext = { ...context, audit, aggregate: () => aggregate, signals, effectRunner }
  const timers = createRoomTimers(clock, () => aggregate, signals.meter)
  const loop: DecisionLoop = {
    mailbox,
    outbox,
    timers,
    admission: context.admission,
    decision,
    onRepeated: (command) => repeatedCommands.push(command, durableSeq),
    retry: () => run(),
  }

  const submit = (request: Request): void => {
    const isFull = mailbox.isFull() || repeatedCommands.size() >= limits.maxUndecidedPerRoom
    const failure = failureIn[phase] ?? (isFull ? failureIn.unavailable : null)
    if (failure !== null) return rejectRequest(request, failure, room, monitor)
    mailbox.push(request)
    run()
  }

  const rejectMailbox = (failure: RequestFailure): void => {
    for (const request of mailbox.drain()) rejectRequest(request, failure, room, monitor)
  }

  /** Decides everything that can be decided now, in order, and releases everything that is durable. */
  const run = (): void => {
    // A request that arrives during a decision waits in the mailbox, and this loop reaches it.
    if (phase !== 'live' || isDeciding) return
    let stoppedAtFullOutbox: boolean
    do {
      isDeciding = true
      try {
        stoppedAtFullOutbox = decideMailbox(loop)
      } finally {
        isDeciding = false
      }
      armTimer()
      if (hasUncommitted()) commits.schedule(participant)
      outbox.release(durableSeq)
      // A release without a commit makes space that no commit will announce.
    } while (stoppedAtFullOutbox && !outbox.isFull() && phase === 'live')
    passivateIfIdle()
  }

  const hasUncommitted = (): boolean => aggregate.hasUncommitted() || audit.hasUncommitted()

  const armTimer = (): void => {
    const at = nextTimerAt()
    if (at === timer.at()) return
    if (at === null) timer.clear()
    else timer.set(at, run)
  }

  const nextTimerAt = (): Instant | null =>
    phase === 'live' && !outbox.isFull() ? timers.nextTimerAt() : null

  const participant: CommitParticipant = {
    room,
    takeUncommitted: () => {
      const entries = audit.take()
      const append = aggregate.takeUncommitted(entries)
      isCommittingRecords = append !== null
      if (isCommittingRecords) committingSeq = aggregate.seq()
      return append === null && entries.length === 0 ? null : { append, audit: entries }
    },
    onOutcome: (outcome) => {
      switch (outcome.type) {
        case 'appended':
          durableSeq = committingSeq
          audit.markDurable()
          consecutiveFailedAppends = 0
          if (isCommittingRecords) awaitsRecovery = false
          outbox.release(durableSeq)
          repeatedCommands.release(durableSeq)
          return run()
        case 'conflict':
          monitor.conflicted(room)
          return startOver(
            consecutiveFailedAppends < maxConsecutiveConflicts ? 'decide-again' : 'fail-requests',
          )
        case 'fault':
          monitor.faulted(room, outcome.fault)
          return startOver('fail-requests')
      }
    },
  }

  /** Drops every decision that is not durable and folds the log again, because only the log knows what was written. */
  const startOver = (undecided: 'decide-again' | 'fail-requests'): void => {
    timer.clear()
    consecutiveFailedAppends++
    committingSeq = durableSeq
    aggregate = newAggregate(room, model, entropy.bytes)
    const withdrawn = [...outbox.withdraw(), ...repeatedCommands.withdraw()]
    audit.withdraw()
    if (undecided === 'decide-again' && phase !== 'closed') mailbox.pushFront(withdrawn)
    else for (const request of withdrawn) outbox.push(failedStep(request))
    if (phase === 'closed') return outbox.release(durableSeq)
    phase = 'reading'
    outbox.release(durableSeq)
    // A single failure is retried at once. A store that reads but cannot write is retried with backoff, because
    // its timers are decided again after each read.
    if (consecutiveFailedAppends === 1) reading = read()
    else if (undecided === 'decide-again') readWithBackoff(consecutiveFailedAppends - 1)
    else becomeUnavailable(consecutiveFailedAppends - 1)
  }

  /** Leaves the room behind the answers whose records are known to be durable. */
  const failedStep = (request: Request): DecidedStep => ({
    request,
    outcome: E.left({ type: 'store-unavailable' }),
    requiredSeq: durableSeq,
    deliveries: [],
  })

  /** A repeated command is answered with its recorded events, behind everything that was decided while it was read. */
  const answerRepeated = (step: DecidedStep): void => {
    if (phase === 'reading' || phase === 'unavailable') {
      if (step.request !== null) rejectRequest(step.request, { type: 'store-unavailable' }, room, monitor)
      return passivateIfIdle()
    }
    outbox.push({ ...step, requiredSeq: aggregate.seq() })
    // Also in a closed room, in which nothing runs any more.
    if (audit.hasUncommitted()) commits.schedule(participant)
    outbox.release(durableSeq)
    run()
  }

  const becomeUnavailable = (attempts: number): void => {
    phase = 'unavailable'
    readWithBackoff(attempts)
    rejectMailbox(failureIn.unavailable)
    passivateIfIdle()
  }

  const readWithBackoff = (attempts: number): void => {
    const delayMs = Math.min(limits.retryMs * 2 ** (attempts - 1), limits.retryMaxMs)
    timer.set(clock.now() + delayMs, () => {
      phase = 'reading'
      reading = read()
    })
  }

  const read = async (): Promise<void> => {
    signals.rollBack()
    const rehydrated = await rehydrate(context, publishIfMissed, () => phase !== 'closed')
    if (phase === 'closed') return
    if (E.isRight(rehydrated)) return becomeLive(rehydrated.right)
    monitor.faulted(room, rehydrated.left)
    switch (rehydrated.left.type) {
      case 'unavailable':
        return becomeUnavailable(++consecutiveFailedReads)
      case 'corrupt':
        phase = 'corrupt'
        rejectMailbox(failureIn.corrupt)
        return passivateIfIdle()
    }
  }

  /** A record whose append was not confirmed, or that another writer appended, is new to the subscribers here. */
  const publishIfMissed = (step: FoldStep): void => {
    const { seq } = step.record
    if (publishedSeq === null || seq <= publishedSeq) return
    publishedSeq = seq
    const { type, data, at } = step.record
    if (type === 'room.signalled') signals.meter.observeRecorded(data, at)
    reportDefects(room, monitor, prepareDelivery(step, decision))
  }

  const becomeLive = (rehydrated: Aggregate): void => {
    aggregate = rehydrated
    const state = rehydrated.state()
    signals.retainMembersOf(state)
    durableSeq = committingSeq = publishedSeq = rehydrated.seq()
    timers.reset()
    consecutiveFailedReads = 0
    phase = 'live'
    recover()
    run()
    effectRunner.reconcile(state)
  }

  /** Decided before any overdue timer: grace periods do not run while the server is down (E-52). */
  const recover = (): void => {
    if (!awaitsRecovery || aggregate.seq() === 0) return
    const origin = { at: timers.now(), by: null, cause: null }
    outbox.push(decideCommand(null, { type: 'recover', graceMs: context.graceMs }, origin, decision))
    // A fault can still lose these records; recovery is then repeated.
    awaitsRecovery = aggregate.hasUncommitted()
  }

  const isIdle = (): boolean =>
    holds === 0 &&
    mailbox.size() === 0 &&
    outbox.size() === 0 &&
    repeatedCommands.size() === 0 &&
    !hasUncommitted() &&
    signals.isEmpty() &&
    effectRunner.isEmpty() &&
    mayPassivate()

  /** An unavailable room's timers are unknown until it is read, unless the store's index says that there are none. */
  const mayPassivate = (): boolean =>
    phase === 'live' ||
    phase === 'corrupt' ||
    (phase === 'unavailable' && publishedSeq === null && !expected.hasPendingWork)

  const passivateIfIdle = (): void => {
    if (isIdle()) context.onIdle(room)
  }

  reading = read()

  return {
    submit,
    hold: () => {
      holds++
    },
    release: () => {
      holds--
      passivateIfIdle()
    },
    isIdle,
    nextTimerAt,
    close: () => {
      timer.clear()
      phase = 'closed'
      effectRunner.close()
      rejectMailbox(failureIn.closed)
    },
    whenClosed: async () => {
      await reading
      await repeatedCommands.whenRead()
    },
  }
}
