import { ActivityFailure } from '../../domain/room/index.js'
import type { Monitor } from '../ports/monitor.js'
import type { Request } from './request.js'

/**
 * Tells of defects, and where an activity has thrown, says to the room that it is to be stopped: wherever that was, in showing what
 * happened, say, the next time would end like this one.
 */
export const deactivateFailedActivity = (monitor: Monitor, submit: (request: Request) => void): Monitor => ({
  ...monitor,
  defect: (room, error) => {
    if (!(error instanceof ActivityFailure)) return monitor.defect(room, error)
    monitor.defect(room, error.cause)
    submit({
      command: { type: 'fail', activity: error.module },
      by: null,
      cause: null,
      reply: () => undefined,
    })
  },
})
