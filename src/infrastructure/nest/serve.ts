import 'reflect-metadata'
import type { Server as HttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import type { DynamicModule } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import type { NestExpressApplication } from '@nestjs/platform-express'
import type { Engine } from '../../application/engine/index.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Entropy } from '../../application/ports/entropy.js'
import type { EventStore } from '../../application/ports/event-store.js'
import type { Monitor } from '../../application/ports/monitor.js'
import type { Publisher } from '../../application/ports/publisher.js'
import type { Sfu } from '../../application/ports/sfu.js'
import { nodeNameOf } from '../config/node-name.js'
import type { Settings } from '../config/settings.js'
import { builtInProtocols } from '../../plugins.js'
import { HealthController } from '../http/health.controller.js'
import type { Lifecycle } from '../http/lifecycle.js'
import { defaultLogReadLimits } from '../http/room-log.js'
import type { LogReadLimits } from '../http/room-log.js'
import { PageController } from '../http/page.controller.js'
import { prepareHttp } from '../http/prepare-http.js'
import { RoomsController } from '../http/rooms.controller.js'
import { createAuthenticate } from '../identity/authenticate.js'
import { tokenVerifierOf } from '../identity/token-verifier.js'
import type { ClosableTokenVerifier } from '../identity/token-verifier.js'
import type { Logger } from '../observability/logger.js'
import type { Metrics } from '../observability/metrics.js'
import { nestLogger } from '../observability/nest-logger.js'
import { summarizeError } from '../observability/logger.js'
import { transportMonitor } from '../observability/monitor.js'
import { withAuth } from '../protocols/auth/index.js'
import type { RoomSettings } from '../protocols/handler-context.js'
import { messageLookup } from '../protocols/protocol-gateways.js'
import type { ShutdownPlan } from '../transport/transport.js'
import { httpsOptions, reloadCertificate } from './certificate.js'
import { roomSockets } from './room-sockets.js'
import type { RoomSockets, RoomSocketsOptions } from './room-sockets.js'
import { RoomreelModule } from './roomreel.module.js'
import type { RoomreelOptions } from './roomreel.module.js'
import type { ShutdownError } from './shutdown.js'
import {
  ENGINE,
  LIFECYCLE,
  LOG_READ_LIMITS,
  METRICS,
  ROOM_SETTINGS,
  SETTINGS,
  TOKEN_VERIFIER,
} from './tokens.js'

export interface RunningServer {
  /** The URL for clients. */
  readonly url: string
  /** The port on which it listens. */
  readonly port: number
  readonly engine: Engine
  /**
   * Closes the connections, the engine and the store. Rejects with a `ShutdownError` if a step has failed; all other
   * steps have run then.
   */
  readonly stop: () => Promise<void>
}

export interface ServeOptions {
  readonly settings: Settings
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly monitor: Monitor
  readonly metrics: Metrics
  readonly lifecycle: Lifecycle
  readonly sfu: Sfu
  readonly logger: Logger
  readonly webRoot: string
  /** Receive every durable event, beside the connected clients. */
  readonly publishers?: ReadonlyArray<Publisher>
  /** Closed with the application, after the engine and before the store. */
  readonly resources?: RoomreelOptions['resources']
  readonly chooseMove?: RoomSocketsOptions['chooseMove']
  /** Default: `defaultLogReadLimits`. */
  readonly logReadLimits?: Partial<LogReadLimits>
  readonly shutdownPlan?: (connections: number) => ShutdownPlan
}

/** Spreads many reconnects over a longer time. Of the 15 s that the process has, half remain for engine and store. */
const defaultShutdownPlan = (connections: number): ShutdownPlan => ({
  withinMs: Math.min(Math.max(connections * 10, 1_000), 8_000),
  reconnectWindowMs: Math.min(Math.max(connections * 5, 1_000), 10_000),
})

/**
 * Starts the server: the rooms of the last run are recovered before it takes the first connection. Throws if the port,
 * the certificate or the store cannot be opened; everything that was opened is closed then.
 */
export const serve = async (options: ServeOptions): Promise<RunningServer> => {
  const { settings, logger, metrics, clock, lifecycle } = options
  const tokens = tokenVerifierOf(settings.tokens, { clock, onFetch: metrics.keyFetch })
  const sockets = roomSockets({
    authenticate: createAuthenticate(settings.authMode, tokens),
    clock,
    entropy: options.entropy,
    graceMs: settings.reconnectGraceMs,
    emergencyAccessMs: settings.emergencyAccessMs,
    maxPeers: settings.maxPeers,
    iceServers: settings.iceServers,
    turn: settings.turn,
    sfu: options.sfu,
    clientOrigins: settings.clientOrigins,
    trustProxy: settings.trustProxy,
    shutdownPlan: options.shutdownPlan ?? defaultShutdownPlan,
    ...(options.chooseMove === undefined ? {} : { chooseMove: options.chooseMove }),
    ...(settings.publicUrl === null ? {} : { publicUrl: settings.publicUrl }),
    limits: settings.rateLimit === 'off' ? 'off' : settings.limits,
    handshakeTimeoutMs: settings.handshakeTimeoutMs,
    idleLogOffMs: settings.idleLogOffMs,
    ...transportMonitor(logger, metrics, messageLookup(withAuth(builtInProtocols))),
  })
  let shutdownError: ShutdownError | undefined
  const onShutdownError = (error: ShutdownError): void => void (shutdownError = error)
  const app = await NestFactory.create<NestExpressApplication>(
    serverModule(options, sockets, tokens, onShutdownError),
    {
      logger: nestLogger(logger),
      abortOnError: false,
      bodyParser: false,
      ...(settings.tls === null
        ? {}
        : { httpsOptions: httpsOptions(settings.tls, settings.handshakeTimeoutMs) }),
    },
  )
  const transport = sockets.attach(app)
  prepareHttp(app, {
    clientOrigins: settings.clientOrigins,
    publicUrl: settings.publicUrl,
    isSecure: isSecure(settings),
    webRoot: options.webRoot,
    now: clock.now,
    onResponse: metrics.request,
    onDefect: (error) => {
      metrics.defect('http')
      logger.error('an unexpected error in an HTTP request', { error: summarizeError(error) })
    },
  })
  const stopReloading =
    settings.tls === null
      ? (): void => undefined
      : reloadCertificate(app.getHttpServer() as HttpsServer, settings.tls, clock, logger)
  const engine = app.get<Engine>(ENGINE)
  metrics.observe({
    rooms: () => engine.load().rooms,
    undecided: () => engine.load().undecided,
    undurable: () => engine.load().undurable,
    sockets: transport.connectionCount,
  })
  const { creation } = app.get<RoomSettings>(ROOM_SETTINGS)
  metrics.observeLimits(() => ({ ...transport.limitSizes(), rooms: creation?.size() ?? 0 }))
  try {
    await app.listen(settings.port, settings.host)
  } catch (error) {
    stopReloading()
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
      stopReloading()
      await app.close()
      if (shutdownError !== undefined) throw shutdownError
    },
  }
}

const auditOf = ({ audit, auditRetentionMs, nodeId }: Settings): RoomreelOptions['audit'] =>
  audit === 'off' ? undefined : { node: nodeNameOf(nodeId), retentionMs: auditRetentionMs }

class ServerModule {}
Module({})(ServerModule)

const serverModule = (
  { settings, metrics, lifecycle, logReadLimits, ...parts }: ServeOptions,
  { engine, module }: RoomSockets,
  tokens: ClosableTokenVerifier,
  onShutdownError: (error: ShutdownError) => void,
): DynamicModule => ({
  module: ServerModule,
  imports: [
    RoomreelModule.forRoot({
      ...engine,
      store: parts.store,
      monitor: parts.monitor,
      publishers: [...engine.publishers, ...(parts.publishers ?? [])],
      retentionMs: settings.roomRetentionMs,
      audit: auditOf(settings),
      onShutdownError,
      resources: [tokens, ...(parts.resources ?? [])],
    }),
    module,
  ],
  controllers: [HealthController, RoomsController, PageController],
  providers: [
    { provide: SETTINGS, useValue: settings },
    { provide: METRICS, useValue: metrics },
    { provide: TOKEN_VERIFIER, useValue: tokens },
    { provide: LIFECYCLE, useValue: lifecycle },
    { provide: LOG_READ_LIMITS, useValue: { ...defaultLogReadLimits, ...logReadLimits } },
  ],
})

const isSecure = ({ tls, publicUrl }: Settings): boolean =>
  publicUrl === null ? tls !== null : publicUrl.startsWith('https:')

/** The public URL, or else the one for a browser on this machine. */
const urlOf = ({ publicUrl, host, tls }: Settings, port: number): string => {
  if (publicUrl !== null) return publicUrl
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const name = isEverywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${tls === null ? 'http' : 'https'}://${name}:${port}`
}
