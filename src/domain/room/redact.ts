import type { Viewer } from '../kernel/activity.js'
import type { RecordedEvent } from '../kernel/domain-event.js'
import { asRecord, entryIn, mapTable } from '../kernel/table.js'
import type { RoomEvent } from './events.js'
import type { RoomPlugins } from './plugins.js'
import { activityNamed, activityOf, isActivityEvent, moduleOf, runActivity } from './plugins.js'
import type { Member, Module, Room, RoomState } from './state.js'

/**
 * What may be seen depends on this alone: all members are of one class, unless the room has had a module that shows one
 * of them what it hides from another.
 */
export const viewerClassOf = (viewer: Viewer, state: RoomState, plugins: RoomPlugins): string =>
  viewer.type === 'member' && hidesBetweenMembers(state, plugins) ? `member ${viewer.id}` : viewer.type

const hidesBetweenMembers = (state: RoomState, plugins: RoomPlugins): boolean =>
  state.phase !== 'absent' &&
  Object.values(state.modules).some(
    ({ activity }) => activityNamed(activity, plugins).hidesBetweenMembers === true,
  )

/**
 * The state without what this viewer may not see: a state of the same shape, with the secrets left out, so that the
 * same `evolve` folds what the viewer is shown on top of it.
 */
export const redactState = (viewer: Viewer, state: RoomState, plugins: RoomPlugins): RoomState => {
  if (state.phase === 'absent') return state
  const { secret: _secret, ...room } = state
  return {
    ...room,
    members: mapTable(state.members, redactMember),
    modules: modulesFor(viewer, state.modules, plugins),
    answered: {},
  }
}

/** A state as it is written for those who read it: members by their ids, however they are kept. */
export const stateWithPlainMembers = (state: RoomState): object =>
  state.phase === 'absent' ? state : { ...state, members: asRecord(state.members) }

/** What is shown of a member, to everybody in the room. */
export const redactMember = ({ secret: _secret, ...member }: Member): Member => member

const modulesFor = (viewer: Viewer, modules: Room['modules'], plugins: RoomPlugins): Room['modules'] =>
  Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [name, moduleFor(viewer, name, module, plugins)]),
  )

const moduleFor = (viewer: Viewer, name: string, module: Module, plugins: RoomPlugins): Module => ({
  ...module,
  state: runActivity(name, () => activityNamed(module.activity, plugins).redactState(viewer, module.state)),
})

/** The event as this viewer may see it, or nothing. The command it came from is its sender's affair. */
export const redactEvent = (
  viewer: Viewer,
  event: RecordedEvent<RoomEvent>,
  plugins: RoomPlugins,
): RecordedEvent<RoomEvent> | undefined => {
  if (isActivityEvent(event)) {
    const shown = runActivity(moduleOf(event, plugins), () =>
      activityNamed(activityOf(event), plugins).redactEvent(viewer, event),
    )
    return shown === undefined ? undefined : withoutOrigin(shown)
  }
  return withoutOrigin(event)
}

const withoutOrigin = (event: RecordedEvent<RoomEvent>): RecordedEvent<RoomEvent> => {
  if (event.secret === undefined) return event.cause === null ? event : { ...event, cause: null }
  const { secret: _secret, ...shown } = event
  return { ...shown, cause: null }
}

/** Whether this member may read the record at `seq`: from its own first join on, or all where the room says so. */
export const mayRead = (room: Room, memberId: string, seq: number): boolean => {
  const member = entryIn(room.members, memberId)
  return member !== undefined && (room.history === 'all' || seq >= member.since)
}
