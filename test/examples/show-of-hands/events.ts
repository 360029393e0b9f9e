import type { Fact, Instant, MemberId, Storage } from 'roomreel'

/** Whether it is a secret vote is in every event that has to be hidden then: whoever shows an event sees no state. */
export type Asked = Fact<
  'show-of-hands.asked',
  { readonly question: string; readonly isSecret: boolean; readonly closesAt: Instant }
>

export type Raised = Fact<'show-of-hands.raised', { readonly who: MemberId; readonly isSecret: boolean }>

/** Its owner took it down, or has left. */
export type Lowered = Fact<'show-of-hands.lowered', { readonly who: MemberId; readonly isSecret: boolean }>

/** The result is in the event: who reads the log need not count. `of` are all who were in the room. */
export type Closed = Fact<
  'show-of-hands.closed',
  { readonly raised: ReadonlyArray<MemberId>; readonly count: number; readonly of: number }
>

/** Turned off before its end, so that nobody learns in that way who has raised a hand. */
export type Dropped = Fact<'show-of-hands.dropped', Record<string, never>>

export type HandsEvent = Asked | Raised | Lowered | Closed | Dropped

export const storage: Readonly<Record<HandsEvent['type'], Storage>> = {
  'show-of-hands.asked': { v: 1, personal: ['question'], forgotten: { question: '' } },
  'show-of-hands.raised': { v: 1, personal: [] },
  'show-of-hands.lowered': { v: 1, personal: [] },
  'show-of-hands.closed': { v: 1, personal: [] },
  'show-of-hands.dropped': { v: 1, personal: [] },
}
