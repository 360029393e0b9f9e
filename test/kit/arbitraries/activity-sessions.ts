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

/** One thing that happens to an activity. */
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

/** The members of a room with what an activity may know of them; one at most leads. */
export const roomFacts: fc.Arbitrary<Pick<RoomView, 'members' | 'leader'>> = fc
  .record({
    present,
    leads: fc.boolean(),
    away: fc.array(fc.boolean(), { minLength: everybody.length, maxLength: everybody.length }),
  })
  .map(({ present: people, leads, away }) => ({
    leader: leads ? (people[0]?.memberId ?? null) : null,
    members: people.reduce<RoomView['members']>((table, { memberId, name, userId }, place) => {
      const participant: Participant = {
        id: memberId,
        name,
        userId,
        presence: { type: away[place] === true ? 'away' : 'connected' },
      }
      return withEntry(table, memberId, participant)
    }, []),
  }))

const [ann, , bob] = everybody

/** Most often one of two, so that something comes of what they say; the first is often who may do more. */
const senders = fc.oneof(
  { weight: 3, arbitrary: memberIds },
  { weight: 3, arbitrary: fc.constantFrom(ann.memberId, bob.memberId) },
  { weight: 1, arbitrary: fc.constant(null) },
)

/** By itself, after its grace, or put out by somebody else. */
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

/** Whatever a client sends: no activity may rely on it. */
const options = fc.option(fc.json({ maxDepth: 2 }).map((text): unknown => JSON.parse(text)))

/** Sessions of an activity that one of the room turns on first, as what its commands are makes them. */
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
    { weight: 1, arbitrary: roomFacts.map((facts) => ({ type: 'met' as const, ...facts })) },
    { weight: 1, arbitrary: leaves },
    {
      weight: 1,
      arbitrary: fc.record({ type: fc.constant('turned' as const), on: fc.boolean(), by: senders, options }),
    },
  )
  return fc
    .record({
      seed: fc.nat(),
      facts: roomFacts,
      options,
      rest: fc.array(turns, { maxLength: 30, size: 'max' }),
    })
    .map(({ seed, facts, options: first, rest }) => {
      const by = valuesIn(facts.members)[0]?.id ?? null
      return {
        seed,
        turns: [{ type: 'met', ...facts }, { type: 'turned', on: true, by, options: first }, ...rest],
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
        driver.turn(turn.on, turn.by, turn.options)
        break
      case 'met':
        driver.meet(turn.members, turn.leader)
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
