import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Monitor } from '../ports/monitor.js'
import type { RequestFailure, Request } from './request.js'

/** What others do with an answer or a delivery is not the room's affair. */
export const reportDefects = (room: RoomId, monitor: Monitor, run: () => void): void => {
  try {
    run()
  } catch (error) {
    monitor.defect(room, error)
  }
}

/** Answers a request that was not decided, or whose decision came to nothing. */
export const rejectRequest = (
  request: Request,
  refusal: RequestFailure,
  room: RoomId,
  monitor: Monitor,
): void => {
  reportDefects(room, monitor, () => request.reply(E.left(refusal)))
  if (request.afterPublish !== undefined) reportDefects(room, monitor, request.afterPublish)
}
