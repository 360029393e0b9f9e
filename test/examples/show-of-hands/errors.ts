import type { ErrorTable } from 'roomreel'

export type HandsRejection = { readonly type: 'question-open' } | { readonly type: 'no-question' }

export const errors: ErrorTable<HandsRejection> = {
  'question-open': () => ({ message: 'A question is open; wait until it closes' }),
  'no-question': () => ({ message: 'No question is open; ask one' }),
}
