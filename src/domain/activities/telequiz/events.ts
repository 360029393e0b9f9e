import type { EventSchema } from '../../kernel/activity.js'
import type { DomainEvent } from '../../kernel/domain-event.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Instant } from '../../kernel/instant.js'
import type { Question } from './questions.js'
import type { Score } from './scores.js'

/** The member that activated the quiz is its host. With `userId`, the same user can host it on another device. */
export type Opened = DomainEvent<
  'telequiz.opened',
  { readonly host: MemberId | null; readonly userId: string | null }
>

/** The secret of the first question: its right choice, and all later questions. */
export interface Plan {
  readonly answer: number
  readonly later: ReadonlyArray<Question>
}

/** `number` counts from 1 to `of`. The first question's secret has the whole quiz; later questions have none. */
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

/** Shown to its author only, so that nobody copies an answer. `user` is as in the ranking. */
export type Answered = DomainEvent<
  'telequiz.answered',
  { readonly number: number; readonly user: string; readonly choice: number }
>

/** `answer` is the right choice; `counts` has the number of answers for each choice. */
export type Closed = DomainEvent<
  'telequiz.closed',
  { readonly number: number; readonly answer: number; readonly counts: ReadonlyArray<number> }
>

/** The ranking after question `number`, the best first. */
export type Scored = DomainEvent<
  'telequiz.scores',
  { readonly number: number; readonly table: ReadonlyArray<Score> }
>

/** After the last question, or at a deactivation before it. */
export type Finished = DomainEvent<'telequiz.finished', { readonly table: ReadonlyArray<Score> }>

export type QuizEvent = Opened | QuestionAsked | Answered | Closed | Scored | Finished

/** Questions are text of a person, like messages; an answer is data about its author. */
export const schemas: Readonly<Record<QuizEvent['type'], EventSchema>> = {
  'telequiz.opened': { v: 1, personalPaths: ['userId'], userPaths: ['userId'] },
  'telequiz.question': {
    v: 1,
    personalPaths: ['text', 'choices'],
    erasedValues: { text: '', choices: [] },
    // The clock asks the later questions, which the host wrote; the secret of the first has all of them.
    repeats: 'telequiz.question',
    hasPersonalSecret: true,
  },
  'telequiz.answered': {
    v: 1,
    personalPaths: ['user', 'choice'],
    erasedValues: { user: '', choice: -1 },
    userPaths: ['user'],
  },
  'telequiz.closed': { v: 1, personalPaths: [] },
  'telequiz.scores': {
    v: 1,
    personalPaths: ['table'],
    erasedValues: { table: [] },
    userPaths: ['table.*.user'],
  },
  'telequiz.finished': {
    v: 1,
    personalPaths: ['table'],
    erasedValues: { table: [] },
    userPaths: ['table.*.user'],
  },
}
