import type { ErrorTable } from '../../kernel/activity.js'

export type PickerRejection =
  | { readonly type: 'draw-running' }
  | { readonly type: 'no-draw' }
  /** The member has contributed to this draw before. */
  | { readonly type: 'entropy-given' }

export const errors: ErrorTable<PickerRejection> = {
  'draw-running': () => ({ message: 'A draw is running; wait for its end, or cancel it' }),
  'no-draw': () => ({ message: 'No draw is running' }),
  'entropy-given': () => ({
    message: 'You have contributed to this draw already; the next one takes a new contribution',
  }),
}
