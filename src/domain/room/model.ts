import type { EventSchema, Viewer } from '../kernel/activity.js'
import type { CommandContext } from '../kernel/command-context.js'
import type { RecordedEvent } from '../kernel/domain-event.js'
import type { Timer } from '../kernel/instant.js'
import { lookup } from '../kernel/record.js'
import type { RoomCommand, Decision } from './commands.js'
import { decide } from './decide.js'
import type { RoomEvent } from './events.js'
import { schemas } from './events.js'
import type { RoomEffect } from './modules.js'
import { effects, nextTimer } from './modules.js'
import type { PluginList, RoomActivity } from './plugins.js'
import { activityFor, isActivityEvent, moduleOf, pluginsOf } from './plugins.js'
import type { Protocols } from './protocols.js'
import { redactEvent, redactState, viewerClassOf } from './redact.js'
import type { RoomState } from './state.js'
import { evolve } from './state.js'

/** All rules of a room, with the activities and protocols of one engine. Pure. */
export interface RoomModel {
  /** Returns no events if nothing changes. Throws `ActivityFailure` if an activity throws. */
  readonly decide: (context: CommandContext<RoomCommand>, state: RoomState) => Decision
  readonly evolve: (state: RoomState, event: RecordedEvent<RoomEvent>) => RoomState
  readonly nextTimer: (state: RoomState) => Timer<RoomCommand> | undefined
  readonly effects: (state: RoomState) => ReadonlyArray<RoomEffect>
  readonly redactState: (viewer: Viewer, state: RoomState) => RoomState
  readonly redactEvent: (
    viewer: Viewer,
    event: RecordedEvent<RoomEvent>,
  ) => RecordedEvent<RoomEvent> | undefined
  readonly viewerClassOf: (viewer: Viewer, state: RoomState) => string
  /** How an event type is stored; `undefined` for a type that this model does not write. */
  readonly schemaOf: (type: string) => EventSchema | undefined
  /** Identifies the fold: a snapshot with another fingerprint is ignored. */
  readonly fingerprint: string
  /** The name of the activity that runs a module; `undefined` for a name that no module can have. */
  readonly activityFor: (module: string) => string | undefined
  readonly activity: (name: string) => RoomActivity | undefined
  readonly protocols: Protocols
  /** The module whose state an event changes; `undefined` for an event of the room itself. */
  readonly moduleOf: (event: RoomEvent) => string | undefined
}

/** Throws if two activities have one name, or one of them breaks a rule of the interface. */
export const createRoomModel = (list: PluginList): RoomModel => {
  const plugins = pluginsOf(list)
  const activities = [...plugins.activities.values()]
  const allSchemas: Readonly<Record<string, EventSchema>> = Object.assign(
    {},
    schemas,
    ...activities.map((activity) => activity.schemas),
  )
  return {
    decide: (context, state) => decide(context, state, plugins),
    evolve: (state, event) => evolve(state, event, plugins),
    nextTimer: (state) => nextTimer(state, plugins),
    effects: (state) => effects(state, plugins),
    redactState: (viewer, state) => redactState(viewer, state, plugins),
    redactEvent: (viewer, event) => redactEvent(viewer, event, plugins),
    viewerClassOf: (viewer, state) => viewerClassOf(viewer, state, plugins),
    schemaOf: (type) => lookup(allSchemas, type),
    fingerprint: ['room/3', ...activities.map(({ name, foldVersion }) => `${name}/${foldVersion}`)].join(' '),
    activityFor: (module) => activityFor(module, plugins),
    activity: (name) => plugins.activities.get(name),
    protocols: plugins.protocols,
    moduleOf: (event) => (isActivityEvent(event) ? moduleOf(event, plugins) : undefined),
  }
}
