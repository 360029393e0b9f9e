import type { EventSchema } from '../../kernel/activity.js'
import type { DomainEvent } from '../../kernel/domain-event.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Instant } from '../../kernel/instant.js'
import type { Question } from './questions.js'
import type { Score } from './scores.js'

/** The quiz has a host: who activated it. `userId` lets the same user host it from another device. */
export type Opened = DomainEvent<
  'telequiz.opened',
  { readonly host: MemberId | null; readonly userId: string | null }
>

/** What a quiz holds back when its first question is asked: that one's right choice, and all that comes later. */
export interface Plan {
  readonly answer: number
  readonly later: ReadonlyArray<Question>
}

/** `number` counts from 1, of `of`. The first one's secret is the whole quiz; the later ones have none of their own. */
export type QuestionAsked = DomainEvent<
  'telequiz.question',
  {
    readonly number: number
    readonly of: number
    readonly text: string
    readonly choices: ReadonlyArray<string>
    readonly closesAt: Instant
  },
  Plan
>

/** Shown to its author only: who sees what others choose need not know the answer. `user` is as in the table. */
export type Answered = DomainEvent<
  'telequiz.answered',
  { readonly number: number; readonly user: string; readonly choice: number }
>

/** `answer` is the right choice, `counts` how many chose each. */
export type Closed = DomainEvent<
  'telequiz.closed',
  { readonly number: number; readonly answer: number; readonly counts: ReadonlyArray<number> }
>

/** All who have answered in this quiz, the best first, after question `number`. */
export type Scored = DomainEvent<
  'telequiz.scores',
  { readonly number: number; readonly table: ReadonlyArray<Score> }
>

/** After the last question, or when the quiz is turned off before it. */
export type Finished = DomainEvent<'telequiz.finished', { readonly table: ReadonlyArray<Score> }>

export type QuizEvent = Opened | QuestionAsked | Answered | Closed | Scored | Finished

/** What is asked is somebody's own text, as a message is; who chose what is about that one. */
export const schemas: Readonly<Record<QuizEvent['type'], EventSchema>> = {
  'telequiz.opened': { v: 1, personalPaths: ['userId'] },
  'telequiz.question': {
    v: 1,
    personalPaths: ['text', 'choices'],
    erasedValues: { text: '', choices: [] },
  },
  'telequiz.answered': { v: 1, personalPaths: ['user', 'choice'], erasedValues: { user: '', choice: -1 } },
  'telequiz.closed': { v: 1, personalPaths: [] },
  'telequiz.scores': { v: 1, personalPaths: ['table'], erasedValues: { table: [] } },
  'telequiz.finished': { v: 1, personalPaths: ['table'], erasedValues: { table: [] } },
}
