import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from '#fp/Either'
import { io as connect } from 'socket.io-client'
import type { Socket as ClientSocket } from 'socket.io-client'
import type { EventStore } from '../../../src/application/ports/event-store.js'
import { settingsFrom } from '../../../src/infrastructure/config/settings.js'
import type { Settings } from '../../../src/infrastructure/config/settings.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import type { LogReadLimits } from '../../../src/infrastructure/http/room-log.js'
import { createLifecycle } from '../../../src/infrastructure/http/lifecycle.js'
import type { Lifecycle } from '../../../src/infrastructure/http/lifecycle.js'
import { serve } from '../../../src/infrastructure/nest/serve.js'
import type { RunningServer } from '../../../src/infrastructure/nest/serve.js'
import { createMetrics } from '../../../src/infrastructure/observability/metrics.js'
import { monitor } from '../../../src/infrastructure/observability/monitor.js'
import { noSfu } from '../../../src/infrastructure/sfu/livekit-sfu.js'
import { seededEntropy, virtualClock } from '../../kit/index.js'
import type { VirtualClock } from '../../kit/index.js'
import { memoryLogger } from '../observability/memory-logger.js'

export interface TestServer extends RunningServer {
  readonly clock: VirtualClock
  readonly store: EventStore
  readonly lifecycle: Lifecycle
  readonly lines: () => ReadonlyArray<object>
  readonly metrics: () => Promise<string>
  readonly request: (path: string, init?: RequestInit) => Promise<Response>
  /** A Socket.IO client and its session. */
  readonly client: (
    namespace?: string,
  ) => Promise<{ readonly socket: ClientSocket; readonly sessionId: string }>
}

export interface TestServerOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly store?: EventStore
  readonly webRoot?: string
  readonly logReadLimits?: Partial<LogReadLimits>
}

const settingsOf = (env: Readonly<Record<string, string>>): Settings => {
  const settings = settingsFrom({ PORT: '0', HOST: '127.0.0.1', EVENT_STORE: 'memory', ...env })
  if (E.isLeft(settings)) throw new Error(`${settings.left.setting} ${settings.left.problem}`)
  return settings.right
}

/** The whole server on a free port, with a virtual clock. */
export const runningServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const settings = settingsOf(options.env ?? {})
  const { store = memoryEventStore(), webRoot = 'nowhere' } = options
  const clock = virtualClock()
  const entropy = seededEntropy('http')
  const metrics = createMetrics(false)
  const { logger, lines } = memoryLogger()
  const lifecycle = createLifecycle()
  const running = await serve({
    settings,
    store,
    clock,
    entropy,
    metrics,
    sfu: noSfu,
    logger,
    webRoot,
    lifecycle,
    logReadLimits: options.logReadLimits ?? {},
    shutdownPlan: () => ({ withinMs: 100, reconnectWindowMs: 100 }),
    monitor: monitor(logger, metrics),
  })
  const sockets: ClientSocket[] = []
  return {
    ...running,
    clock,
    store,
    lifecycle,
    lines,
    metrics: async () => (await metrics.text()).body,
    request: (path, init) => fetch(`${running.url}${path}`, init),
    client: async (namespace = '/') => {
      const socket = connect(`${running.url}${namespace}`, { transports: ['websocket'], forceNew: true })
      sockets.push(socket)
      const { sessionId } = await new Promise<{ sessionId: string }>((resolve, reject) => {
        socket.once('session', resolve)
        socket.once('connect_error', reject)
      })
      return { socket, sessionId }
    },
    stop: async () => {
      for (const socket of sockets) socket.disconnect()
      await running.stop()
    },
  }
}

/** A folder for the duration of `work`. */
export const inFolder = async <Result>(work: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'roomreel-http-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}
