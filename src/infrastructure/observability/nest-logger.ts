import type { LoggerService } from '@nestjs/common'
import type { Logger } from './logger.js'
import { troubleIn } from './trouble.js'

/**
 * What Nest itself has to say. Its messages about what goes wrong may quote a request, so of these only the place is
 * kept; what it says while it starts is about our own classes.
 */
export const nestLogger = (logger: Logger): LoggerService => {
  const failed =
    (say: Logger['error']) =>
    (message: unknown, ...rest: ReadonlyArray<unknown>) => {
      const place = contextIn(rest)
      if (place.context !== undefined && rethrownContexts.has(place.context)) return
      const trouble = message instanceof Error ? { trouble: troubleIn(message) } : {}
      say('reported by Nest', { ...place, ...trouble })
    }
  return {
    fatal: failed(logger.fatal),
    error: failed(logger.error),
    warn: failed(logger.warn),
    log: (message: unknown, ...rest: ReadonlyArray<unknown>) => started(logger, message, rest),
    debug: () => undefined,
    verbose: () => undefined,
  }
}

/** What goes wrong at the start Nest also throws, and whoever starts it says it better. */
const rethrownContexts: ReadonlySet<string> = new Set(['NestApplication', 'ExceptionHandler'])

const startingContexts: ReadonlySet<string> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
])

const started = (logger: Logger, message: unknown, rest: ReadonlyArray<unknown>): void => {
  const { context } = contextIn(rest)
  if (context !== undefined && startingContexts.has(context)) logger.debug(String(message), { context })
}

/** Nest gives the context last; before it may come a stack, which begins with the message. */
const contextIn = (rest: ReadonlyArray<unknown>): { readonly context?: string } => {
  const last = rest.at(-1)
  return typeof last === 'string' && /^[A-Za-z]{1,64}$/.test(last) ? { context: last } : {}
}
