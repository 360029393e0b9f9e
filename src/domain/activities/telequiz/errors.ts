import type { ErrorTable } from '../../kernel/activity.js'

export type QuizRejection =
  | { readonly type: 'quiz-running' }
  | { readonly type: 'no-quiz' }
  /** The host of a quiz does not play. */
  | { readonly type: 'quiz-host' }
  /** Or not open yet. */
  | { readonly type: 'question-closed' }
  | { readonly type: 'question-answered' }

/** The codes are the nearest ones of the wire contract (wire.md, E-13). */
export const errors: ErrorTable<QuizRejection> = {
  'quiz-running': () => ({
    code: 'draw-running',
    message: 'A quiz is running; wait for its end, or turn it off',
  }),
  'no-quiz': () => ({ code: 'game-over', message: 'No quiz is running; its host starts it' }),
  'quiz-host': () => ({ code: 'not-a-player', message: 'The host of a quiz does not play' }),
  'question-closed': () => ({
    code: 'stale-move',
    message: 'That question is not open; an answer counts for the one that is',
  }),
  'question-answered': () => ({
    code: 'not-your-turn',
    message: 'You have answered this question; the first answer counts',
  }),
}
