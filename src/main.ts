import { fileURLToPath } from 'node:url'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { Monitor } from './application/ports/monitor.js'
import { systemClock } from './infrastructure/clock/system-clock.js'
import { settingsFrom } from './infrastructure/config/settings.js'
import type { Settings } from './infrastructure/config/settings.js'
import { unusedSettings } from './infrastructure/config/unused-settings.js'
import { builtInModel } from './plugins.js'
import { systemEntropy } from './infrastructure/entropy/system-entropy.js'
import { operatorGuide } from './infrastructure/identity/operator-guide.js'
import { hasDataFile } from './infrastructure/storage/lmdb/data-file.js'
import { openLmdbEventStore } from './infrastructure/storage/lmdb-event-store.js'
import type { LmdbEventStore, OpenFault } from './infrastructure/storage/lmdb-event-store.js'
import { memoryEventStore } from './infrastructure/storage/memory-event-store.js'
import { createLifecycle } from './infrastructure/http/lifecycle.js'
import { isBuilt } from './infrastructure/http/prepare-http.js'
import { serve } from './infrastructure/nest/serve.js'
import type { RunningServer } from './infrastructure/nest/serve.js'
import { ShutdownError } from './infrastructure/nest/shutdown.js'
import { createLogger, summarizeError } from './infrastructure/observability/logger.js'
import type { Logger } from './infrastructure/observability/logger.js'
import { createMetrics } from './infrastructure/observability/metrics.js'
import { monitor } from './infrastructure/observability/monitor.js'
import { memoryCheckpointStore } from './infrastructure/webhooks/checkpoints.js'
import { setUpWebhooks } from './infrastructure/webhooks/set-up-webhooks.js'
import type { WebhookParts } from './infrastructure/webhooks/set-up-webhooks.js'
import { createConnectFourPlayer } from './infrastructure/workers/connect-four-player.js'
import { livekitSfu, noSfu } from './infrastructure/sfu/livekit-sfu.js'

// The composition root: the only module that chooses the store, the clock and the protocols.

const webRoot = fileURLToPath(new URL('web', import.meta.url))

/** The process must end within 15 s of the first signal. */
const goneWithinMs = 14_500

/** Ends the process with one line: what has happened, and what to do. */
const giveUp = (problem: string): never => {
  process.stderr.write(`roomreel: ${problem.replaceAll(/\s+/g, ' ')}\n`)
  process.exit(1)
}

const openStore = async (
  { eventStore, dataDir, durability }: Settings,
  watch: Monitor,
): Promise<Either<OpenFault, Pick<WebhookParts, 'store' | 'checkpoints'>>> => {
  switch (eventStore) {
    case 'memory':
      return E.right({ store: memoryEventStore(), checkpoints: memoryCheckpointStore() })
    case 'lmdb': {
      const store = await openLmdbEventStore({
        folder: dataDir,
        durability,
        report: (fault) => {
          if (fault.type === 'corrupt') watch.faulted(fault.room, fault)
        },
      })()
      return E.map((lmdb: LmdbEventStore) => ({ store: lmdb, checkpoints: lmdb.webhookCheckpoints }))(store)
    }
  }
}

const start = async (settings: Settings, logger: Logger): Promise<RunningServer> => {
  const metrics = createMetrics(true)
  const watch = monitor(logger, metrics)
  const opened = await openStore(settings, watch)
  if (E.isLeft(opened)) return giveUp(storeProblem(opened.left))
  const clock = systemClock()
  const entropy = systemEntropy()
  const webhooks = await setUpWebhooks(settings.webhook, {
    model: builtInModel,
    ...opened.right,
    clock,
    entropy,
    logger,
    metrics,
  })
  if (E.isLeft(webhooks)) return giveUp(`the event store does not answer: ${webhooks.left.problem}`)
  const { store, publishers } = webhooks.right
  const player = createConnectFourPlayer()
  try {
    return await serve({
      settings,
      store,
      publishers,
      clock,
      entropy,
      metrics,
      chooseMove: player.choose,
      resources: [player],
      sfu: settings.livekit === null ? noSfu : await livekitSfu(settings.livekit),
      logger,
      webRoot,
      monitor: watch,
      lifecycle: createLifecycle(),
    })
  } catch (error) {
    // The first error says why the start has failed; those of the clean-up would hide it.
    await Promise.allSettled([player.close(), store.close()])
    throw error
  }
}

const storeProblem = ({ type, problem }: OpenFault): string =>
  `${problem}: ${type === 'in-use' ? 'end that, or ' : ''}set DATA_DIR to another`

/** Node's error for a port or a file, with what to do. */
const startProblem = (error: unknown, { port, host, tls }: Settings): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `port ${port} is in use: end what listens there, or set PORT to another`
  if (code === 'EACCES' && port < 1_024) return `port ${port} may not be opened: set PORT to one over 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is no address of this machine`
  const problem = error instanceof Error ? error.message : String(error)
  return tls === null ? problem : `${problem} (TLS_CERT ${tls.certFile}, TLS_KEY ${tls.keyFile})`
}

/** The first signal shuts the server down, also during its start; the second ends the process at once. */
const stopOnSignal = (starting: Promise<RunningServer>, logger: Logger): void => {
  let stopping = false
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return endAtOnce('a second signal', logger)
    stopping = true
    logger.info('shutting down', { signal })
    setTimeout(() => endAtOnce('it took too long', logger), goneWithinMs).unref()
    const stopped = starting.then((running) => running.stop())
    stopped.then(
      () => {
        logger.info('stopped')
        logger.flush()
        // The process ends when nothing is open; a handle that a defect left open must not keep it.
        process.exitCode = 0
        setTimeout(() => process.exit(), 1_000).unref()
      },
      (error: unknown) => {
        // Its message names the steps only; another error's message may quote a payload.
        const message = error instanceof ShutdownError ? error.message : 'the shutdown has failed'
        logger.fatal(message, { error: summarizeError(error) })
        logger.flush()
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

const endAtOnce = (why: string, logger: Logger): void => {
  logger.error(`ended at once: ${why}`)
  logger.flush()
  process.exit(1)
}

/** After an uncaught error the state in memory is unknown; the next start recovers it from the log. */
const endOnDefect = (logger: Logger): void => {
  const end = (error: unknown): void => {
    logger.fatal('an uncaught error ends the process', { error: summarizeError(error) })
    logger.flush()
    process.exit(1)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
}

const main = async (): Promise<void> => {
  const read = settingsFrom(process.env)
  if (E.isLeft(read)) return giveUp(`${read.left.setting}: ${read.left.problem}`)
  const settings = read.right
  const logger = createLogger(settings.logLevel)
  endOnDefect(logger)
  if (settings.tokens.key?.type === 'jwks' && settings.tokens.audience === null)
    logger.warn('without JWT_AUDIENCE, tokens that the issuer made for other applications are valid; set it')
  const isNew = settings.eventStore === 'lmdb' && !hasDataFile(settings.dataDir)
  for (const { setting, problem } of unusedSettings(process.env)) logger.warn(`${setting} ${problem}`)
  // Starts after the signal handlers are set, so that a signal during the start is handled.
  const starting = Promise.resolve().then(() => start(settings, logger))
  stopOnSignal(starting, logger)
  try {
    const running = await starting
    const { eventStore, durability } = settings
    if (!isBuilt(webRoot)) logger.warn('the page has not been built; run "npm run build"')
    logger.info('ready', { url: running.url, node: process.version, eventStore, durability })
    const guide = isNew ? operatorGuide(settings) : []
    process.stdout.write([`Roomreel is at ${running.url}`, ...guide, ''].join('\n'))
  } catch (error) {
    logger.flush()
    giveUp(startProblem(error, settings))
  }
}

await main()
