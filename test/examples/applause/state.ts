import type { RecordedEvent } from '../../../src/domain/kernel/domain-event.js'
import type { Instant } from '../../../src/domain/kernel/instant.js'
import { lookup } from '../../../src/domain/kernel/record.js'
import type { ApplauseEvent } from './events.js'

export interface Clapping {
  readonly count: number
  readonly lastAt: Instant
}

export type ApplauseState =
  | { readonly type: 'quiet'; readonly lastClaps: number | null }
  | {
      readonly type: 'loud'
      readonly until: Instant
      readonly byMember: Readonly<Record<string, Clapping>>
    }

export const initial: ApplauseState = { type: 'quiet', lastClaps: null }

export const evolve = (state: ApplauseState, event: RecordedEvent<ApplauseEvent>): ApplauseState => {
  switch (event.type) {
    case 'applause.began':
      return { type: 'loud', until: event.data.until, byMember: {} }
    case 'applause.clapped': {
      if (state.type === 'quiet') return state
      const { by } = event.data
      const count = (lookup(state.byMember, by)?.count ?? 0) + 1
      return { ...state, byMember: { ...state.byMember, [by]: { count, lastAt: event.at } } }
    }
    case 'applause.ended':
      return { type: 'quiet', lastClaps: event.data.claps }
  }
}
