import { Inject, Injectable, Logger, Optional } from '@nestjs/common'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import type { Observable } from 'rxjs'
import { catchError, map } from 'rxjs'
import type { Socket } from 'socket.io'
import type { Clock } from '../../../application/ports/clock.js'
import { systemClock } from '../../clock/system-clock.js'
import type { DeferredReply, Reply } from '../../transport/reply.js'
import { wireFailureOf } from '../../transport/wire-exception.js'
import { CLOCK } from '../tokens.js'

/** One line of the log. */
export interface RequestLine {
  readonly message: 'request'
  readonly namespace: string
  readonly event: string
  /** `ok`, or the code of the error. */
  readonly code: string
  readonly durationMs: number
}

/** The context of the lines in Nest's logger. */
export const requestContext = 'Requests'

/**
 * Logs each request that the guards of a gateway admit, by Nest's logger, when it is answered: namespace, event, `ok` or the error code, and the time
 * that it took in ms. It logs no payload, user or token.
 */
@Injectable()
export class WsLoggingInterceptor implements NestInterceptor {
  private readonly logger = new Logger(requestContext)
  private readonly clock: Pick<Clock, 'now'>

  constructor(@Optional() @Inject(CLOCK) clock?: Clock) {
    this.clock = clock ?? systemClock()
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const startedAt = this.clock.now()
    const ws = context.switchToWs()
    const namespace = ws.getClient<Socket>().nsp.name
    const event = ws.getPattern()
    const log = (code: string): void => {
      const durationMs = Math.round(this.clock.now() - startedAt)
      const line: RequestLine = { message: 'request', namespace, event, code, durationMs }
      this.logger.log(line)
    }
    return next.handle().pipe(
      map((result: unknown) => logged(result, log)),
      catchError((error: unknown) => {
        log(wireFailureOf(error)?.code ?? 'internal-error')
        throw error
      }),
    )
  }
}

/** A deferred reply is logged when it is sent. */
const logged = (result: unknown, log: (code: string) => void): unknown => {
  if (typeof result !== 'function') {
    log(codeOf(result))
    return result
  }
  const deferred = result as DeferredReply
  const logging: DeferredReply = (send, fail) =>
    deferred(
      (reply) => {
        log(codeOf(reply))
        send(reply)
      },
      (error) => {
        log('internal-error')
        fail(error)
      },
    )
  return logging
}

const codeOf = (result: unknown): string => {
  const { success, error } = (result ?? {}) as Partial<Extract<Reply, { success: false }>>
  return success === false ? (error?.code ?? 'internal-error') : 'ok'
}
