import fc from 'fast-check'
import type {
  Activity,
  ActivityCommand,
  Effect,
  Participant,
  RoomView,
} from '../../../src/domain/kernel/activity.js'
import type { ActivityRejection } from '../../../src/domain/kernel/rejection.js'
import { valuesIn, withEntry } from '../../../src/domain/kernel/table.js'
import type { DomainEvent } from '../../../src/domain/kernel/domain-event.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { ActivityDriver, Leaver } from '../activity-driver.js'
import { activityDriver } from '../activity-driver.js'
import type { Person } from '../people.js'
import { seededEntropy } from '../seeded-entropy.js'
import { everybody, memberIds } from './people.js'

/** One step of an activity's session. */
export type ActivityTurn<Command> =
  | { readonly type: 'waits'; readonly ms: number; readonly late: boolean }
  | {
      readonly type: 'turned'
      readonly on: boolean
      readonly by: MemberId | null
      readonly options?: unknown
    }
  | ({ readonly type: 'met' } & Pick<RoomView, 'members' | 'leader'>)
  | { readonly type: 'left'; readonly who: Leaver; readonly by: MemberId | null }
  | { readonly type: 'sent'; readonly command: Command; readonly by: MemberId | null }

export interface ActivitySession<Command> {
  readonly seed: number
  readonly turns: ReadonlyArray<ActivityTurn<Command>>
}

const present: fc.Arbitrary<ReadonlyArray<Person>> = fc.oneof(
  fc.constant([...everybody]),
  fc.subarray([...everybody], { minLength: 1 }),
)

/** The members of a room as an activity sees them, with a leader or without. */
const roomViews: fc.Arbitrary<Pick<RoomView, 'members' | 'leader'>> = fc
  .record({
    present,
    leads: fc.boolean(),
    away: fc.array(fc.boolean(), { minLength: everybody.length, maxLength: everybody.length }),
  })
  .map(({ present: people, leads, away }) => ({
    leader: leads ? (people[0]?.memberId ?? null) : null,
    members: people.reduce<RoomView['members']>((table, { memberId, name, userId }, index) => {
      const participant: Participant = {
        id: memberId,
        name,
        userId,
        presence: { type: away[index] === true ? 'away' : 'connected' },
      }
      return withEntry(table, memberId, participant)
    }, []),
  }))

const [ann, , bob] = everybody

/** Mostly one of two members, so that fewer commands are rejected; the first one often leads. */
const senders = fc.oneof(
  { weight: 3, arbitrary: memberIds },
  { weight: 3, arbitrary: fc.constantFrom(ann.memberId, bob.memberId) },
  { weight: 1, arbitrary: fc.constant(null) },
)

/** A member leaves, expires, or is removed by another one. */
const leaves = fc
  .record({
    memberId: fc.constantFrom(...everybody.map((who) => who.memberId)),
    isGone: fc.constantFrom(true, true, false),
    reason: fc.constantFrom('left' as const, 'expired' as const, 'removed' as const),
    leader: fc.constantFrom(ann.memberId, bob.memberId),
  })
  .map(({ leader, ...who }) => {
    const by = who.reason === 'left' ? who.memberId : who.reason === 'expired' ? null : leader
    return { type: 'left' as const, who, by }
  })

/** Any JSON value: a client can send any options. */
const options = fc.option(fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text)))

/** Sessions of an activity that a member activates first, with these commands. */
export const activitySessions = <Command>(
  commands: fc.Arbitrary<Command>,
): fc.Arbitrary<ActivitySession<Command>> => {
  const turns = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('sent' as const),
        command: commands,
        by: senders,
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        type: fc.constant('waits' as const),
        ms: fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constantFrom(100, 1_000, 5_000, 30_000)),
        late: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: roomViews.map((view) => ({ type: 'met' as const, ...view })) },
    { weight: 1, arbitrary: leaves },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('turned' as const), on: fc.boolean(), by: senders, options }),
    },
  )
  return fc
    .record({
      seed: fc.nat(),
      view: roomViews,
      options,
      rest: fc.array(turns, { maxLength: 30, size: 'max' }),
    })
    .map(({ seed, view, options: first, rest }) => {
      const by = valuesIn(view.members)[0]?.id ?? null
      return {
        seed,
        turns: [{ type: 'met', ...view }, { type: 'turned', on: true, by, options: first }, ...rest],
      }
    })
}

/** An activity after a whole session. */
export const playedActivity = <State, Command extends ActivityCommand, Event extends DomainEvent>(
  activity: Activity<State, Command, Event, ActivityRejection, Effect>,
  { seed, turns }: ActivitySession<Command>,
  module: string = activity.name,
): ActivityDriver<State, Command, Event> => {
  const driver = activityDriver(activity, module, seededEntropy(seed))
  for (const turn of turns) {
    switch (turn.type) {
      case 'waits':
        if (turn.late) driver.clock.standStill(turn.ms)
        else driver.clock.advance(turn.ms)
        break
      case 'turned':
        driver.setActive(turn.on, turn.by, turn.options)
        break
      case 'met':
        driver.setMembers(turn.members, turn.leader)
        break
      case 'left':
        driver.leave(turn.who, turn.by)
        break
      case 'sent':
        driver.send(turn.command, turn.by)
        break
    }
  }
  return driver
}
