import * as E from '#fp/Either'
import type {
  Activity,
  ActivityCommand,
  AnyActivity,
  Effect,
  Participant,
  RoomView,
} from '../kernel/activity.js'
import type { Decision as ActivityDecision } from '../kernel/decision.js'
import type { DomainEvent, RecordedEvent } from '../kernel/domain-event.js'
import type { RoomId } from '../kernel/ids.js'
import { lookup } from '../kernel/record.js'
import type { ActivityRejection, CommonRejection, Rejection } from '../kernel/rejection.js'
import type { Table } from '../kernel/table.js'
import type { Decision } from './commands.js'
import type { EntryHolder, ProtocolSpec, Protocols } from './protocols.js'
import { leaderOf, protocolsOf } from './protocols.js'
import type { ActivityEvent, RoomEvent } from './events.js'

/** The plug-ins of one engine, by name. Made once for each model. */
export interface RoomPlugins {
  readonly activities: ReadonlyMap<string, RoomActivity>
  /** Runs the modules without an activity of their own name; it is the activity with `moduleOf`. */
  readonly fallback: RoomActivity | undefined
  readonly protocols: Protocols
}

/** An activity as the room calls it: with the activity's own state and events. */
export type RoomActivity = Activity<unknown, ActivityCommand, ActivityEvent, ActivityRejection, Effect>

export interface PluginList {
  readonly activities: ReadonlyArray<AnyActivity>
  readonly protocols: ReadonlyArray<ProtocolSpec>
}

/** Names of the room itself and of planned activities. */
const reservedNames: ReadonlySet<string> = new Set(['room', 'chat'])

const moduleName = /^[A-Za-z0-9_-]{1,64}$/

/** Throws if two activities have one name, or one of them breaks a rule of the interface. */
export const pluginsOf = ({ activities, protocols }: PluginList): RoomPlugins => {
  const byName = new Map<string, RoomActivity>()
  for (const activity of activities) {
    const { name } = activity
    const problem = byName.has(name) ? 'is there twice' : problemWith(activity)
    if (problem !== undefined) throw new Error(`The activity ${JSON.stringify(name)} ${problem}`)
    // Safe: the room gives an activity only its own state, its own events, and commands of the types in its list.
    byName.set(name, activity as unknown as RoomActivity)
  }
  const fallbacks = [...byName.values()].filter((activity) => activity.moduleOf !== undefined)
  if (fallbacks.length > 1)
    throw new Error('Only one activity can run the modules without an activity of their own name')
  return { activities: byName, fallback: fallbacks[0], protocols: protocolsOf(protocols) }
}

const problemWith = ({ name, schemas, effects, runEffect }: AnyActivity): string | undefined => {
  if (!moduleName.test(name)) return 'needs a name of 1 to 64 letters, digits, - and _'
  if (reservedNames.has(name)) return 'has a reserved name'
  if (effects !== undefined && runEffect === undefined) return 'has effects, but no runEffect to run them'
  const foreign = Object.keys(schemas).find((type) => !type.startsWith(`${name}.`))
  return foreign === undefined ? undefined : `stores ${foreign}, which does not begin with its name`
}

/** The name of the activity that runs a module; `undefined` for a name that no module can have. */
export const activityFor = (module: string, { activities, fallback }: RoomPlugins): string | undefined => {
  if (reservedNames.has(module) || module === fallback?.name || !moduleName.test(module)) return undefined
  return activities.has(module) ? module : fallback?.name
}

/** Throws if the log was written with an activity that this engine does not have: its redaction is unknown. */
export const activityNamed = (name: string, { activities }: RoomPlugins): RoomActivity => {
  const activity = activities.get(name)
  if (activity === undefined) throw new Error(`There is no activity ${JSON.stringify(name)} here`)
  return activity
}

/** The room's own event types begin with `room.`, a name that no activity can have. */
export const isActivityEvent = <Event extends RoomEvent>(
  event: Event,
): event is Extract<Event, ActivityEvent> => !event.type.startsWith('room.')

/** The name of the activity that wrote an event. */
export const activityOf = ({ type }: ActivityEvent): string => type.slice(0, type.indexOf('.'))

/** The module whose state an event changes. */
export const moduleOf = (event: ActivityEvent, plugins: RoomPlugins): string => {
  const name = activityOf(event)
  return plugins.activities.get(name)?.moduleOf?.(event) ?? name
}

/** A record of this activity; `undefined` if another activity or the room wrote it. */
export const eventOf = <Event extends DomainEvent>(
  { name }: Pick<Activity<unknown, never, Event>, 'name' | 'redactEvent'>,
  record: RecordedEvent<RoomEvent>,
): RecordedEvent<Event> | undefined =>
  isActivityEvent(record) && activityOf(record) === name
    ? (record as unknown as RecordedEvent<Event>)
    : undefined

/** A room as its activities see it. */
export const viewOf = (
  { id, members }: { readonly id: RoomId; readonly members: Table<Participant & EntryHolder> },
  { protocols }: RoomPlugins,
): RoomView => ({ id, members, leader: leaderOf(members, protocols)?.id ?? null })

/** An activity has thrown: a defect. The engine stops the module, and the room goes on. */
export class ActivityFailure extends Error {
  readonly module: string

  constructor(module: string, thrown: unknown) {
    super(`${module} has failed`, { cause: thrown })
    this.module = module
  }
}

/** Calls a function of a module's activity. The room makes every such call here. */
export const runActivity = <Result>(module: string, run: () => Result): Result => {
  try {
    return run()
  } catch (error) {
    throw new ActivityFailure(module, error)
  }
}

/** Runs a decision of an activity, and turns a rejection of its own into one of the room. */
export const decideIn = (
  module: string,
  activity: RoomActivity,
  decide: () => ActivityDecision<ActivityEvent, ActivityRejection>,
): Decision =>
  runActivity(module, () =>
    E.mapLeft((rejection: ActivityRejection) => rejectionOf(activity, rejection))(decide()),
  )

const commonTypes: ReadonlySet<string> = new Set<CommonRejection['type']>([
  'invalid-payload',
  'access-denied',
  'not-in-room',
  'target-not-found',
  'not-broadcaster',
])

const rejectionOf = (
  { name, errors }: RoomActivity,
  rejection: CommonRejection | ActivityRejection,
): Rejection => {
  const describe = lookup(errors, rejection.type)
  if (describe !== undefined) {
    const error = describe(rejection)
    return { type: 'activity-rejected', activity: name, rejection, error: { code: rejection.type, ...error } }
  }
  if (!commonTypes.has(rejection.type)) throw new Error(`The errors of ${name} lack ${rejection.type}`)
  return rejection as CommonRejection
}
