import type { Activity } from '../kernel/activity.js'
import type {
  ConnectFourCommand,
  ConnectFourEvent,
  ConnectFourState,
  MoveWanted,
} from './connect-four/index.js'
import { connectFour } from './connect-four/index.js'
import type { PickerCommand, PickerEvent, PickerState } from './random-picker/index.js'
import { randomPicker } from './random-picker/index.js'
import type { Relay, RelayEvent, RelayState } from './relay/index.js'
import { relay } from './relay/index.js'
import type { QuizCommand, QuizEvent, QuizState } from './telequiz/index.js'
import { telequiz } from './telequiz/index.js'

export type ActivityCommand = PickerCommand | ConnectFourCommand | QuizCommand | Relay
export type ActivityEvent = PickerEvent | ConnectFourEvent | QuizEvent | RelayEvent
/** What rooms can want from outside. */
export type ActivityWant = MoveWanted

/** An activity as the room holds it: it gets back only the state that it gave. */
export type AnyActivity = Activity<unknown, ActivityCommand, ActivityEvent, ActivityWant>

/** The closed list. A new activity is its folder and a line here. */
export const activities = {
  'random-picker': randomPicker,
  'connect-four': connectFour,
  telequiz,
  relay,
} as const satisfies Readonly<Record<string, AnyActivity>>

export type ActivityName = keyof typeof activities

/** Names that are kept for the room and for activities that are to come: no module of a client's own gets them. */
const reserved: ReadonlySet<string> = new Set(['room', 'relay', 'chat'])

const moduleName = /^[A-Za-z0-9_-]{1,64}$/

const isActivityName = (name: string): name is ActivityName => Object.hasOwn(activities, name)

/** Which activity runs a module: the one of that name, or the relay for a name that nobody has taken. */
export const activityFor = (module: string): ActivityName | undefined => {
  if (reserved.has(module) || !moduleName.test(module)) return undefined
  return isActivityName(module) ? module : 'relay'
}

const firstPartOf = (type: string): string => type.slice(0, type.indexOf('.'))

/** Whether an activity wrote this event, by the first part of its type; the room's own are its own. */
export const isActivityEvent = (event: { readonly type: string }): event is ActivityEvent =>
  isActivityName(firstPartOf(event.type))

/** Who wrote an event, whoever may have its module's name today. */
export const activityOf = (event: ActivityEvent): ActivityName => {
  const name = firstPartOf(event.type)
  // The types say that it is one, but not to this function: the relay is as good as any for what cannot be.
  return isActivityName(name) ? name : 'relay'
}

/** The module whose state an event changes. */
export const moduleOf = (event: ActivityEvent): string =>
  event.type === 'relay.event' ? event.data.module : firstPartOf(event.type)

export const activityNamed = (name: ActivityName): AnyActivity => activities[name]

interface States {
  readonly 'random-picker': PickerState
  readonly 'connect-four': ConnectFourState
  readonly telequiz: QuizState
  readonly relay: RelayState
}

/**
 * A module's state as its activity has it, for those who show it. The name beside the state was written with it, so
 * this is the one place that may say which of them it is.
 */
export const stateIn = <Name extends ActivityName>(
  name: Name,
  module: { readonly activity: ActivityName; readonly state: unknown } | undefined,
): States[Name] | undefined => (module?.activity === name ? (module.state as States[Name]) : undefined)
