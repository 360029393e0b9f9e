import * as E from '#fp/Either'
import type { Departure } from '../kernel/activity.js'
import type { CommandContext } from '../kernel/command-context.js'
import type { MemberId } from '../kernel/ids.js'
import { entryIn } from '../kernel/table.js'
import type { Decision } from './commands.js'
import type { MemberLeft, RoomEvent } from './events.js'
import type { RoomPlugins } from './plugins.js'
import { activityNamed, runActivity, viewOf } from './plugins.js'
import type { RoomState } from './state.js'
import { evolveAll } from './state.js'

/** Adds what the room's modules make of a departure to the same decision, so that no log has one without the other. */
export const appendDepartures = (
  decision: Decision,
  context: CommandContext<unknown>,
  state: RoomState,
  plugins: RoomPlugins,
): Decision => {
  if (E.isLeft(decision) || !decision.right.some(isMemberLeft)) return decision
  const after = evolveAll(state, decision.right, context, plugins)
  if (after.phase !== 'open') return decision
  const consequences: Array<RoomEvent> = []
  const view = viewOf(after, plugins)
  for (const { protocols, ...departure } of departuresIn(decision.right, after)) {
    for (const name in after.modules) {
      const module = after.modules[name]
      if (module === undefined || !module.active) continue
      const activity = activityNamed(module.activity, plugins)
      const events = runActivity(name, () =>
        activity.memberLeft?.(
          {
            ...context,
            command: {
              ...departure,
              leftActivity: protocols.some((each) => isMadeFor(each, module.activity, plugins)),
            },
          },
          module.state,
          view,
        ),
      )
      consequences.push(...(events ?? []))
    }
  }
  return consequences.length === 0 ? decision : E.right([...decision.right, ...consequences])
}

const isMemberLeft = (event: RoomEvent): event is MemberLeft => event.type === 'room.member-left'

const isMadeFor = (protocol: string, activity: string, { protocols }: RoomPlugins): boolean =>
  protocols.byName.get(protocol)?.activity === activity

type ProtocolDepartures = Omit<Departure, 'leftActivity'> & { readonly protocols: ReadonlyArray<string> }

const departuresIn = (
  events: ReadonlyArray<RoomEvent>,
  after: RoomState,
): ReadonlyArray<ProtocolDepartures> => {
  const departures = events.filter(isMemberLeft).map(({ data }) => data)
  const members: ReadonlySet<MemberId> = new Set(departures.map(({ memberId }) => memberId))
  return [...members].flatMap((memberId) => {
    const own = departures.filter((departure) => departure.memberId === memberId)
    const [first] = own
    if (first === undefined) return []
    const isGone = after.phase === 'absent' || entryIn(after.members, memberId) === undefined
    return [{ memberId, protocols: own.map(({ dialect }) => dialect), isGone, reason: first.reason }]
  })
}
