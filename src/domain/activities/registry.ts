import type { Activity } from '../kernel/activity.js'
import type { AnyActivityPlugin } from '../kernel/activity-plugin.js'
import type {
  ConnectFourCommand,
  ConnectFourEvent,
  ConnectFourState,
  ComputerMoveEffect,
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
export type ActivityEffect = ComputerMoveEffect

/** An activity as the room holds it: it gets back only the state that it gave. */
export type AnyActivity = Activity<unknown, ActivityCommand, ActivityEvent, ActivityEffect>

/** The closed list of this package's own. A new one is its folder and a line here. */
export const activities = {
  'random-picker': randomPicker,
  'connect-four': connectFour,
  telequiz,
  relay,
} as const satisfies Readonly<Record<string, AnyActivity>>

declare const ofGuest: unique symbol

/** The name of an activity that an application brought along. */
export type PluginName = string & { readonly [ofGuest]: true }

export type BuiltInName = keyof typeof activities
export type ActivityName = BuiltInName | PluginName

/** Names that are kept for the room and for activities that are to come: no module of a client's own gets them. */
const reserved: ReadonlySet<string> = new Set(['room', 'relay', 'chat'])

const moduleName = /^[A-Za-z0-9_-]{1,64}$/

export const isBuiltIn = (name: string): name is BuiltInName => Object.hasOwn(activities, name)

interface Invited {
  readonly guest: AnyActivityPlugin
  hosts: number
}

/**
 * What applications brought along. One list in a process, as its event types are: they are names of stored formats, and a log
 * must not mean one thing to one engine and another to the next.
 */
const invited = new Map<string, Invited>()

/**
 * Registers an activity, until what it gives is called. The same one may be invited many times; another one under its name, or
 * under a name that is taken, is a mistake in the application: it throws.
 */
export const registerPlugin = (guest: AnyActivityPlugin): (() => void) => {
  const { name } = guest
  const known = invited.get(name)
  const problem = known === undefined ? problemWith(guest) : known.guest === guest ? undefined : 'has two'
  if (problem !== undefined) throw new Error(`The activity ${JSON.stringify(name)} ${problem}`)
  const place: Invited = known ?? { guest, hosts: 0 }
  invited.set(name, place)
  place.hosts += 1
  let isStaying = true
  return () => {
    if (!isStaying) return
    isStaying = false
    place.hosts -= 1
    if (place.hosts === 0) invited.delete(name)
  }
}

/** All of them or, where one cannot be, none. Gives how to let them go. */
export const registerPlugins = (guests: ReadonlyArray<AnyActivityPlugin>): (() => void) => {
  const dismissals: Array<() => void> = []
  const dismissAll = (): void => {
    for (const dismiss of dismissals) dismiss()
  }
  try {
    for (const guest of guests) dismissals.push(registerPlugin(guest))
  } catch (problem) {
    dismissAll()
    throw problem
  }
  return dismissAll
}

const problemWith = ({
  name,
  schemas: storage,
  effect: wants,
  runEffect: fulfil,
}: AnyActivityPlugin): string | undefined => {
  if (!moduleName.test(name)) return 'needs a name of 1 to 64 letters, digits, - and _'
  if (isBuiltIn(name) || reserved.has(name)) return 'has a name that is taken'
  const foreign = Object.keys(storage).find((type) => !type.startsWith(`${name}.`))
  if (foreign !== undefined) return `stores ${foreign}, which does not begin with its name`
  const isAnswered = wants === undefined || fulfil !== undefined
  return isAnswered ? undefined : 'wants something from outside, and has no fulfil that does it'
}

const isGuest = (name: string): name is PluginName => invited.has(name)

const isActivityName = (name: string): name is ActivityName => isBuiltIn(name) || isGuest(name)

/** The activity that an application brought along under this name. */
export const pluginNamed = (name: string): AnyActivityPlugin | undefined => invited.get(name)?.guest

/** Which activity runs a module: the one of that name, or the relay for a name that nobody has taken. */
export const activityFor = (module: string): ActivityName | undefined => {
  if (reserved.has(module) || !moduleName.test(module)) return undefined
  return isActivityName(module) ? module : 'relay'
}

const firstPartOf = (type: string): string => type.slice(0, type.indexOf('.'))

/** Whether an activity wrote this event, by the first part of its type; the room's own are its own. */
export const isActivityEvent = (event: { readonly type: string }): event is ActivityEvent =>
  isActivityName(firstPartOf(event.type))

/**
 * Whether an activity wrote it that an application brought along. The types know nothing of those, or no type of event could
 * be told from another; so whoever names each type of event asks this first.
 */
export const isPluginEvent = (event: { readonly type: string }): boolean => isGuest(firstPartOf(event.type))

/** Who wrote an event, whoever may have its module's name today. */
export const activityOf = (event: ActivityEvent): ActivityName => {
  const name = firstPartOf(event.type)
  // The types say that it is one, but not to this function: the relay is as good as any for what cannot be.
  return isActivityName(name) ? name : 'relay'
}

/** The module whose state an event changes. */
export const moduleOf = (event: ActivityEvent): string =>
  event.type === 'relay.event' ? event.data.module : firstPartOf(event.type)

/** Throws where a log is read without the activity that wrote it: without its rules nobody knows what it hides. */
export const activityNamed = (name: ActivityName): AnyActivity => {
  if (isBuiltIn(name)) return activities[name]
  const guest = pluginNamed(name)
  if (guest === undefined) throw new Error(`There is no activity ${JSON.stringify(name)} here`)
  // Its commands and events are its own; the room hands it only those, and asks nothing of them but their types.
  return guest as unknown as AnyActivity
}

/** Every activity that there is, the built-in ones first. */
export const allActivities = (): ReadonlyArray<Pick<AnyActivity, 'name' | 'foldVersion' | 'schemas'>> => [
  ...Object.values(activities),
  ...[...invited.values()].map(({ guest }) => guest),
]

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
export const stateIn = <Name extends BuiltInName>(
  name: Name,
  module: { readonly activity: ActivityName; readonly state: unknown } | undefined,
): States[Name] | undefined => (module?.activity === name ? (module.state as States[Name]) : undefined)
