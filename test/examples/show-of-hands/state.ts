import type { Instant, MemberId, RecordedEvent } from 'roomreel'
import type { Closed, HandsEvent } from './events.js'

export interface Question {
  readonly type: 'open'
  readonly question: string
  readonly isSecret: boolean
  readonly closesAt: Instant
  /** In the order in which they were raised. */
  readonly hands: ReadonlyArray<MemberId>
}

export type HandsState = { readonly type: 'idle'; readonly last: Closed['data'] | null } | Question

export const initial: HandsState = { type: 'idle', last: null }

export const evolve = (state: HandsState, event: RecordedEvent<HandsEvent>): HandsState => {
  switch (event.type) {
    case 'show-of-hands.asked':
      return { type: 'open', ...event.data, hands: [] }
    case 'show-of-hands.raised': {
      if (state.type === 'idle') return state
      return { ...state, hands: [...state.hands, event.data.who] }
    }
    case 'show-of-hands.lowered': {
      if (state.type === 'idle') return state
      return { ...state, hands: state.hands.filter((who) => who !== event.data.who) }
    }
    case 'show-of-hands.closed':
      return { type: 'idle', last: event.data }
    case 'show-of-hands.dropped':
      return initial
  }
}
