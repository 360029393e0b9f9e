import type { Viewer } from '../../kernel/activity.js'
import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { RelayEvent } from './events.js'
import type { RelayState } from './state.js'

/** Every member sees every event. */
export const redactState = (_viewer: Viewer, state: RelayState): RelayState => state

export const redactEvent = (_viewer: Viewer, event: RecordedEvent<RelayEvent>): RecordedEvent<RelayEvent> =>
  event
