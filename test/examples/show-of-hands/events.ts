import type { DomainEvent, Instant, MemberId, EventSchema } from 'roomreel'

/** `isSecret` is in every event that a secret vote hides: `redactEvent` gets no state. */
export type Asked = DomainEvent<
  'show-of-hands.asked',
  { readonly question: string; readonly isSecret: boolean; readonly closesAt: Instant }
>

export type Raised = DomainEvent<
  'show-of-hands.raised',
  { readonly who: MemberId; readonly isSecret: boolean }
>

/** The member lowered its hand, or has left. */
export type Lowered = DomainEvent<
  'show-of-hands.lowered',
  { readonly who: MemberId; readonly isSecret: boolean }
>

/** The result is in the event, so readers of the log need not count. `of`: the number of members in the room. */
export type Closed = DomainEvent<
  'show-of-hands.closed',
  { readonly raised: ReadonlyArray<MemberId>; readonly count: number; readonly of: number }
>

/** The activity was deactivated during a question. The raised hands are not revealed. */
export type Dropped = DomainEvent<'show-of-hands.dropped', Record<string, never>>

export type HandsEvent = Asked | Raised | Lowered | Closed | Dropped

export const schemas: Readonly<Record<HandsEvent['type'], EventSchema>> = {
  'show-of-hands.asked': { v: 1, personalPaths: ['question'], erasedValues: { question: '' } },
  'show-of-hands.raised': { v: 1, personalPaths: [] },
  'show-of-hands.lowered': { v: 1, personalPaths: [] },
  'show-of-hands.closed': { v: 1, personalPaths: [] },
  'show-of-hands.dropped': { v: 1, personalPaths: [] },
}
