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

/** One decision, with all that it was made from and led to. */
export interface Step {
  readonly ask: CommandContext<RoomCommand>
  /** When it was due; `null` for what somebody sent. */
  readonly dueAt: number | null
  readonly decision: Decision
  readonly before: RoomState
  readonly records: ReadonlyArray<RecordedEvent<RoomEvent>>
  readonly after: RoomState
}

/** A room on the virtual clock without an engine: its rules, its log, and one timer. */
export interface RoomDriver {
  readonly clock: VirtualClock
  /** Decides everything that is due by now, then this; after a restart (`recover`) the other way round. */
  readonly send: (command: RoomCommand, by?: MemberId | null, cause?: Cause | null) => Decision
  readonly state: () => RoomState
  readonly log: () => ReadonlyArray<RecordedEvent<RoomEvent>>
  readonly steps: () => ReadonlyArray<Step>
}

interface Surroundings {
  /** The rules; those with the built-in activities unless given. */
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
}: Surroundings = {}): RoomDriver => {
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
    // Frozen, because a fold that changed what it was given would be right once and wrong in a replay.
    for (const record of records) state = frozen(evolve(state, frozen(record)))
    log.push(...records)
    steps.push({ ask: context, dueAt, decision, before, records, after: state })
    return decision
  }

  const decideDue = (): void => {
    for (let next = nextTimer(state); next !== undefined && next.at <= clock.now(); next = nextTimer(state)) {
      const length = log.length
      decideNow(next.command, null, null, next.at)
      if (log.length === length) throw new Error(`due and stays due: ${JSON.stringify(next)}`)
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
      // A restart is the exception: time in which nobody could come back does not count, so it ends no grace.
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
