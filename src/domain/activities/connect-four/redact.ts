import type { Viewer } from '../../kernel/activity.js'
import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { ConnectFourEvent } from './events.js'
import type { ConnectFourState } from './state.js'

/** Every member sees the board. */
export const redactState = (_viewer: Viewer, state: ConnectFourState): ConnectFourState => state

export const redactEvent = (
  _viewer: Viewer,
  event: RecordedEvent<ConnectFourEvent>,
): RecordedEvent<ConnectFourEvent> => event
