import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import { due } from '../../domain/room/index.js'
import type { Answer as Remembered } from '../../domain/room/index.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { EventStore, Outcome, StoreFault } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import type { Publisher } from '../ports/publisher.js'
import type { Deciding, Step } from './deciding.js'
import { decideCommand, decideRequest } from './deciding.js'
import type { GroupCommit, Writer } from './group-commit.js'
import type { Ledger } from './ledger.js'
import { newLedger } from './ledger.js'
import type { EngineLimits } from './limits.js'
import { queue } from './queue.js'
import { readLog } from './read-log.js'
import type { Answered, Refusal, Request } from './request.js'

/** What all rooms of an engine share. */
export interface Surroundings {
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
  readonly limits: EngineLimits
  readonly commits: GroupCommit
  readonly graceMs: number
  /** Requests of all rooms that are not decided yet. */
  readonly undecided: { count: number }
  /** Nothing waits in this room and nobody holds it. */
  readonly idle: (room: RoomId) => void
}

/** One room in memory: its requests are decided one after another, in the order in which they came. */
export interface Mailbox {
  readonly submit: (request: Request) => void
  /** Somebody is attached: the room stays in memory until it is released as often. */
  readonly hold: () => void
  readonly release: () => void
  readonly isIdle: () => boolean
  readonly dueAt: () => Instant | null
  /** Ends the timer and refuses what has not been decided. */
  readonly close: () => void
}

/**
 * `reading`: the log is being folded, requests wait. `unreachable`: the store did not answer and is tried again.
 * `broken`: the log is damaged, and nothing will mend it.
 */
type Phase = 'reading' | 'live' | 'unreachable' | 'broken' | 'closed'

/** `recovers`: the log is from before the last start, so no connection in it is left. */
export const openMailbox = (room: RoomId, recovers: boolean, surroundings: Surroundings): Mailbox => {
  const { store, clock, entropy, publisher, monitor, limits, commits, undecided } = surroundings
  let phase: Phase = 'reading'
  let ledger: Ledger = newLedger(room, entropy.bytes)
  let awaitsRecovery = recovers
  /** Up to here the log is known to be durable, and up to there it was handed to the store. */
  let durable = 0
  let handed = 0
  /** Up to here the room's records were sent; `null` before the log was read for the first time. */
  let published: number | null = null
  let inbox = queue<Request>()
  let outbox = queue<Step>()
  let draining = false
  let holds = 0
  let timer: { readonly at: Instant; readonly cancel: Cancel } | null = null
  /** Where a planned step came to nothing: it is not tried again before the log has grown. */
  let stalledAt: number | null = null

  const deciding = (): Deciding => ({ room, ledger, entropy, publisher, monitor })

  const submit = (request: Request): void => {
    switch (phase) {
      case 'broken':
        return request.answer(E.left({ type: 'internal-error' }))
      case 'closed':
        return request.answer(E.left({ type: 'shutting-down' }))
      case 'unreachable':
        return request.answer(E.left({ type: 'store-unavailable' }))
      case 'reading':
      case 'live':
        if (inbox.size() >= limits.undecidedPerRoom || undecided.count >= limits.undecidedInAll) {
          return request.answer(E.left({ type: 'store-unavailable' }))
        }
        wait(request)
        pump()
    }
  }

  const wait = (request: Request): void => {
    inbox.push(request)
    undecided.count++
  }

  const hasRoom = (): boolean => outbox.size() < limits.undurablePerRoom

  /** Decides all that can be decided now, in order, and lets out what may be known already. */
  const pump = (): void => {
    if (phase !== 'live') return
    decideDue(now())
    while (hasRoom()) {
      const request = inbox.shift()
      if (request === undefined) break
      undecided.count--
      const at = now()
      decideDue(at)
      outbox.push(decideRequest(request, at, deciding()))
    }
    arm()
    if (ledger.hasUnsent()) commits.wanted(writer)
    drain()
    if (isIdle()) surroundings.idle(room)
  }

  const now = (): Instant => Math.max(clock.now(), ledger.at())

  /** What is due by now comes first, each in its turn, as if nobody had asked anything. */
  const decideDue = (at: Instant): void => {
    while (hasRoom() && stalledAt !== ledger.seq()) {
      const next = due(ledger.state())
      if (next === undefined || next.at > at) return
      const before = ledger.seq()
      monitor.late(at - next.at)
      outbox.push(decideCommand(null, next.command, { at, by: null, cause: null }, deciding()))
      if (ledger.seq() === before) stalledAt = before
    }
  }

  const arm = (): void => {
    const at = dueAt()
    if (timer?.at === at) return
    disarm()
    if (at === null) return
    timer = {
      at,
      cancel: clock.schedule(at, () => {
        timer = null
        pump()
      }),
    }
  }

  const disarm = (): void => {
    timer?.cancel()
    timer = null
  }

  const dueAt = (): Instant | null =>
    phase !== 'live' || stalledAt === ledger.seq() || !hasRoom() ? null : (due(ledger.state())?.at ?? null)

  /** Lets out, in order, what has become durable. */
  const drain = (): void => {
    if (draining) return
    draining = true
    for (;;) {
      const step = outbox.peek()
      if (step === undefined || step.needs > durable) break
      if (step.repeats !== null) {
        void repeat(step, step.repeats)
        return
      }
      outbox.shift()
      release(step, step.outcome)
    }
    draining = false
  }

  const release = (step: Step, outcome: Step['outcome']): void => {
    published = Math.max(published ?? 0, step.needs)
    guarded(() => step.request?.answer(outcome))
    for (const deliver of step.deliveries) guarded(deliver)
    guarded(() => step.request?.settled?.())
  }

  /** What others do with an answer or a delivery is not the room's affair. */
  const guarded = (run: () => void): void => {
    try {
      run()
    } catch (error) {
      monitor.defect(room, error)
    }
  }

  /** Answers with what the command led to the first time. Whatever is behind it waits, to stay in order. */
  const repeat = async (step: Step, { first, seq }: Remembered): Promise<void> => {
    const own = outbox
    const records = await store.read(room, first - 1, seq - first + 1)()
    if (own !== outbox) return
    own.shift()
    const unavailable: Refusal = { type: 'store-unavailable' }
    const answered = (answer: Answered): Step['outcome'] =>
      E.isLeft(records) ? E.left(unavailable) : E.right({ ...answer, seq, events: records.right })
    release(step, E.isLeft(step.outcome) ? step.outcome : answered(step.outcome.right))
    draining = false
    pump()
  }

  const writer: Writer = {
    take: () => {
      const append = ledger.take()
      if (append !== null) handed = ledger.seq()
      return append
    },
    committed: (outcome: Outcome) => {
      switch (outcome.type) {
        case 'appended':
          durable = handed
          awaitsRecovery = false
          drain()
          return pump()
        case 'conflict':
          monitor.conflicted(room)
          return startOver((request) => wait(request))
        case 'fault':
          monitor.faulted(room, outcome.fault)
          return startOver(giveUp)
      }
    },
  }

  const giveUp = (request: Request): void =>
    guarded(() => request.answer(E.left({ type: 'store-unavailable' })))

  /** Forgets what was decided and folds the log again: it alone tells what is so. */
  const startOver = (fate: (request: Request) => void): void => {
    disarm()
    const decided = outbox.drain()
    const undecidedYet = inbox.drain()
    undecided.count -= undecidedYet.length
    inbox = queue()
    outbox = queue()
    draining = false
    ledger = newLedger(room, entropy.bytes)
    phase = 'reading'
    for (const { request } of decided) if (request !== null) fate(request)
    for (const request of undecidedYet) wait(request)
    void read(limits.retryMs)
  }

  const read = async (retryMs: number): Promise<void> => {
    const fresh = newLedger(room, entropy.bytes)
    const found = await folded(fresh)
    if (phase === 'closed') return
    if (found === 'folded') {
      ledger = fresh
      durable = handed = published = fresh.seq()
      stalledAt = null
      phase = 'live'
      recover()
      return pump()
    }
    phase = found === 'unavailable' ? 'unreachable' : 'broken'
    const refusal: Refusal = { type: phase === 'broken' ? 'internal-error' : 'store-unavailable' }
    const waiting = inbox.drain()
    undecided.count -= waiting.length
    for (const request of waiting) guarded(() => request.answer(E.left(refusal)))
    if (phase === 'broken') return
    const at = clock.now() + retryMs
    const cancel = clock.schedule(at, () => {
      timer = null
      phase = 'reading'
      void read(Math.min(retryMs * 2, limits.retryMaxMs))
    })
    timer = { at, cancel }
  }

  const folded = async (fresh: Ledger): Promise<'folded' | StoreFault['type']> => {
    try {
      const found = await readLog(room, fresh, store, limits.page, ({ record, before, after }) => {
        // Appended although nobody could say so, or by somebody else: news to those who are attached here.
        if (published !== null && record.seq > published) publisher.prepare(record, before, after)()
      })
      if (E.isRight(found)) return 'folded'
      monitor.faulted(room, found.left)
      return found.left.type
    } catch (error) {
      monitor.defect(room, error)
      return 'corrupt'
    }
  }

  /** Before anything that came due meanwhile: the time in which nobody could come back does not count. */
  const recover = (): void => {
    if (!awaitsRecovery || ledger.seq() === 0) return
    const origin = { at: now(), by: null, cause: null }
    outbox.push(decideCommand(null, { type: 'recover', graceMs: surroundings.graceMs }, origin, deciding()))
    // What it wrote may still be lost to a fault; then it is written again.
    awaitsRecovery = ledger.hasUnsent()
  }

  const isIdle = (): boolean =>
    holds === 0 &&
    inbox.size() === 0 &&
    outbox.size() === 0 &&
    !ledger.hasUnsent() &&
    (phase === 'live' || phase === 'broken')

  void read(limits.retryMs)

  return {
    submit,
    hold: () => {
      holds++
    },
    release: () => {
      holds--
      if (isIdle()) surroundings.idle(room)
    },
    isIdle,
    dueAt,
    close: () => {
      disarm()
      phase = 'closed'
      const waiting = inbox.drain()
      undecided.count -= waiting.length
      for (const request of waiting) guarded(() => request.answer(E.left({ type: 'shutting-down' })))
    },
  }
}
