import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo, Socket as Stream } from 'node:net'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Engine } from '../../application/engine/index.js'
import type { Settings } from '../config/settings.js'
import { failuresOf } from '../protocols/protocol-messages.js'
import { prepareHttp } from '../http/prepare-http.js'
import type { Logger } from '../observability/logger.js'
import { nestLogger } from '../observability/nest-logger.js'
import { troubleIn } from '../observability/trouble.js'
import { dialectsOf, transportWatch } from '../observability/watching.js'
import { createSocketIoTransport } from '../transport/socket-io-transport.js'
import type { ShutdownPlan } from '../transport/transport.js'
import { ServerModule } from './server.module.js'
import type { ServerParts } from './server.module.js'
import { ENGINE } from './tokens.js'

export interface RunningServer {
  /** Where it is reached. */
  readonly url: string
  /** Where it listens. */
  readonly port: number
  readonly engine: Engine
  /** Tells the clients, closes their connections, makes durable what was answered, closes the store. */
  readonly stop: () => Promise<void>
}

export interface ServeOptions extends ServerParts {
  readonly logger: Logger
  readonly webRoot: string
  /** How so many connections are closed. */
  readonly closing?: (connections: number) => ShutdownPlan
}

/**
 * The more come back, the further they are spread; a few need not be waited for. At the most it leaves the store half
 * of the 15 s in which the process is to be gone.
 */
const closingSpread = (connections: number): ShutdownPlan => ({
  withinMs: Math.min(Math.max(connections * 10, 1_000), 8_000),
  reconnectWindowMs: Math.min(Math.max(connections * 5, 1_000), 10_000),
})

/**
 * Starts the server from its parts: rooms of the last run are recovered before the first connection is taken.
 * Throws where it cannot be had: the port, the certificate, the store.
 */
export const serve = async (options: ServeOptions): Promise<RunningServer> => {
  const { settings, logger, metrics, clock, hub, lifecycle, dialects, closing = closingSpread } = options
  const app = await NestFactory.create<NestExpressApplication>(ServerModule.of(options), {
    logger: nestLogger(logger),
    abortOnError: false,
    bodyParser: false,
    ...(settings.tls === null ? {} : { httpsOptions: certificate(settings.tls) }),
  })
  const transport = createSocketIoTransport(app, {
    now: clock.now,
    ...transportWatch(logger, metrics, dialectsOf(dialects.map(({ vocabulary }) => vocabulary))),
    failureEmit: failuresOf(dialects.map(({ vocabulary }) => vocabulary)),
    clientOrigins: settings.clientOrigins,
    trustProxy: settings.trustProxy,
    ...(settings.publicUrl === null ? {} : { publicUrl: settings.publicUrl }),
    ...(settings.rateLimit === 'off' ? { limits: 'off' } : {}),
  })
  prepareHttp(app, {
    clientOrigins: settings.clientOrigins,
    publicUrl: settings.publicUrl,
    isSecure: isSecure(settings),
    webRoot: options.webRoot,
    now: clock.now,
    answered: metrics.request,
    onDefect: (error) => {
      metrics.defect('http')
      logger.error('a defect while a request was answered', { trouble: troubleIn(error) })
    },
  })
  const streams = openStreams(app.getHttpServer())
  const engine = app.get<Engine>(ENGINE)
  hub.start(engine, transport.io)
  metrics.observe({
    rooms: () => engine.load().rooms,
    undecided: () => engine.load().undecided,
    undurable: () => engine.load().undurable,
    sockets: transport.connectionCount,
  })
  try {
    await app.listen(settings.port, settings.host)
  } catch (error) {
    await app.close()
    throw error
  }
  lifecycle.ready()

  const { port } = app.getHttpServer().address() as AddressInfo
  return {
    url: urlOf(settings, port),
    port,
    engine,
    stop: async () => {
      lifecycle.stopping()
      const plan = closing(transport.connectionCount())
      await withinMs(plan.withinMs + overtimeMs, transport.shutDown(plan))
      for (const stream of streams) stream.destroy()
      hub.stop()
      await app.close()
    },
  }
}

/**
 * Every TCP stream that is open. Node's own server forgets those that became websockets, and one whose client neither
 * reads nor says goodbye would keep the process.
 */
const openStreams = (http: HttpServer): ReadonlySet<Stream> => {
  const streams = new Set<Stream>()
  // One function for all of them: an idle connection has to be small.
  const closed = function (this: Stream): void {
    streams.delete(this)
  }
  http.on('connection', (stream) => {
    streams.add(stream)
    stream.once('close', closed)
  })
  return streams
}

/** For requests that are being answered when the last socket is closed. */
const overtimeMs = 500

/** Waits for the work, but no longer than that. */
const withinMs = async (limitMs: number, work: Promise<unknown>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([work, limit])
  clearTimeout(timer)
}

const certificate = ({ certFile, keyFile }: NonNullable<Settings['tls']>): { cert: Buffer; key: Buffer } => ({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
})

const isSecure = ({ tls, publicUrl }: Settings): boolean =>
  publicUrl === null ? tls !== null : publicUrl.startsWith('https:')

/** Where a browser on this machine finds it, unless it is known where others do. */
const urlOf = ({ publicUrl, host, tls }: Settings, port: number): string => {
  if (publicUrl !== null) return publicUrl
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`
}
