import type { Timer, Instant } from '../../domain/kernel/instant.js'
import type { RoomCommand } from '../../domain/room/index.js'
import type { Clock } from '../ports/clock.js'
import type { Aggregate } from './aggregate.js'
import type { SignalMeter } from './signal-meter.js'

/** What is due: a command of the room's own, or that signals which were counted be told. */
export type ScheduledStep = Timer<RoomCommand> | { readonly at: Instant; readonly command: 'tell-tallies' }

/** What happens in a room without anybody asking, by the room's own time. */
export interface RoomTimers {
  /** Ahead of the machine's clock where that was set back while the server was down: a log's time never runs back. */
  readonly now: () => Instant
  readonly next: () => ScheduledStep | undefined
  /** When that is, by the machine's clock. */
  readonly nextTimerAt: () => Instant | null
  /** A planned step came to nothing: it is not tried again before the log has grown. */
  readonly markStalled: () => void
  /** The log has been folded anew. */
  readonly reset: () => void
}

export const createRoomTimers = (
  clock: Clock,
  aggregate: () => Aggregate,
  tallies: Pick<SignalMeter, 'dueAt'>,
): RoomTimers => {
  let stalledAt: number | null = null
  let aheadMs = 0

  const next = (): ScheduledStep | undefined => {
    const command = stalledAt === aggregate().seq() ? undefined : aggregate().nextTimer()
    const tellsAt = tallies.dueAt()
    if (tellsAt === null || (command !== undefined && command.at <= tellsAt)) return command
    return { at: tellsAt, command: 'tell-tallies' }
  }

  return {
    now: () => clock.now() + aheadMs,
    next,
    nextTimerAt: () => {
      const planned = next()
      return planned === undefined ? null : planned.at - aheadMs
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
