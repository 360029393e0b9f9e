import type { Viewer } from '../kernel/activity.js'
import type { RecordedEvent } from '../kernel/domain-event.js'
import { asRecord, entryIn, mapTable } from '../kernel/table.js'
import type { RoomCreated, RoomEvent } from './events.js'
import type { RoomPlugins } from './plugins.js'
import { activityNamed, activityOf, isActivityEvent, moduleOf, runActivity } from './plugins.js'
import type { Member, Module, Room, RoomState } from './state.js'

/**
 * Viewers of one class see the same. All members are one class, unless the room has had a module that hides something
 * of one member from another.
 */
export const viewerClassOf = (viewer: Viewer, state: RoomState, plugins: RoomPlugins): string =>
  viewer.type === 'member' && hidesBetweenMembers(state, plugins) ? `member ${viewer.id}` : viewer.type

const hidesBetweenMembers = (state: RoomState, plugins: RoomPlugins): boolean =>
  state.phase !== 'absent' &&
  Object.values(state.modules).some(
    ({ activity }) => activityNamed(activity, plugins).hidesBetweenMembers === true,
  )

/**
 * The state without what this viewer may not see. It has the same shape, so that the same `evolve` folds the events that
 * the viewer receives.
 */
export const redactState = (viewer: Viewer, state: RoomState, plugins: RoomPlugins): RoomState => {
  if (state.phase === 'absent') return state
  const { secret: _secret, admission: _admission, ...room } = state
  return {
    ...room,
    members: mapTable(state.members, redactMember),
    modules: modulesFor(viewer, state.modules, plugins),
    answered: {},
  }
}

/** The state as it is shown outside: members by id, without the chunks of their table. */
export const stateWithPlainMembers = (state: RoomState): object =>
  state.phase === 'absent' ? state : { ...state, members: asRecord(state.members) }

/** The part of a member that every member may see. */
export const redactMember = ({ secret: _secret, ...member }: Member): Member => member

const modulesFor = (viewer: Viewer, modules: Room['modules'], plugins: RoomPlugins): Room['modules'] =>
  Object.fromEntries(
    Object.entries(modules).map(([name, module]) => [name, moduleFor(viewer, name, module, plugins)]),
  )

const moduleFor = (viewer: Viewer, name: string, module: Module, plugins: RoomPlugins): Module => ({
  ...module,
  state: runActivity(name, () => activityNamed(module.activity, plugins).redactState(viewer, module.state)),
})

/** The event as this viewer may see it, or nothing. Nobody sees the command id that caused it. */
export const redactEvent = (
  viewer: Viewer,
  event: RecordedEvent<RoomEvent>,
  plugins: RoomPlugins,
): RecordedEvent<RoomEvent> | undefined => {
  if (isActivityEvent(event)) {
    const redacted = runActivity(moduleOf(event, plugins), () =>
      activityNamed(activityOf(event), plugins).redactEvent(viewer, event),
    )
    return redacted === undefined ? undefined : withoutCause(redacted)
  }
  return withoutCause(event.type === 'room.created' ? withoutAdmission(event) : event)
}

/** Who may enter is a list of user ids, which no viewer needs. */
const withoutAdmission = (event: RecordedEvent<RoomCreated>): RecordedEvent<RoomCreated> => {
  const { admission, ...data } = event.data
  return admission === undefined ? event : { ...event, data }
}

const withoutCause = (event: RecordedEvent<RoomEvent>): RecordedEvent<RoomEvent> => {
  if (event.secret === undefined) return event.cause === null ? event : { ...event, cause: null }
  const { secret: _secret, ...redacted } = event
  return { ...redacted, cause: null }
}

/** Whether a member may read the record at `seq`: from its own first join, or all if the room's `history` is `all`. */
export const mayRead = (room: Room, memberId: string, seq: number): boolean => {
  const member = entryIn(room.members, memberId)
  return member !== undefined && (room.history === 'all' || seq >= member.since)
}
