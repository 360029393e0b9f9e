import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import { ActivityFailure } from '../../domain/room/index.js'
import type { Monitor } from '../ports/monitor.js'
import type { Request, RequestFailure } from './request.js'

/** Runs a callback. What it throws goes to the monitor and does not disturb the room. */
export const reportDefects = (room: RoomId, monitor: Monitor, run: () => void): void => {
  try {
    run()
  } catch (error) {
    monitor.defect(room, error)
  }
}

/** Answers a request that was not decided, or whose decision was lost. */
export const rejectRequest = (
  request: Request,
  failure: RequestFailure,
  room: RoomId,
  monitor: Monitor,
): void => {
  reportDefects(room, monitor, () => request.reply(E.left(failure)))
  if (request.afterPublish !== undefined) reportDefects(room, monitor, request.afterPublish)
}

/**
 * A monitor that also deactivates an activity that has thrown, because its next call would throw again.
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
