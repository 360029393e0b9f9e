import type { DomainEvent, Instant, MemberId, EventSchema } from 'roomreel'

/** Whether it is a secret vote is in every event that has to be hidden then: whoever shows an event sees no state. */
export type Asked = DomainEvent<
  'show-of-hands.asked',
  { readonly question: string; readonly isSecret: boolean; readonly closesAt: Instant }
>

export type Raised = DomainEvent<
  'show-of-hands.raised',
  { readonly who: MemberId; readonly isSecret: boolean }
>

/** Its owner took it down, or has left. */
export type Lowered = DomainEvent<
  'show-of-hands.lowered',
  { readonly who: MemberId; readonly isSecret: boolean }
>

/** The result is in the event: who reads the log need not count. `of` are all who were in the room. */
export type Closed = DomainEvent<
  'show-of-hands.closed',
  { readonly raised: ReadonlyArray<MemberId>; readonly count: number; readonly of: number }
>

/** Turned off before its end, so that nobody learns in that way who has raised a hand. */
export type Dropped = DomainEvent<'show-of-hands.dropped', Record<string, never>>

export type HandsEvent = Asked | Raised | Lowered | Closed | Dropped

export const schemas: Readonly<Record<HandsEvent['type'], EventSchema>> = {
  'show-of-hands.asked': { v: 1, personalPaths: ['question'], erasedValues: { question: '' } },
  'show-of-hands.raised': { v: 1, personalPaths: [] },
  'show-of-hands.lowered': { v: 1, personalPaths: [] },
  'show-of-hands.closed': { v: 1, personalPaths: [] },
  'show-of-hands.dropped': { v: 1, personalPaths: [] },
}
