import type { Instant } from '../../../domain/kernel/instant.js'
import type { AdmissionControl } from '../admission-control.js'
import type { DecisionContext, RepeatedCommand } from './decide-request.js'
import { decideCommand, decideRequest, recordSignalCounts } from './decide-request.js'
import type { Mailbox } from './mailbox.js'
import type { Outbox } from './outbox.js'
import type { RoomTimers } from './room-timers.js'

export interface DecisionLoop {
  readonly mailbox: Mailbox
  readonly outbox: Outbox
  readonly timers: RoomTimers
  readonly admission: AdmissionControl
  readonly decision: DecisionContext
  readonly onRepeated: (command: RepeatedCommand) => void
  /** Called when admission control lets the room decide again. */
  readonly retry: () => void
}

/** Decides the waiting requests in order. Returns whether it stopped because the outbox is full. */
export const decideMailbox = (loop: DecisionLoop): boolean => {
  const { mailbox, outbox, timers, admission, decision, onRepeated, retry } = loop
  for (;;) {
    const at = timers.now()
    decideTimers(at, loop)
    if (outbox.isFull()) return true
    if (mailbox.size() > 0 && !admission.admit(retry)) return false
    const request = mailbox.shift()
    if (request === undefined) return false
    const decided = decideRequest(request, at, decision)
    if (decided.type === 'step') outbox.push(decided.step)
    else onRepeated(decided.command)
  }
}

/** Every timer up to `at` is decided before the next request, in order. Timers bypass admission control. */
const decideTimers = (at: Instant, { outbox, timers, decision }: DecisionLoop): void => {
  while (!outbox.isFull()) {
    const scheduled = timers.next()
    if (scheduled === undefined || scheduled.at > at) return
    if (scheduled.command === 'record-signal-counts') {
      outbox.push(recordSignalCounts(at, decision))
      continue
    }
    const seqBefore = decision.aggregate().seq()
    decision.monitor.timerLate(at - scheduled.at)
    outbox.push(decideCommand(null, scheduled.command, { at, by: null, cause: null }, decision))
    if (decision.aggregate().seq() === seqBefore) timers.markStalled()
  }
}
