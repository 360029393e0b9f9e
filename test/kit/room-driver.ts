import * as E from '#fp/Either'
import type { Entropy } from '../../src/application/ports/entropy.js'
import type { CommandContext } from '../../src/domain/kernel/command-context.js'
import type { Cause, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { MemberId, RoomId } from '../../src/domain/kernel/ids.js'
import type { Decision, RoomCommand, RoomEvent, RoomModel, RoomState } from '../../src/domain/room/index.js'
import { builtInModel } from '../../src/plugins.js'
import { initial } from '../../src/domain/room/index.js'
import { frozen } from './frozen.js'
import { recorded, testRoom } from './recording.js'
import { seededEntropy } from './seeded-entropy.js'
import { virtualClock } from './virtual-clock.js'
import type { VirtualClock } from './virtual-clock.js'

/** One decision with its input and its result. */
export interface Step {
  readonly context: CommandContext<RoomCommand>
  /** The instant of the timer that gave the command; `null` for a command that was sent. */
  readonly dueAt: number | null
  readonly decision: Decision
  readonly before: RoomState
  readonly records: ReadonlyArray<RecordedEvent<RoomEvent>>
  readonly after: RoomState
}

/** A room on a virtual clock without an engine: its rules, its log and one timer. */
export interface RoomDriver {
  readonly clock: VirtualClock
  /** Decides all due timers and then the command; `recover` is decided before the timers. */
  readonly send: (command: RoomCommand, by?: MemberId | null, cause?: Cause | null) => Decision
  readonly state: () => RoomState
  readonly log: () => ReadonlyArray<RecordedEvent<RoomEvent>>
  readonly steps: () => ReadonlyArray<Step>
}

interface RoomDriverOptions {
  /** Default: the model with the built-in plug-ins. */
  readonly model?: RoomModel
  readonly room?: RoomId
  readonly clock?: VirtualClock
  readonly entropy?: Entropy
}

export const roomDriver = ({
  model = builtInModel,
  room = testRoom,
  clock = virtualClock(),
  entropy = seededEntropy('room driver'),
}: RoomDriverOptions = {}): RoomDriver => {
  const { decide, evolve, nextTimer } = model
  let state = initial(room)
  let disarm = (): void => undefined
  const log: Array<RecordedEvent<RoomEvent>> = []
  const steps: Array<Step> = []

  const decideNow = (
    command: RoomCommand,
    by: MemberId | null,
    cause: Cause | null,
    dueAt: number | null,
  ): Decision => {
    const context: CommandContext<RoomCommand> = {
      command,
      at: clock.now(),
      by,
      cause,
      random: entropy.bytes(),
    }
    const before = state
    const decision = decide(context, before)
    const events = E.isRight(decision) ? decision.right : []
    const records = recorded(events, log.length, { at: context.at, by, cause }, room)
    // Frozen, because an `evolve` that mutates its input would pass here and fail in a replay.
    for (const record of records) state = frozen(evolve(state, frozen(record)))
    log.push(...records)
    steps.push({ context, dueAt, decision, before, records, after: state })
    return decision
  }

  const decideDue = (): void => {
    for (let next = nextTimer(state); next !== undefined && next.at <= clock.now(); next = nextTimer(state)) {
      const length = log.length
      decideNow(next.command, null, null, next.at)
      if (log.length === length) throw new Error(`the timer stays due: ${JSON.stringify(next)}`)
    }
  }

  const arm = (): void => {
    disarm()
    const next = nextTimer(state)
    disarm =
      next === undefined
        ? () => undefined
        : clock.schedule(next.at, () => {
            decideDue()
            arm()
          })
  }

  return {
    clock,
    send: (command, by = null, cause = null) => {
      // Members could not return while the server was down, so that time ends no grace period.
      if (command.type !== 'recover') decideDue()
      const decision = decideNow(command, by, cause, null)
      decideDue()
      arm()
      return decision
    },
    state: () => state,
    log: () => log,
    steps: () => steps,
  }
}
