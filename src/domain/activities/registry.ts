import type { Activity } from '../kernel/activity.js'
import type { PickerCommand, PickerEvent } from './random-picker/index.js'
import { randomPicker } from './random-picker/index.js'
import type { Relay, RelayEvent } from './relay/index.js'
import { relay } from './relay/index.js'

export type ActivityCommand = PickerCommand | Relay
export type ActivityEvent = PickerEvent | RelayEvent

/** An activity as the room holds it: it gets back only the state that it gave. */
export type AnyActivity = Activity<unknown, ActivityCommand, ActivityEvent>

/** The closed list. A new activity is its folder and a line here. */
export const activities = {
  'random-picker': randomPicker,
  relay,
} as const satisfies Readonly<Record<string, AnyActivity>>

export type ActivityName = keyof typeof activities

/** Names that are kept for the room and for activities that are to come: no module of a client's own gets them. */
const reserved: ReadonlySet<string> = new Set(['room', 'relay', 'connect-four', 'telequiz', 'chat'])

const moduleName = /^[A-Za-z0-9_-]{1,64}$/

const isActivityName = (name: string): name is ActivityName => Object.hasOwn(activities, name)

/** Which activity runs a module: the one of that name, or the relay for a name that nobody has taken. */
export const activityFor = (module: string): ActivityName | undefined => {
  if (reserved.has(module) || !moduleName.test(module)) return undefined
  return isActivityName(module) ? module : 'relay'
}

/** Which activity's event this is, by the first part of its type; of the room's own, none. */
export const isActivityEvent = (event: { readonly type: string }): event is ActivityEvent =>
  isActivityName(event.type.slice(0, event.type.indexOf('.')))

/** The module whose state an event changes. */
export const moduleOf = (event: ActivityEvent): string =>
  event.type === 'relay.event' ? event.data.module : event.type.slice(0, event.type.indexOf('.'))

export const activityNamed = (name: ActivityName): AnyActivity => activities[name]
