import type { Storage } from '../../../src/domain/kernel/activity.js'
import type { Fact } from '../../../src/domain/kernel/domain-event.js'
import type { MemberId } from '../../../src/domain/kernel/ids.js'
import type { Instant } from '../../../src/domain/kernel/instant.js'

/** `until` is planned, so it is in the data; when it began is the record's own instant. */
export type Began = Fact<'applause.began', { readonly until: Instant }>

export type Clapped = Fact<'applause.clapped', { readonly by: MemberId }>

/** The result is in the event: who reads the log need not count. */
export type Ended = Fact<'applause.ended', { readonly claps: number }>

export type ApplauseEvent = Began | Clapped | Ended

export const storage: Readonly<Record<ApplauseEvent['type'], Storage>> = {
  'applause.began': { v: 1, personal: [] },
  'applause.clapped': { v: 1, personal: [] },
  'applause.ended': { v: 1, personal: [] },
}
