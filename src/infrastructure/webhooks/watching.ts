import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../observability/logger.js'
import type { Metrics } from '../observability/metrics.js'
import { troubleIn } from '../observability/trouble.js'
import type { Outcome } from './attempt.js'
import type { WebhookWatch } from './watch.js'

/** A receiver that is down fails for every room; one line says it as well as thousands. */
const failureLineEveryMs = 60_000

/** What webhooks report, as metrics and, where somebody should look into it, as a line of the log. */
export const webhookWatch = (
  logger: Logger,
  metrics: Pick<Metrics, 'webhook' | 'storeFault' | 'defect'>,
  { now }: Pick<Clock, 'now'>,
): WebhookWatch => {
  let linesFrom = Number.NEGATIVE_INFINITY

  const failed = (code: string): void => {
    if (now() < linesFrom) return
    linesFrom = now() + failureLineEveryMs
    logger.warn('webhooks are not taken; they are tried again', { code })
  }

  return {
    attempted: (outcome) => {
      metrics.webhook(outcome.type, 1)
      const code = failureIn(outcome)
      if (code !== undefined) failed(code)
    },
    givenUp: (room, seq, events) => {
      metrics.webhook('given-up', events)
      logger.error('webhooks were not taken for days and are given up', { room, seq, records: events })
    },
    gone: () => logger.error('the receiver of webhooks is gone (410); none are sent until the next start'),
    faulted: (room, fault) => {
      metrics.storeFault(fault.type)
      const where = room === null ? {} : { room }
      if (fault.type === 'corrupt') logger.error('a log is damaged; its webhooks are not sent', where)
      else logger.warn('the event store did not answer; webhooks wait', where)
    },
    defect: (room, error) => {
      metrics.defect('webhooks')
      logger.error('a defect; webhooks of the room wait for the next start', {
        room,
        trouble: troubleIn(error),
      })
    },
  }
}

const failureIn = (outcome: Outcome): string | undefined => {
  switch (outcome.type) {
    case 'refused':
      return `status-${outcome.status}`
    case 'unreachable':
    case 'timeout':
      return outcome.type
    case 'delivered':
    case 'gone':
    case 'stopped':
      return undefined
  }
}
