import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Outcome } from '../ports/event-store.js'
import { openAgenda } from './room-timers.js'
import type { Deciding, Step } from './decide-request.js'
import { decideCommand, decideRequest, decideTallies, prepare } from './decide-request.js'
import type { Writer } from './commit-scheduler.js'
import { openInbox } from './mailbox.js'
import type { Folded, Ledger } from './aggregate.js'
import { newLedger } from './aggregate.js'
import { oneTimer } from './single-timer.js'
import { guarded, refuse } from './report-defects.js'
import { openOutbox } from './outbox.js'
import { foldLog } from './rehydrate.js'
import type { Refusal, Request } from './request.js'
import { openSignals } from './signals.js'
import { stopping } from './deactivate-failed-activity.js'
import type { Surroundings } from './engine-context.js'
import { openWants } from './effect-runner.js'

/** What is known of a room before it is read. */
export interface Expectation {
  /** The log is from before the last start, so no connection in it is left. */
  readonly recovers: boolean
  /** Something is due or to be recovered there: the room must not be forgotten before it has been read. */
  readonly isAwaited: boolean
}

/** One room in memory: its requests are decided one after another, in the order in which they came. */
export interface Mailbox {
  readonly submit: (request: Request) => void
  /** Somebody is attached: the room stays in memory until it is released as often. */
  readonly hold: () => void
  readonly release: () => void
  readonly isIdle: () => boolean
  /** When it wants to be woken, by the clock. */
  readonly dueAt: () => Instant | null
  /** Ends the timer and refuses what has not been decided. What was decided is still written and answered. */
  readonly close: () => void
  /** After `close` and the last commit: resolves when all is answered and nothing more is asked of the store. */
  readonly ended: () => Promise<void>
}

/**
 * `reading`: the log is being folded, requests wait. `unreachable`: the store did not answer and is tried again.
 * `broken`: the log is damaged, and nothing will mend it.
 */
type Phase = 'reading' | 'live' | 'unreachable' | 'broken' | 'closed'

/** So many conflicts in a row are no coincidence: what waits is given up, and not decided yet again. */
const conflictsInARow = 5

export const openMailbox = (room: RoomId, expected: Expectation, surroundings: Surroundings): Mailbox => {
  const { store, clock, entropy, publisher, limits, commits, turnstile, waiting } = surroundings
  const monitor = stopping(surroundings.monitor, (request) => submit(request))
  let phase: Phase = 'reading'
  let ledger: Ledger = newLedger(room, entropy.bytes)
  let awaitsRecovery = expected.recovers
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

  const timer = oneTimer(clock)
  const inbox = openInbox(waiting, limits)
  const outbox = openOutbox({
    room,
    store,
    monitor,
    waiting,
    sent: (seq) => {
      published = seq
    },
    cameIn: () => signals.retry(),
    wentOn: () => pump(),
  })
  const signals = openSignals(room, publisher)
  const wants = openWants({ ...surroundings, monitor, room, submit: (request) => submit(request) })
  const deciding: Deciding = { room, ledger: () => ledger, signals, wants, entropy, publisher, monitor }

  const agenda = openAgenda(clock, () => ledger, signals.tallies)

  const submit = (request: Request): void => {
    switch (phase) {
      case 'broken':
        return refuse(request, { type: 'internal-error' }, room, monitor)
      case 'closed':
        return refuse(request, { type: 'shutting-down' }, room, monitor)
      case 'unreachable':
        return refuse(request, { type: 'store-unavailable' }, room, monitor)
      case 'reading':
      case 'live':
        if (inbox.isFull()) return refuse(request, { type: 'store-unavailable' }, room, monitor)
        inbox.push(request)
        pump()
    }
  }

  const refuseWaiting = (refusal: Refusal): void => {
    for (const request of inbox.drain()) refuse(request, refusal, room, monitor)
  }

  /** Decides all that can be decided now, in order, and lets out what may be known already. */
  const pump = (): void => {
    // Whoever asks in the midst of a decision is behind it, and the loop comes to it.
    if (phase !== 'live' || isDeciding) return
    let ranOut: boolean
    do {
      ranOut = decideAll()
      arm()
      if (ledger.hasUnsent()) commits.wanted(writer)
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
        const at = agenda.now()
        decideDue(at)
        if (!hasRoom()) return true
        if (inbox.size() > 0 && !turnstile.lets(pump)) return false
        const request = inbox.shift()
        if (request === undefined) return false
        outbox.push(decideRequest(request, at, deciding))
      }
    } finally {
      isDeciding = false
    }
  }

  /** What is due by now comes first, each in its turn, as if nobody had asked anything. */
  const decideDue = (at: Instant): void => {
    while (hasRoom()) {
      const planned = agenda.next()
      if (planned === undefined || planned.at > at) return
      if (planned.command === 'tell-tallies') {
        outbox.push(decideTallies(at, deciding))
        continue
      }
      const before = ledger.seq()
      monitor.late(at - planned.at)
      outbox.push(decideCommand(null, planned.command, { at, by: null, cause: null }, deciding))
      if (ledger.seq() === before) agenda.stalled()
    }
  }

  const hasRoom = (): boolean => outbox.size() < limits.undurablePerRoom

  const arm = (): void => {
    const at = dueAt()
    if (at === timer.at()) return
    if (at === null) timer.clear()
    else timer.set(at, pump)
  }

  const dueAt = (): Instant | null => (phase === 'live' && hasRoom() ? agenda.dueAt() : null)

  const writer: Writer = {
    room,
    take: () => {
      const append = ledger.take()
      if (append !== null) handed = ledger.seq()
      return append
    },
    committed: (outcome: Outcome) => {
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
    ledger = newLedger(room, entropy.bytes)
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

  const decideAgain = (withdrawn: ReadonlyArray<Step>): void => {
    const behind = inbox.drain()
    for (const { request } of withdrawn) if (request !== null) inbox.push(request)
    for (const request of behind) inbox.push(request)
  }

  /** The answer keeps its place behind those of which it is known that they are durable. */
  const giveUp = (withdrawn: ReadonlyArray<Step>): void => {
    const outcome: Step['outcome'] = E.left({ type: 'store-unavailable' })
    for (const { request } of withdrawn) {
      if (request !== null) outbox.push({ request, outcome, needs: durable, repeats: null, deliveries: [] })
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
    await outbox.empty()
    signals.withdrawn()
    const found = await foldLog(room, surroundings, sendIfMissed, () => phase !== 'closed')
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
  const sendIfMissed = (folded: Folded): void => {
    const { seq } = folded.record
    if (published === null || seq <= published) return
    published = seq
    const { type, data, at } = folded.record
    if (type === 'room.signalled') signals.tallies.found(data, at)
    guarded(room, monitor, prepare(folded, deciding))
  }

  const goLive = (fresh: Ledger): void => {
    ledger = fresh
    const state = fresh.state()
    signals.forgetAllBut(state)
    durable = handed = published = fresh.seq()
    agenda.beginsAnew()
    failedReads = 0
    phase = 'live'
    recover()
    pump()
    wants.now(state)
  }

  /** Before anything that came due meanwhile: the time in which nobody could come back does not count. */
  const recover = (): void => {
    if (!awaitsRecovery || ledger.seq() === 0) return
    const origin = { at: agenda.now(), by: null, cause: null }
    outbox.push(decideCommand(null, { type: 'recover', graceMs: surroundings.graceMs }, origin, deciding))
    // What it wrote may still be lost to a fault; then it is written again.
    awaitsRecovery = ledger.hasUnsent()
  }

  const isIdle = (): boolean =>
    holds === 0 &&
    inbox.size() === 0 &&
    outbox.size() === 0 &&
    !ledger.hasUnsent() &&
    signals.isEmpty() &&
    wants.isEmpty() &&
    mayBeForgotten()

  const mayBeForgotten = (): boolean => {
    switch (phase) {
      case 'live':
      case 'broken':
        return true
      case 'unreachable':
        // Nobody knows yet what is due there, unless nothing was when the engine last heard of it.
        return published === null && !expected.isAwaited
      case 'reading':
      case 'closed':
        return false
    }
  }

  const tellIfIdle = (): void => {
    if (isIdle()) surroundings.idle(room)
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
    dueAt,
    close: () => {
      timer.clear()
      phase = 'closed'
      wants.close()
      refuseWaiting({ type: 'shutting-down' })
    },
    ended: async () => {
      await reading
      await outbox.empty()
    },
  }
}
