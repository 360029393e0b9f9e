import type { RecordedEvent, Viewer } from 'roomreel'
import type { HandsEvent } from './events.js'
import type { HandsState } from './state.js'

/** In a secret vote a member sees only its own hand, and not the number of hands. */
export const redactState = (viewer: Viewer, state: HandsState): HandsState => {
  if (state.type === 'idle' || !state.isSecret) return state
  return { ...state, hands: state.hands.filter((who) => viewer.type === 'member' && viewer.id === who) }
}

export const redactEvent = (
  viewer: Viewer,
  event: RecordedEvent<HandsEvent>,
): RecordedEvent<HandsEvent> | undefined => {
  switch (event.type) {
    case 'show-of-hands.raised':
    case 'show-of-hands.lowered': {
      const { who, isSecret } = event.data
      if (!isSecret) return event
      // The actor of a removal lowers the hand of the removed member, and may not see it.
      const isOwn = viewer.type === 'member' && viewer.id === event.by && viewer.id === who
      return isOwn ? event : undefined
    }
    case 'show-of-hands.asked':
    case 'show-of-hands.closed':
    case 'show-of-hands.dropped':
      return event
  }
}
