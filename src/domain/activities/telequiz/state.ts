import type { RecordedEvent } from '../../kernel/domain-event.js'
import type { MemberId } from '../../kernel/ids.js'
import type { Instant } from '../../kernel/instant.js'
import type { Table } from '../../kernel/table.js'
import { emptyTable, withEntry } from '../../kernel/table.js'
import type { Plan, QuizEvent } from './events.js'
import type { Score } from './scores.js'

export interface Host {
  readonly member: MemberId
  readonly userId: string | null
}

/** The current question. Speed counts from `openedAt`. */
export interface AskedQuestion {
  readonly number: number
  readonly of: number
  readonly text: string
  readonly choices: ReadonlyArray<string>
  readonly openedAt: Instant
  readonly closesAt: Instant
}

/** An answer. Until the question closes, only its author sees it. */
export interface GivenAnswer {
  readonly user: string
  readonly by: MemberId
  readonly choice: number
  readonly at: Instant
}

export type Phase =
  | { readonly type: 'idle' }
  | { readonly type: 'asking'; readonly question: AskedQuestion; readonly answers: Table<GivenAnswer> }
  /** The answer is revealed; the next question follows after a pause. */
  | {
      readonly type: 'closed'
      readonly question: AskedQuestion
      readonly answer: number
      readonly counts: ReadonlyArray<number>
      readonly at: Instant
    }
  | { readonly type: 'finished' }

export interface QuizState {
  readonly host: Host | null
  readonly phase: Phase
  /** The ranking of the current or last quiz, after its last closed question. */
  readonly table: ReadonlyArray<Score>
  /** During a quiz. */
  readonly secret?: Plan
}

export const initial: QuizState = { host: null, phase: { type: 'idle' }, table: [] }

export const evolve = (state: QuizState, event: RecordedEvent<QuizEvent>): QuizState => {
  switch (event.type) {
    case 'telequiz.opened': {
      const { host: member, userId } = event.data
      return { ...state, host: member === null ? null : { member, userId } }
    }
    case 'telequiz.question': {
      const phase: Phase = {
        type: 'asking',
        question: { ...event.data, openedAt: event.at },
        answers: emptyTable,
      }
      if (event.data.number > 1) return { ...state, phase }
      const begun: QuizState = { host: state.host, phase, table: [] }
      return event.secret === undefined ? begun : { ...begun, secret: event.secret }
    }
    case 'telequiz.answered': {
      const { phase } = state
      const { by, at } = event
      if (phase.type !== 'asking' || by === null) return state
      const { user, choice } = event.data
      return {
        ...state,
        phase: { ...phase, answers: withEntry(phase.answers, user, { user, by, choice, at }) },
      }
    }
    case 'telequiz.closed': {
      if (state.phase.type !== 'asking') return state
      const { question } = state.phase
      const { answer, counts } = event.data
      return { ...state, phase: { type: 'closed', question, answer, counts, at: event.at } }
    }
    case 'telequiz.scores':
      return { ...state, table: event.data.table }
    case 'telequiz.finished':
      return { host: state.host, phase: { type: 'finished' }, table: event.data.table }
  }
}
