import { createLogger } from '../../../src/infrastructure/observability/logger.js'
import type { Logger } from '../../../src/infrastructure/observability/logger.js'

/** A logger of every level whose lines stay in memory. */
export const memoryLogger = (): {
  readonly logger: Logger
  readonly lines: () => ReadonlyArray<object>
} => {
  const written: string[] = []
  return {
    logger: createLogger('trace', { write: (line) => void written.push(line) }),
    lines: () => written.map((line) => JSON.parse(line) as object),
  }
}
