import type { Alert } from './ward.js'

/** Calls the doctor on duty, who may not be connected. */
export interface Pager {
  readonly page: (alert: Alert) => Promise<void>
}

export const PAGER = Symbol('ward.pager')
