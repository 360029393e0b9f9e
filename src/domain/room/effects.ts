import type { ActivityCommand, ActivityWant } from '../activities/registry.js'
import { activityNamed } from '../activities/registry.js'
import { running } from './run-activity.js'
import type { RoomState } from './state.js'

/** What one of the room's modules waits for. `key` is the only one of its kind in the room. */
export interface RoomWant {
  readonly key: string
  readonly module: string
  readonly want: ActivityWant
}

/** What is to come back: a command of the module that wanted it. */
export type WantAnswer = ActivityCommand

/** Everything that the room waits for from outside. Of modules that are off nothing is wanted. */
export const wants = (state: RoomState): ReadonlyArray<RoomWant> => {
  if (state.phase !== 'open') return nothing
  const wanted: Array<RoomWant> = []
  for (const name in state.modules) {
    const module = state.modules[name]
    if (module === undefined || !module.active) continue
    const activity = activityNamed(module.activity)
    const want = running(name, () => activity.wants?.(module.state))
    if (want !== undefined) wanted.push({ key: `${name} ${want.key}`, module: name, want })
  }
  return wanted
}

const nothing: ReadonlyArray<never> = []
