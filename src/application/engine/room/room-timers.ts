import type { Timer, Instant } from '../../../domain/kernel/instant.js'
import type { RoomCommand } from '../../../domain/room/index.js'
import type { Clock } from '../../ports/clock.js'
import type { Aggregate } from './aggregate.js'
import type { SignalMeter } from './signal-meter.js'

/** A command of the room's own, or the record of the signals that were counted. */
export type ScheduledStep =
  | Timer<RoomCommand>
  | { readonly at: Instant; readonly command: 'record-signal-counts' }

/** The room's own time, and what is due in it. */
export interface RoomTimers {
  /** Ahead of the clock if that was set back while the server was down, because a log's time never runs back. */
  readonly now: () => Instant
  readonly next: () => ScheduledStep | undefined
  /** The instant of `next`, by the clock. */
  readonly nextTimerAt: () => Instant | null
  /** A step that wrote nothing is not tried again before the log has grown. */
  readonly markStalled: () => void
  /** The log has been rehydrated. */
  readonly reset: () => void
}

export const createRoomTimers = (
  clock: Clock,
  aggregate: () => Aggregate,
  meter: Pick<SignalMeter, 'dueAt'>,
): RoomTimers => {
  let stalledAt: number | null = null
  let aheadMs = 0

  const next = (): ScheduledStep | undefined => {
    const command = stalledAt === aggregate().seq() ? undefined : aggregate().nextTimer()
    const recordAt = meter.dueAt()
    if (recordAt === null || (command !== undefined && command.at <= recordAt)) return command
    return { at: recordAt, command: 'record-signal-counts' }
  }

  return {
    now: () => clock.now() + aheadMs,
    next,
    nextTimerAt: () => {
      const scheduled = next()
      return scheduled === undefined ? null : scheduled.at - aheadMs
    },
    markStalled: () => {
      stalledAt = aggregate().seq()
    },
    reset: () => {
      stalledAt = null
      aheadMs = Math.max(aheadMs, aggregate().at() - clock.now())
    },
  }
}
