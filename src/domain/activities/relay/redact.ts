import type { Viewer } from '../../kernel/activity.js'
import type { Recorded } from '../../kernel/domain-event.js'
import type { RelayEvent } from './events.js'
import type { RelayState } from './state.js'

/** A relay hides nothing from the room. */
export const viewFor = (_viewer: Viewer, state: RelayState): RelayState => state

export const shownTo = (_viewer: Viewer, event: Recorded<RelayEvent>): Recorded<RelayEvent> => event
