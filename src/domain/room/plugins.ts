import type {
  Activity,
  ActivityCommand,
  AnyActivity,
  Effect,
  Participant,
  PluginParts,
  RoomView,
} from '../kernel/activity.js'
import type { DomainEvent, RecordedEvent } from '../kernel/domain-event.js'
import type { RoomId } from '../kernel/ids.js'
import type { Table } from '../kernel/table.js'
import type { EntryHolder, ProtocolSpec, Protocols } from './protocols.js'
import { leaderOf, protocolsOf } from './protocols.js'
import type { ActivityEvent, RoomEvent } from './events.js'

/** The plug-ins of one engine, and what the room looks up in them for each event. Made once for each model. */
export interface RoomPlugins {
  readonly activities: ReadonlyMap<string, RoomActivity>
  /** Runs the modules that no activity is named after; it is the one with `moduleOf`. */
  readonly fallback: RoomActivity | undefined
  readonly protocols: Protocols
}

/** An activity as the room calls it: with the state that it gave and the events that it wrote. */
export type RoomActivity = Activity<unknown, ActivityCommand, ActivityEvent, Effect> & PluginParts

export interface PluginList {
  readonly activities: ReadonlyArray<AnyActivity>
  readonly protocols: ReadonlyArray<ProtocolSpec>
}

/** Names that belong to the room itself and to activities that are planned. */
const reservedNames: ReadonlySet<string> = new Set(['room', 'chat'])

const moduleName = /^[A-Za-z0-9_-]{1,64}$/

/** Throws if two activities have one name, or one of them breaks a rule of the interface. */
export const pluginsOf = ({ activities, protocols }: PluginList): RoomPlugins => {
  const byName = new Map<string, RoomActivity>()
  for (const activity of activities) {
    const { name } = activity
    const problem = byName.has(name) ? 'is there twice' : problemWith(activity)
    if (problem !== undefined) throw new Error(`The activity ${JSON.stringify(name)} ${problem}`)
    // The room gives an activity only its own state, its own events, and commands whose types it lists.
    byName.set(name, activity as unknown as RoomActivity)
  }
  const fallbacks = [...byName.values()].filter((activity) => activity.moduleOf !== undefined)
  if (fallbacks.length > 1) throw new Error('Only one activity can run the modules that none is named after')
  return { activities: byName, fallback: fallbacks[0], protocols: protocolsOf(protocols) }
}

const problemWith = ({ name, schemas }: AnyActivity): string | undefined => {
  if (!moduleName.test(name)) return 'needs a name of 1 to 64 letters, digits, - and _'
  if (reservedNames.has(name)) return 'has a reserved name'
  const foreign = Object.keys(schemas).find((type) => !type.startsWith(`${name}.`))
  return foreign === undefined ? undefined : `stores ${foreign}, which does not begin with its name`
}

/** The name of the activity that runs a module; nothing for a name that no module can have. */
export const activityFor = (module: string, { activities, fallback }: RoomPlugins): string | undefined => {
  if (reservedNames.has(module) || module === fallback?.name || !moduleName.test(module)) return undefined
  return activities.has(module) ? module : fallback?.name
}

/** Throws if the log was written with an activity that this engine does not have: its rules for secrets are unknown. */
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

/** A record as one of this activity's own; nothing if another activity or the room wrote it. */
export const eventOf = <Event extends DomainEvent>(
  { name }: Pick<Activity<unknown, never, Event>, 'name' | 'redactEvent'>,
  record: RecordedEvent<RoomEvent>,
): RecordedEvent<Event> | undefined =>
  isActivityEvent(record) && activityOf(record) === name
    ? (record as unknown as RecordedEvent<Event>)
    : undefined

/** What an activity sees of a room. */
export const viewOf = (
  { id, members }: { readonly id: RoomId; readonly members: Table<Participant & EntryHolder> },
  { protocols }: RoomPlugins,
): RoomView => ({ id, members, leader: leaderOf(members, protocols)?.id ?? null })
