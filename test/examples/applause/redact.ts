import type { Viewer } from '../../../src/domain/kernel/activity.js'
import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { ApplauseEvent } from './events.js'
import type { ApplauseState } from './state.js'

/** Applause hides nothing. An activity with a secret leaves it out here and in `shownTo`, and nowhere else. */
export const redactState = (_viewer: Viewer, state: ApplauseState): ApplauseState => state

export const redactEvent = (
  _viewer: Viewer,
  event: RecordedEvent<ApplauseEvent>,
): RecordedEvent<ApplauseEvent> => event
