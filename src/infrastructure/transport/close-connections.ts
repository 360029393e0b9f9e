import type { Server as HttpServer } from 'node:http'
import type { Socket as NetSocket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Server, Socket } from 'socket.io'
import { connectionStateOf } from './connection-state.js'
import { connectionOf, connectionsOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import type { WireError } from './reply.js'
import type { ShutdownPlan, TransportPorts } from './transport.js'

/** Half of the time is for closing one connection after another, the other half for clients that close slowly. */
const CLOSING_SHARE = 0.5
const MAX_CLOSING_STEPS = 50
const HTTP_GRACE_MS = 250

/**
 * Closes all connections over the time of the plan, and gives each client its own reconnect time, so that clients do
 * not all reach the next server at once, even those that ignore the reconnect time.
 */
export const shutDown = async (
  io: Server,
  { reconnectWindowMs, withinMs }: ShutdownPlan,
  close: () => Promise<void>,
  streams: ReadonlySet<NetSocket>,
): Promise<void> => {
  const clients = connectedClients(io)
  clients.forEach(({ sockets }, index) => {
    const reconnectInMs = Math.round((reconnectWindowMs * (index + 1)) / clients.length)
    for (const socket of sockets) socket.emit('server-shutdown', { reconnectInMs })
  })
  // Engine.IO's own close ends a poll that does not return; a WebSocket must be terminated here.
  const websockets = clients.map(({ connection }) => connection.transport.socket)
  const ends = Promise.all(clients.map(({ connection }) => transportEnd(connection)))
  await closeInSteps(clients, withinMs * CLOSING_SHARE)
  if (!(await isDoneWithin(ends, withinMs * (1 - CLOSING_SHARE))))
    websockets.forEach((socket) => socket?.terminate())
  const serverClosed = close()
  // The connections that are left carry plain HTTP requests, which have had all this time.
  if ('closeIdleConnections' in io.httpServer) io.httpServer.closeIdleConnections()
  if (!(await isDoneWithin(serverClosed, HTTP_GRACE_MS))) for (const stream of streams) stream.destroy()
  await serverClosed
}

/**
 * The server's open TCP streams. Node's HTTP server forgets those that have become WebSockets, and one whose client
 * neither reads nor closes it would keep the process.
 */
export const openStreams = (http: HttpServer): ReadonlySet<NetSocket> => {
  const streams = new Set<NetSocket>()
  // One listener for all streams keeps an idle connection small.
  const onClose = function (this: NetSocket): void {
    streams.delete(this)
  }
  http.on('connection', (stream: NetSocket) => {
    streams.add(stream)
    stream.once('close', onClose)
  })
  return streams
}

/** A connection and its sockets, one for each of its namespaces. */
type ConnectedClient = { readonly connection: EngineConnection; readonly sockets: readonly Socket[] }

const connectedClients = (io: Server): readonly ConnectedClient[] => {
  // Includes connections that have joined no namespace.
  const byConnection = new Map<EngineConnection, Socket[]>(
    connectionsOf(io).map((connection) => [connection, []]),
  )
  for (const namespace of io._nsps.values()) {
    for (const socket of namespace.sockets.values()) byConnection.get(connectionOf(socket))?.push(socket)
  }
  return [...byConnection].map(([connection, sockets]) => ({ connection, sockets }))
}

/** A closed Engine.IO socket keeps its transport open until the client has closed it too. */
const transportEnd = (connection: EngineConnection): Promise<void> => {
  const { socket } = connection.transport
  return new Promise((resolve) => {
    if (socket !== undefined) socket.once('close', () => resolve())
    else connection.once('close', () => resolve())
  })
}

const closeInSteps = async (clients: readonly ConnectedClient[], overMs: number): Promise<void> => {
  const perStep = Math.ceil(clients.length / MAX_CLOSING_STEPS)
  const steps = Math.ceil(clients.length / perStep)
  for (let from = 0; from < clients.length; from += perStep) {
    for (const { connection } of clients.slice(from, from + perStep)) connection.close()
    if (from + perStep < clients.length) await delay(overMs / steps)
  }
}

const isDoneWithin = async (work: Promise<unknown>, limitMs: number): Promise<boolean> => {
  const timer = new AbortController()
  const late = delay(limitMs, false, { signal: timer.signal }).catch(() => false)
  const isDone = await Promise.race([work.then(() => true), late])
  timer.abort()
  return isDone
}

/** Called at most once a second, so it visits all connections. */
export const closeIdle = (
  io: Server,
  since: number,
  error: WireError,
  ports: TransportPorts,
): number | null => {
  let oldest: number | null = null
  for (const { connection, sockets } of connectedClients(io)) {
    const { lastEventAt } = connectionStateOf(connection)
    if (lastEventAt > since) {
      oldest = Math.min(oldest ?? lastEventAt, lastEventAt)
      continue
    }
    ports.count('transport_disconnected', { reason: 'idle' })
    for (const socket of sockets) {
      socket.emit('error', error)
      socket.disconnect()
    }
    connection.close()
  }
  return oldest
}
