import type { Sfu } from '../../application/ports/sfu.js'

/** None is set up: a full room says that an SFU is the way, and not where one is. */
export const noSfu: Sfu = { accessFor: () => Promise.resolve(null) }
