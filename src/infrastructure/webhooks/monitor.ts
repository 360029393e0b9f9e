import type { Clock } from '../../application/ports/clock.js'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { Logger } from '../observability/logger.js'
import type { Metrics } from '../observability/metrics.js'
import { summarizeError } from '../observability/logger.js'
import type { DeliveryOutcome } from './delivery.js'

/** Receives what webhooks report. Nothing in it is personal. */
export interface WebhookMonitor {
  readonly attempted: (outcome: DeliveryOutcome) => void
  /** This number of events of a room, up to `seq`, is not delivered. */
  readonly givenUp: (room: RoomId, seq: number, events: number) => void
  /** The receiver answered 410: nothing is posted until the next start. */
  readonly gone: () => void
  /** `null`: the fault concerns no single room. */
  readonly faulted: (room: RoomId | null, fault: StoreFault) => void
  readonly defect: (room: RoomId, error: unknown) => void
}

/** A receiver that is down fails for every room, so failures are logged at most once in this time. */
const failureLogEveryMs = 60_000

/** Counts what webhooks report, and logs what an operator should look at. */
export const webhookMonitor = (
  logger: Logger,
  metrics: Pick<Metrics, 'webhook' | 'storeFault' | 'defect'>,
  { now }: Pick<Clock, 'now'>,
): WebhookMonitor => {
  let nextFailureLogAt = Number.NEGATIVE_INFINITY

  const logFailure = (code: string): void => {
    if (now() < nextFailureLogAt) return
    nextFailureLogAt = now() + failureLogEveryMs
    logger.warn('the receiver does not accept webhooks; they are retried', { code })
  }

  return {
    attempted: (outcome) => {
      metrics.webhook(outcome.type, 1)
      const code = failureCode(outcome)
      if (code !== undefined) logFailure(code)
    },
    givenUp: (room, seq, events) => {
      metrics.webhook('given-up', events)
      logger.error('webhooks failed for three days and are dropped', { room, seq, records: events })
    },
    gone: () =>
      logger.error('the receiver answered 410 (gone); webhooks stop until the next start of the server'),
    faulted: (room, fault) => {
      metrics.storeFault(fault.type)
      const where = room === null ? {} : { room }
      if (fault.type === 'corrupt') {
        logger.error('the log of the room is corrupt; its webhooks are not sent. Run roomreel verify', where)
      } else logger.warn('the event store is unavailable; webhooks are retried', where)
    },
    defect: (room, error) => {
      metrics.defect('webhooks')
      logger.error('webhooks of the room stop until the next start because of an unexpected error', {
        room,
        error: summarizeError(error),
      })
    },
  }
}

const failureCode = (outcome: DeliveryOutcome): string | undefined => {
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
