import type { ErrorTable } from '../../../src/domain/kernel/activity.js'

export interface ApplauseRejection {
  readonly type: 'no-applause'
}

export const errors: ErrorTable<ApplauseRejection> = {
  'no-applause': () => ({ message: 'There is no applause; begin one' }),
}
