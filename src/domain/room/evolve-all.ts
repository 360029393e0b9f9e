import type { CommandContext } from '../kernel/command-context.js'
import { epoch } from '../kernel/ids.js'
import type { RoomEvent } from './events.js'
import type { RoomPlugins } from './plugins.js'
import type { RoomState } from './state.js'
import { evolve } from './state.js'

/** Nobody will read these records, so they have no place in the log and no command. */
const unwritten = { epoch: epoch(''), seq: 0, by: null, cause: null }

/** The room as it will be with these events, for what has to be decided together with them. */
export const evolveAll = (
  state: RoomState,
  events: ReadonlyArray<RoomEvent>,
  { at }: CommandContext<unknown>,
  plugins: RoomPlugins,
): RoomState =>
  events.reduce((room, event) => evolve(room, { ...unwritten, room: state.id, at, ...event }, plugins), state)
