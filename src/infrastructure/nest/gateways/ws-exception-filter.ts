import { Catch, Inject, Optional } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'
import type { Clock } from '../../../application/ports/clock.js'
import { systemClock } from '../../clock/system-clock.js'
import type { Reply } from '../../transport/reply.js'
import { wireError } from '../../transport/reply.js'
import { wireFailureOf } from '../../transport/wire-exception.js'
import { CLOCK } from '../tokens.js'

/**
 * Answers a request whose guard, pipe or handler throws: the acknowledgement is `{ success: false, error }`, with nothing of
 * the exception's message, which may quote the payload. Any other exception is a defect: the client gets
 * `internal-error`, and `onDefect` of `roomSockets` gets the exception.
 */
@Catch()
export class WsExceptionFilter implements ExceptionFilter {
  private readonly clock: Pick<Clock, 'now'>

  constructor(@Optional() @Inject(CLOCK) clock?: Clock) {
    this.clock = clock ?? systemClock()
  }

  catch(exception: unknown, host: ArgumentsHost): Reply {
    const failure = wireFailureOf(exception)
    if (failure === undefined) throw exception
    const event = host.switchToWs().getPattern()
    return { success: false, error: wireError(failure.code, event, this.clock.now(), failure.details) }
  }
}
