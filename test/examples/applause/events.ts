import type { EventSchema } from '../../../src/domain/kernel/activity.js'
import type { DomainEvent } from '../../../src/domain/kernel/domain-event.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { Instant } from '../../../src/domain/kernel/instant.js'

/** The planned end is in the data; the instant of the record is the beginning. */
export type Began = DomainEvent<'applause.began', { readonly until: Instant }>

export type Clapped = DomainEvent<'applause.clapped', { readonly by: MemberId }>

/** The result is in the event, so readers of the log need not count. */
export type Ended = DomainEvent<'applause.ended', { readonly claps: number }>

export type ApplauseEvent = Began | Clapped | Ended

export const schemas: Readonly<Record<ApplauseEvent['type'], EventSchema>> = {
  'applause.began': { v: 1, personalPaths: [] },
  'applause.clapped': { v: 1, personalPaths: [] },
  'applause.ended': { v: 1, personalPaths: [] },
}
