import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import * as TE from '#fp/TaskEither'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore, StoreFault } from '../../application/ports/event-store.js'
import type { Publisher } from '../../application/ports/publisher.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { Settings } from '../config/settings.js'
import type { Logger } from '../observability/logger.js'
import type { Metrics } from '../observability/metrics.js'
import type { CheckpointStore } from './checkpoints.js'
import { turnWebhooksOff } from './checkpoints.js'
import { fetchEndpoint } from './delivery.js'
import { createSign } from './message.js'
import { webhookMonitor } from './monitor.js'
import type { Webhooks } from './webhooks.js'
import { createWebhooks } from './webhooks.js'

export interface WebhookParts {
  readonly model: RoomModel
  readonly store: EventStore
  readonly checkpoints: CheckpointStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly metrics: Metrics
}

/** What the engine is created with. */
export interface WebhookSetUp {
  readonly store: EventStore
  readonly publishers: ReadonlyArray<Publisher>
}

/** Before the engine starts; without a webhook, records that there is none. Closing the store stops the webhooks. */
export const setUpWebhooks = async (
  webhook: Settings['webhook'],
  { model, store, checkpoints, clock, entropy, logger, metrics }: WebhookParts,
): Promise<Either<StoreFault, WebhookSetUp>> => {
  if (webhook === null) return E.map(() => ({ store, publishers: [] }))(await turnWebhooksOff(checkpoints))
  const webhooks = createWebhooks({
    model,
    store,
    checkpoints,
    clock,
    entropy,
    endpoint: fetchEndpoint(webhook.url),
    sign: createSign(webhook.secret),
    monitor: webhookMonitor(logger, metrics, clock),
  })
  metrics.observeWebhooks(webhooks.load)
  return E.map(() => ({ store: retainUndelivered(store, webhooks), publishers: [webhooks.publisher] }))(
    await webhooks.start(),
  )
}

/**
 * The store for the engine: a room with undelivered events is not removed, and the webhooks stop before the store
 * closes, after the engine's last record.
 */
export const retainUndelivered = (
  store: EventStore,
  webhooks: Pick<Webhooks, 'isWaiting' | 'stop'>,
): EventStore => ({
  ...store,
  remove: (room, epoch, seq) => (webhooks.isWaiting(room) ? TE.right(false) : store.remove(room, epoch, seq)),
  close: async () => {
    await webhooks.stop()
    await store.close()
  },
})
