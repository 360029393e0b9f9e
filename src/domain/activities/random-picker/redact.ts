import type { Viewer } from '../../kernel/activity.js'
import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { PickerEvent } from './events.js'
import type { PickerState } from './state.js'

/** The secret and the plan of a draw are hidden until it ends, from operators too. */
export const redactState = (_viewer: Viewer, state: PickerState): PickerState => {
  switch (state.phase.type) {
    case 'unopened':
    case 'between':
      return state
    case 'committed': {
      const { secret: _secret, ...next } = state.phase.next
      return { ...state, phase: { type: 'committed', next } }
    }
    case 'running': {
      const { secret: _secret, ...draw } = state.phase.draw
      return { ...state, phase: { type: 'running', draw } }
    }
  }
}

export const redactEvent = (
  _viewer: Viewer,
  event: RecordedEvent<PickerEvent>,
): RecordedEvent<PickerEvent> => {
  if (event.secret === undefined) return event
  const { secret: _secret, ...shown } = event
  return shown
}
