import type { Effect } from '../kernel/activity.js'
import type { RoomPlugins } from './plugins.js'
import { activityNamed } from './plugins.js'
import { runActivity } from './run-activity.js'
import type { RoomState } from './state.js'

/** What one of the room's modules waits for. `key` is the only one of its kind in the room. */
export interface RoomEffect {
  readonly key: string
  readonly module: string
  readonly effect: Effect
}

/** Everything that the room waits for from outside. Of modules that are off nothing is wanted. */
export const effects = (state: RoomState, plugins: RoomPlugins): ReadonlyArray<RoomEffect> => {
  if (state.phase !== 'open') return nothing
  const wanted: Array<RoomEffect> = []
  for (const name in state.modules) {
    const module = state.modules[name]
    if (module === undefined || !module.active) continue
    const activity = activityNamed(module.activity, plugins)
    const want = runActivity(name, () => activity.effect?.(module.state))
    if (want !== undefined) wanted.push({ key: `${name} ${want.key}`, module: name, effect: want })
  }
  return wanted
}

const nothing: ReadonlyArray<never> = []
