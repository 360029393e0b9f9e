import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore, StoreFault } from '../../application/ports/event-store.js'
import type { Publisher } from '../../application/ports/publisher.js'
import type { Settings } from '../config/settings.js'
import type { Logger } from '../observability/logger.js'
import type { Metrics } from '../observability/metrics.js'
import type { Cursors } from './cursors.js'
import { fetchEndpoint } from './fetch-endpoint.js'
import { keptLogs } from './kept-logs.js'
import { signing } from './signing.js'
import { switchedOff } from './switching.js'
import { webhookWatch } from './watching.js'
import { createWebhooks } from './webhooks.js'

/** The parts of a server that webhooks are made of. */
export interface WebhookParts {
  readonly store: EventStore
  readonly cursors: Cursors
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What the engine is to run on, and whom it tells. */
export interface WithWebhooks {
  readonly store: EventStore
  readonly publishers: ReadonlyArray<Publisher>
}

/** Before the engine starts; with no webhook set, notes that there is none. They end with the store. */
export const withWebhooks = async (
  webhook: Settings['webhook'],
  { store, cursors, clock, entropy, logger, metrics }: WebhookParts,
): Promise<Either<StoreFault, WithWebhooks>> => {
  if (webhook === null) return E.map(() => ({ store, publishers: [] }))(await switchedOff(cursors))
  const webhooks = createWebhooks({
    store,
    cursors,
    clock,
    entropy,
    endpoint: fetchEndpoint(webhook.url),
    sign: signing(webhook.secret),
    watch: webhookWatch(logger, metrics, clock),
  })
  metrics.observeWebhooks(webhooks.load)
  return E.map(() => ({ store: keptLogs(store, webhooks), publishers: [webhooks.publisher] }))(
    await webhooks.start(),
  )
}
