import { Logger } from '@nestjs/common'
import type { RoomId } from '../../domain/kernel/ids.js'
import { summarizeError } from '../observability/logger.js'
import type { Protocol } from '../protocols/define-protocol.js'
import { messageLookup } from '../protocols/protocol-gateways.js'
import type { RequestTarget } from '../transport/reply.js'
import type { ShutdownError } from './shutdown.js'

/**
 * Defects in Nest's log, for an application that does not take them itself. An error's message may quote a payload, so a
 * line has the error's type and stack frames only.
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
      message: 'A handler has failed; its client has got internal-error',
      ...(find(target) === undefined ? {} : { namespace, event }),
      trouble: summarizeError(error),
    })
  }
}

export const logRoomDefect = (room: RoomId, error: unknown): void =>
  logger.error({
    message: 'A room has failed; it is read from its log again',
    room,
    trouble: summarizeError(error),
  })

export const logShutdownError = ({ failures }: ShutdownError): void =>
  logger.error({
    message: 'Steps of the shutdown have failed; all others have run',
    failures: failures.map(({ step, error }) => ({ step, trouble: summarizeError(error) })),
  })
