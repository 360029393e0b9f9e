import * as E from '#fp/Either'
import type { Entropy } from '../../src/application/ports/entropy.js'
import type {
  Activity,
  ActivityCommand,
  Departure,
  Effect,
  LeaveReason,
  RoomView,
} from '../../src/domain/kernel/activity.js'
import type { CommandContext } from '../../src/domain/kernel/command-context.js'
import type { DomainEvent, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { MemberId } from '../../src/domain/kernel/ids.js'
import type { ActivityRejection } from '../../src/domain/kernel/rejection.js'
import type { Decision } from '../../src/domain/kernel/decision.js'
import { entryIn, withoutEntry } from '../../src/domain/kernel/table.js'
import { frozen } from './frozen.js'
import { recorded, testRoom } from './recording.js'
import { seededEntropy } from './seeded-entropy.js'
import { virtualClock } from './virtual-clock.js'
import type { VirtualClock } from './virtual-clock.js'

/** One decision of an activity; the command is `null` for an activation, a deactivation and a departure. */
export interface ActivityStep<State, Command, Event extends DomainEvent> {
  readonly ask: CommandContext<Command | null>
  /** The member that left the room. */
  readonly departed: MemberId | null
  readonly facts: RoomView
  readonly dueAt: number | null
  readonly decision: Decision<Event, ActivityRejection>
  readonly before: State
  readonly records: ReadonlyArray<RecordedEvent<Event>>
  readonly after: State
}

/** One activity on the virtual clock, without a room. It is inactive until `turn`. */
export interface ActivityDriver<State, Command, Event extends DomainEvent> {
  readonly clock: VirtualClock
  /** Activates or deactivates it, with the options of an activation. The activity may reject a deactivation. */
  readonly setActive: (on: boolean, by: MemberId | null, options?: unknown) => void
  readonly isOn: () => boolean
  /** Ignored while the activity is inactive. */
  readonly send: (command: Command, by: MemberId | null) => void
  /** Sets the members of the room. */
  readonly setMembers: (members: RoomView['members'], leader?: MemberId | null) => void
  /** A member leaves the room or one of its protocols; `by` is `null` at the end of a grace period. */
  readonly leave: (who: Leaver, by: MemberId | null) => void
  readonly state: () => State
  readonly log: () => ReadonlyArray<RecordedEvent<Event>>
  readonly steps: () => ReadonlyArray<ActivityStep<State, Command, Event>>
}

export interface Leaver {
  readonly memberId: MemberId
  /** It leaves the room, not only the protocol in which it leads. */
  readonly isGone: boolean
  readonly reason: LeaveReason
}

/** The room without the member that left it, or with the member but not as its leader. */
const factsAfter = ({ id, members, leader }: RoomView, { memberId, isGone }: Leaver): RoomView => ({
  id,
  members: isGone ? withoutEntry(members, memberId) : members,
  leader: leader === memberId ? null : leader,
})

export const activityDriver = <State, Command extends ActivityCommand, Event extends DomainEvent>(
  activity: Activity<State, Command, Event, ActivityRejection, Effect>,
  module: string = activity.name,
  entropy: Entropy = seededEntropy(module),
): ActivityDriver<State, Command, Event> => {
  const clock = virtualClock()
  let state = frozen(activity.initial(module))
  let facts: RoomView = { id: testRoom, members: [], leader: null }
  let isOn = false
  let disarm = (): void => undefined
  const log: Array<RecordedEvent<Event>> = []
  const steps: Array<ActivityStep<State, Command, Event>> = []

  const enter = (
    context: CommandContext<Command | null>,
    dueAt: number | null,
    decision: Decision<Event, ActivityRejection>,
    departed: MemberId | null = null,
  ): void => {
    const before = state
    const events = E.isRight(decision) ? decision.right : []
    const records = recorded(events, log.length, { at: context.at, by: context.by, cause: null })
    for (const record of records) state = frozen(activity.evolve(state, frozen(record)))
    log.push(...records)
    steps.push({ ask: context, departed, facts, dueAt, decision, before, records, after: state })
  }

  const asked = <Asked>(command: Asked, by: MemberId | null): CommandContext<Asked> => ({
    command,
    at: clock.now(),
    by,
    cause: null,
    random: entropy.bytes(),
  })

  const decide = (command: Command, by: MemberId | null, dueAt: number | null): void => {
    const context = asked(command, by)
    enter(context, dueAt, activity.decide(context, state, facts))
  }

  const next = () => (isOn ? activity.nextTimer(state) : undefined)

  const decideDue = (): void => {
    for (let due = next(); due !== undefined && due.at <= clock.now(); due = next()) {
      const length = log.length
      decide(due.command, null, due.at)
      if (log.length === length) throw new Error(`the timer stays due: ${JSON.stringify(due)}`)
    }
  }

  const arm = (): void => {
    disarm()
    const due = next()
    disarm =
      due === undefined
        ? () => undefined
        : clock.schedule(due.at, () => {
            decideDue()
            arm()
          })
  }

  return {
    clock,
    setActive: (on, by, options = null) => {
      decideDue()
      if (on !== isOn) {
        const context = asked<null>(null, by)
        const decision = on
          ? E.right(activity.open({ ...context, command: options }, state, facts))
          : activity.close(context, state, facts)
        enter(context, null, decision)
        if (E.isRight(decision)) isOn = on
      }
      arm()
    },
    send: (command, by) => {
      decideDue()
      if (isOn) decide(command, by, null)
      arm()
    },
    setMembers: (members, leader = null) => {
      facts = frozen({ id: testRoom, members, leader })
    },
    leave: (who, by) => {
      if (entryIn(facts.members, who.memberId) === undefined) return
      decideDue()
      facts = frozen(factsAfter(facts, who))
      if (isOn) {
        const context = asked<Departure>({ ...who, leftActivity: false }, by)
        const meaning = activity.memberLeft?.(context, state, facts) ?? []
        enter({ ...context, command: null }, null, E.right(meaning), who.isGone ? who.memberId : null)
      }
      arm()
    },
    isOn: () => isOn,
    state: () => state,
    log: () => log,
    steps: () => steps,
  }
}
