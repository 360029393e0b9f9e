import { Logger } from '@nestjs/common'
import type { RoomId } from '../../domain/kernel/ids.js'
import { troubleIn } from '../observability/trouble.js'
import { dialectsOf } from '../observability/watching.js'
import { everyDialect } from '../protocols/built-in-protocols.js'
import type { RequestTarget } from '../transport/reply.js'

/**
 * Mistakes of ours, or of an activity that an application brought along, for whoever did not say where to report them: lines
 * of the application's own Nest logger. An error's message may quote what somebody sent, so the lines have its place alone.
 */
const logger = new Logger('Roomreel')

const dialectOf = dialectsOf(everyDialect.map(({ vocabulary }) => vocabulary))

/** Client-made names of events are not repeated either. */
export const logDefect = (error: unknown, place: RequestTarget): void => {
  const { namespace, event } = place
  logger.error({
    message: 'a defect while a client was served',
    ...(dialectOf(place) === undefined ? {} : { namespace, event }),
    trouble: troubleIn(error),
  })
}

export const logRoomDefect = (room: RoomId, error: unknown): void =>
  logger.error({ message: 'a defect; the room is read again', room, trouble: troubleIn(error) })
