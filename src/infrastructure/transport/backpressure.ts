import type { Socket } from 'socket.io'
import { connectionOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import type { TransportLimits, TransportPorts } from './transport.js'

/** The buffered bytes of one connection beyond those in its TCP stream. */
type ConnectionState = {
  /** In Engine.IO's own buffer, since it was last empty. */
  queuedBytes: number
  /** Sent for a catch-up, at the client's own pace, and not counted against the limit … */
  uncountedBytes: number
  /** … until the stream has written this many bytes in all. */
  uncountedUntil: number
  isExempt: boolean
  isTerminated: boolean
}

const STATE = Symbol('roomreel.backpressure')

const stateOf = (connection: EngineConnection): ConnectionState =>
  ((connection as { [STATE]?: ConnectionState })[STATE] ??= {
    queuedBytes: 0,
    uncountedBytes: 0,
    uncountedUntil: 0,
    isExempt: false,
    isTerminated: false,
  })

const bufferedBytesOf = (connection: EngineConnection): number => {
  const inStream = connection.transport.socket?._socket.writableLength ?? 0
  return connection.writeBuffer.length === 0 ? inStream : inStream + stateOf(connection).queuedBytes
}

/** Counts a packet that goes to Engine.IO's buffer, which Engine.IO always empties as a whole. */
export const countQueuedBytes = (connection: EngineConnection, bytes: number): void => {
  const state = stateOf(connection)
  const isFirst = connection.writeBuffer.length === 0
  state.queuedBytes = isFirst ? bytes : state.queuedBytes + bytes
}

/** The bytes of a catch-up that the client has not read yet. */
const uncountedLeft = (connection: EngineConnection, state: ConnectionState): number => {
  if (state.uncountedBytes === 0) return 0
  const stream = connection.transport.socket?._socket
  if (stream === undefined) return Math.min(state.uncountedBytes, bufferedBytesOf(connection))
  const writtenBytes = stream.bytesWritten - stream.writableLength
  return Math.min(state.uncountedBytes, Math.max(0, state.uncountedUntil - writtenBytes))
}

/** True if the connection may get one more packet; otherwise the packet is dropped or the connection terminated. */
export type CanSend = (connection: EngineConnection, isVolatile: boolean) => boolean

/**
 * Socket.IO buffers without limit for a slow consumer. Here volatile emits are dropped first, and then the connection is
 * terminated; the client can reconnect and resume from the log.
 */
export const limitBufferedBytes = (limits: TransportLimits | 'off', ports: TransportPorts): CanSend => {
  if (limits === 'off') return () => true
  const { maxVolatileBufferedBytes, maxBufferedBytes } = limits

  const terminate = (connection: EngineConnection, state: ConnectionState): void => {
    state.isTerminated = true
    ports.count('transport_disconnected', { reason: 'unread' })
    ports.count('transport_limited', { reason: 'bytes' })
    // A closing handshake would wait for the client that does not read, and keep all that is buffered.
    if (connection.transport.socket !== undefined) connection.transport.socket.terminate()
    else connection.close(true)
  }

  return (connection, isVolatile) => {
    const allowed = isVolatile ? maxVolatileBufferedBytes : maxBufferedBytes
    if (bufferedBytesOf(connection) <= allowed) return true
    const state = stateOf(connection)
    if (state.isExempt) return true
    if (state.isTerminated) return false
    // Bytes that this turn of the event loop has written may wait for our own uncork, not for the client.
    connection.transport.socket?._socket.uncork()
    if (bufferedBytesOf(connection) - uncountedLeft(connection, state) <= allowed) return true
    if (isVolatile) ports.count('transport_volatile_dropped', {})
    else terminate(connection, state)
    return false
  }
}

export const bufferedBytes = (socket: Socket): number => bufferedBytesOf(connectionOf(socket))

export const uncounted = (socket: Socket, send: () => void): void => {
  const connection = connectionOf(socket)
  const state = stateOf(connection)
  const before = bufferedBytesOf(connection)
  const leftBefore = uncountedLeft(connection, state)
  // A client that reads nothing must not accumulate such emits: from the second on they count.
  if (leftBefore > DRAINED_BYTES) return send()
  state.isExempt = true
  try {
    send()
  } finally {
    state.isExempt = false
    state.uncountedBytes = leftBefore + Math.max(0, bufferedBytesOf(connection) - before)
    state.uncountedUntil = connection.transport.socket?._socket.bytesWritten ?? 0
  }
}

/** Above the stream's high-water mark, so that a `drain` event is certain. */
const DRAINED_BYTES = 64 * 1024

const nextChange = (connection: EngineConnection): Promise<void> =>
  new Promise((resolve) => {
    const stream = connection.transport.socket?._socket
    const done = (): void => {
      stream?.off('drain', done)
      connection.off('drain', done)
      connection.off('close', done)
      resolve()
    }
    stream?.once('drain', done)
    connection.once('drain', done)
    connection.once('close', done)
  })

export const drained = async (socket: Socket): Promise<void> => {
  const connection = connectionOf(socket)
  while (connection.readyState === 'open' && bufferedBytesOf(connection) > DRAINED_BYTES) {
    await nextChange(connection)
  }
}
