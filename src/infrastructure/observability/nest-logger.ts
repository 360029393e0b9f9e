import type { LoggerService } from '@nestjs/common'
import type { Logger } from './logger.js'
import type { RequestLine } from '../nest/gateways/ws-logging-interceptor.js'
import { requestContext } from '../nest/gateways/ws-logging-interceptor.js'
import { summarizeError } from './logger.js'

/**
 * Nest's own log lines. Its error messages may quote a request, so only their context is kept; its messages at the
 * start name only our classes.
 */
export const nestLogger = (logger: Logger): LoggerService => {
  const failureWriter =
    (write: Logger['error']) =>
    (message: unknown, ...rest: ReadonlyArray<unknown>) => {
      const place = contextIn(rest)
      if (place.context !== undefined && rethrownContexts.has(place.context)) return
      const summary = message instanceof Error ? { error: summarizeError(message) } : {}
      write('reported by Nest', { ...place, ...summary })
    }
  return {
    fatal: failureWriter(logger.fatal),
    error: failureWriter(logger.error),
    warn: failureWriter(logger.warn),
    log: (message: unknown, ...rest: ReadonlyArray<unknown>) => logStart(logger, message, rest),
    debug: () => undefined,
    verbose: () => undefined,
  }
}

/** Nest also throws the errors at the start, and the caller logs them with more detail. */
const rethrownContexts: ReadonlySet<string> = new Set(['NestApplication', 'ExceptionHandler'])

const startingContexts: ReadonlySet<string> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
])

const logStart = (logger: Logger, message: unknown, rest: ReadonlyArray<unknown>): void => {
  const { context } = contextIn(rest)
  if (context === requestContext && isRequestLine(message)) {
    const { namespace, event, code, durationMs } = message
    return logger.info('request', { namespace, event, code, durationMs })
  }
  if (context !== undefined && startingContexts.has(context)) logger.debug(String(message), { context })
}

const isRequestLine = (line: unknown): line is RequestLine =>
  typeof line === 'object' && line !== null && 'event' in line && 'durationMs' in line

/** Nest passes the context last, perhaps after a stack, which starts with the message. */
const contextIn = (rest: ReadonlyArray<unknown>): { readonly context?: string } => {
  const last = rest.at(-1)
  return typeof last === 'string' && /^[A-Za-z]{1,64}$/.test(last) ? { context: last } : {}
}
