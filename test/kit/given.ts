import assert from 'node:assert/strict'
import type { Either } from '#fp/Either'
import * as E from '#fp/Either'
import type { Activity, ActivityCommand, Effect, RoomView } from '../../src/domain/kernel/activity.js'
import type { CommandContext } from '../../src/domain/kernel/command-context.js'
import type { DomainEvent, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { ActivityRejection, CommonRejection, Rejection } from '../../src/domain/kernel/rejection.js'
import { initial } from '../../src/domain/room/index.js'
import type { RoomCommand, RoomEvent, RoomState } from '../../src/domain/room/index.js'
import { builtInModel } from '../../src/plugins.js'
import type { BuiltInEvent } from './built-in-events.js'
import { roomRecord } from './built-in-events.js'
import { recorded, testRoom } from './recording.js'

export interface Given<Command, Event, Rejected> {
  readonly when: (context: CommandContext<Command>) => Decided<Event, Rejected>
}

/** A decision to compare exactly: the events, their number and order, their data and secrets. */
export interface Decided<Event, Rejected> {
  readonly then: (...events: ReadonlyArray<Event>) => void
  readonly thenNothing: () => void
  readonly thenRejected: (rejection: Rejected) => void
}

type Decide<State, Command, Event, Rejected> = (
  context: CommandContext<Command>,
  state: State,
) => Either<Rejected, ReadonlyArray<Event>>

const scenario =
  <State, Command, Event extends DomainEvent, Rejected>(
    start: State,
    decideIn: Decide<State, Command, Event, Rejected>,
    evolveFrom: (state: State, event: RecordedEvent<Event>) => State,
  ) =>
  (...events: ReadonlyArray<Event>): Given<Command, Event, Rejected> => {
    let state = start
    for (const event of recorded(events)) state = evolveFrom(state, event)
    return { when: (context) => decided(decideIn(context, state)) }
  }

const decided = <Event, Rejected>(
  decision: Either<Rejected, ReadonlyArray<Event>>,
): Decided<Event, Rejected> => {
  const wrote = (events: ReadonlyArray<Event>): void => assert.deepStrictEqual(decision, E.right(events))
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- given, when, then; awaited by mistake it fails loudly
    then: (...events) => wrote(events),
    thenNothing: () => wrote([]),
    thenRejected: (rejection) => assert.deepStrictEqual(decision, E.left(rejection)),
  }
}

/** A room with this past. `given(...events).when(ask).then(...events)` or `.thenRejected(rejection)`. */
export const given = scenario<RoomState, RoomCommand, RoomEvent | BuiltInEvent, Rejection>(
  initial(testRoom),
  builtInModel.decide,
  (state, event) => builtInModel.evolve(state, roomRecord(event)),
)

/** The same for one activity, in a room with these members. */
export const givenActivity = <
  State,
  Command extends ActivityCommand,
  Event extends DomainEvent,
  Own extends ActivityRejection,
>(
  activity: Activity<State, Command, Event, Own, Effect>,
  members: RoomView['members'] = [],
  module: string = activity.name,
): ((...events: ReadonlyArray<Event>) => Given<Command, Event, CommonRejection | Own>) =>
  scenario(
    activity.initial(module),
    (context: CommandContext<Command>, state) =>
      activity.decide(context, state, { id: testRoom, members, leader: null }),
    (state, event) => activity.evolve(state, event),
  )
