import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { ApplauseEvent } from './events.js'
import type { ApplauseState } from './state.js'

/** Applause hides nothing. An activity with a secret omits it in these two functions, and nowhere else. */
export const redactState = (_viewer: Viewer, state: ApplauseState): ApplauseState => state

export const redactEvent = (
  _viewer: Viewer,
  event: RecordedEvent<ApplauseEvent>,
): RecordedEvent<ApplauseEvent> => event
