import * as E from '#fp/Either'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Monitor } from '../ports/monitor.js'
import type { Refusal, Request } from './request.js'

/** What others do with an answer or a delivery is not the room's affair. */
export const guarded = (room: RoomId, monitor: Monitor, run: () => void): void => {
  try {
    run()
  } catch (error) {
    monitor.defect(room, error)
  }
}

/** Answers a request that was not decided, or whose decision came to nothing. */
export const refuse = (request: Request, refusal: Refusal, room: RoomId, monitor: Monitor): void => {
  guarded(room, monitor, () => request.answer(E.left(refusal)))
  if (request.settled !== undefined) guarded(room, monitor, request.settled)
}
