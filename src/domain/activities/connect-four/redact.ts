import type { Viewer } from '../../kernel/activity.js'
import type { Recorded } from '../../kernel/domain-event.js'
import type { ConnectFourEvent } from './events.js'
import type { ConnectFourState } from './state.js'

/** Everybody in the room sees the board. */
export const viewFor = (_viewer: Viewer, state: ConnectFourState): ConnectFourState => state

export const shownTo = (_viewer: Viewer, event: Recorded<ConnectFourEvent>): Recorded<ConnectFourEvent> =>
  event
