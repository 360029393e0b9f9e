import { setTimeout as delay } from 'node:timers/promises'
import type { Server, Socket } from 'socket.io'
import { connectionOf, connectionsOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import type { ShutdownPlan } from './transport.js'

/** A connection and the sockets on it, one for each of its namespaces. */
type Leaving = { readonly connection: EngineConnection; readonly sockets: readonly Socket[] }

const leavingOf = (io: Server): readonly Leaving[] => {
  // Also those that have joined no namespace, and have nobody to tell.
  const byConnection = new Map<EngineConnection, Socket[]>(
    connectionsOf(io).map((connection) => [connection, []]),
  )
  for (const namespace of io._nsps.values()) {
    for (const socket of namespace.sockets.values()) {
      const connection = connectionOf(socket)
      byConnection.get(connection)?.push(socket)
    }
  }
  return [...byConnection].map(([connection, sockets]) => ({ connection, sockets }))
}

/** Half of the time is for closing one after another, the other half for those that are slow to go. */
const CLOSING_SHARE = 0.5
const CLOSING_STEPS_AT_MOST = 50
const STRAGGLERS_MS = 250

/** A closed Engine.IO socket may still have its transport: the other side has to say goodbye too. */
const transportEnd = (connection: EngineConnection): Promise<void> => {
  const { socket } = connection.transport
  return new Promise((resolve) => {
    if (socket !== undefined) socket.once('close', () => resolve())
    else connection.once('close', () => resolve())
  })
}

const closeSpread = async (leaving: readonly Leaving[], overMs: number): Promise<void> => {
  const perStep = Math.ceil(leaving.length / CLOSING_STEPS_AT_MOST)
  const steps = Math.ceil(leaving.length / perStep)
  for (let from = 0; from < leaving.length; from += perStep) {
    for (const { connection } of leaving.slice(from, from + perStep)) connection.close()
    if (from + perStep < leaving.length) await delay(overMs / steps)
  }
}

/** True if `work` was done in time. */
const inTime = async (work: Promise<unknown>, withinMs: number): Promise<boolean> => {
  const timer = new AbortController()
  const late = delay(withinMs, false, { signal: timer.signal }).catch(() => false)
  const isDone = await Promise.race([work.then(() => true), late])
  timer.abort()
  return isDone
}

/**
 * Goes down without sending everybody to the next server at once: each client is told its own instant to come
 * back, and the connections are closed one after another, so that also those that do not listen come spread out.
 */
export const shutDown = async (
  io: Server,
  { reconnectWindowMs, withinMs }: ShutdownPlan,
  close: () => Promise<void>,
): Promise<void> => {
  const leaving = leavingOf(io)
  leaving.forEach(({ sockets }, place) => {
    const reconnectInMs = Math.round((reconnectWindowMs * (place + 1)) / leaving.length)
    for (const socket of sockets) socket.emit('server-shutdown', { reconnectInMs })
  })
  // A poll that never comes is ended by Engine.IO's own close, below; a websocket has to be ended here.
  const websockets = leaving.map(({ connection }) => connection.transport.socket)
  const ends = Promise.all(leaving.map(({ connection }) => transportEnd(connection)))
  await closeSpread(leaving, withinMs * CLOSING_SHARE)
  if (!(await inTime(ends, withinMs * (1 - CLOSING_SHARE))))
    websockets.forEach((socket) => socket?.terminate())
  const closing = close()
  // What is left are requests of other kinds, which had all this time to be answered.
  if ('closeIdleConnections' in io.httpServer) io.httpServer.closeIdleConnections()
  if (!(await inTime(closing, STRAGGLERS_MS)) && 'closeAllConnections' in io.httpServer) {
    io.httpServer.closeAllConnections()
  }
  await closing
}
