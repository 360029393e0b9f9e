import type { Either } from '#fp/Either'
import type { Rejection } from '../kernel/rejection.js'
import type { RoomEvent } from './events.js'

/** What a command leads to: what happened, in order and possibly nothing, or why it may not. */
export type Decision = Either<Rejection, ReadonlyArray<RoomEvent>>
