import { Logger } from '@nestjs/common'
import type { RoomId } from '../../domain/kernel/ids.js'
import { summarizeError } from '../observability/logger.js'
import type { Protocol } from '../protocols/define-protocol.js'
import { messageLookup } from '../protocols/protocol-gateways.js'
import type { RequestTarget } from '../transport/reply.js'
import type { ShutdownError } from './shutdown.js'

/**
 * Nest's log, for defects that the application does not receive itself. A line has an error's type and stack frames
 * only, because its message may quote a payload.
 */
const logger = new Logger('Roomreel')

/** The line names the event only if a protocol has it, because a client can send any name. */
export const logDefectOf = (
  protocols: ReadonlyArray<Protocol>,
): ((error: unknown, target: RequestTarget) => void) => {
  const find = messageLookup(protocols)
  return (error, target) => {
    const { namespace, event } = target
    logger.error({
      message: 'A handler has failed; its client received internal-error',
      ...(find(target) === undefined ? {} : { namespace, event }),
      error: summarizeError(error),
    })
  }
}

export const logRoomDefect = (room: RoomId, error: unknown): void =>
  logger.error({
    message: 'A room has failed; it is rehydrated from its log',
    room,
    error: summarizeError(error),
  })

export const logShutdownError = ({ failures }: ShutdownError): void =>
  logger.error({
    message: 'Steps of the shutdown have failed; all others have run',
    failures: failures.map(({ step, error }) => ({ step, error: summarizeError(error) })),
  })
