import type { Due, Instant } from '../../domain/kernel/instant.js'
import type { RoomCommand } from '../../domain/room/index.js'
import type { Clock } from '../ports/clock.js'
import type { Ledger } from './aggregate.js'
import type { Tallies } from './signal-meter.js'

/** What is due: a command of the room's own, or that signals which were counted be told. */
export type Planned = Due<RoomCommand> | { readonly at: Instant; readonly command: 'tell-tallies' }

/** What happens in a room without anybody asking, by the room's own time. */
export interface Agenda {
  /** Ahead of the machine's clock where that was set back while the server was down: a log's time never runs back. */
  readonly now: () => Instant
  readonly next: () => Planned | undefined
  /** When that is, by the machine's clock. */
  readonly dueAt: () => Instant | null
  /** A planned step came to nothing: it is not tried again before the log has grown. */
  readonly stalled: () => void
  /** The log has been folded anew. */
  readonly beginsAnew: () => void
}

export const openAgenda = (clock: Clock, ledger: () => Ledger, tallies: Pick<Tallies, 'dueAt'>): Agenda => {
  let stalledAt: number | null = null
  let aheadMs = 0

  const next = (): Planned | undefined => {
    const command = stalledAt === ledger().seq() ? undefined : ledger().due()
    const tellsAt = tallies.dueAt()
    if (tellsAt === null || (command !== undefined && command.at <= tellsAt)) return command
    return { at: tellsAt, command: 'tell-tallies' }
  }

  return {
    now: () => clock.now() + aheadMs,
    next,
    dueAt: () => {
      const planned = next()
      return planned === undefined ? null : planned.at - aheadMs
    },
    stalled: () => {
      stalledAt = ledger().seq()
    },
    beginsAnew: () => {
      stalledAt = null
      aheadMs = Math.max(aheadMs, ledger().at() - clock.now())
    },
  }
}
