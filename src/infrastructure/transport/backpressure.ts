import type { Socket } from 'socket.io'
import { connectionOf } from './engine-io-internals.js'
import type { EngineConnection } from './engine-io-internals.js'
import type { TransportLimits, TransportPorts } from './transport.js'

/** What one connection has waiting beyond the stream's own count. Made when the connection opens. */
type ConnectionState = {
  /** In Engine.IO's own buffer, since that was last empty. */
  queuedBytes: number
  /** Sent to catch up: paced by the client's reading, and not counted against it … */
  uncountedBytes: number
  /** … until the stream has got rid of as many bytes in all. */
  uncountedUntil: number
  isExempt: boolean
  isCutOff: boolean
}

const STATE = Symbol('waiting bytes')

type Remembering = { [STATE]?: ConnectionState }

const stateOf = (connection: EngineConnection): ConnectionState =>
  ((connection as Remembering)[STATE] ??= {
    queuedBytes: 0,
    uncountedBytes: 0,
    uncountedUntil: 0,
    isExempt: false,
    isCutOff: false,
  })

const bufferedBytesOf = (connection: EngineConnection): number => {
  const inStream = connection.transport.socket?._socket.writableLength ?? 0
  return connection.writeBuffer.length === 0 ? inStream : inStream + stateOf(connection).queuedBytes
}

/** Notes a packet that goes to Engine.IO's buffer. Engine.IO always empties that buffer as a whole. */
export const countQueuedBytes = (connection: EngineConnection, bytes: number): void => {
  const state = stateOf(connection)
  const isFirst = connection.writeBuffer.length === 0
  state.queuedBytes = isFirst ? bytes : state.queuedBytes + bytes
}

/** How much of what was sent to catch up the client has still to read. */
const uncountedLeft = (connection: EngineConnection, state: ConnectionState): number => {
  if (state.uncountedBytes === 0) return 0
  const stream = connection.transport.socket?._socket
  if (stream === undefined) return Math.min(state.uncountedBytes, bufferedBytesOf(connection))
  const goneBytes = stream.bytesWritten - stream.writableLength
  return Math.min(state.uncountedBytes, Math.max(0, state.uncountedUntil - goneBytes))
}

/** Does this client's unread share allow one more? If not, it has been seen to. */
export type CanSend = (connection: EngineConnection, isVolatile: boolean) => boolean

/**
 * Socket.IO buffers without limit for a client that does not read. Here volatile emits are left out first, and
 * then the client is cut off; it comes back and resumes from the log.
 */
export const limitBufferedBytes = (limits: TransportLimits | 'off', ports: TransportPorts): CanSend => {
  if (limits === 'off') return () => true
  const { maxVolatileBufferedBytes, maxBufferedBytes } = limits

  const cutOff = (connection: EngineConnection, state: ConnectionState): void => {
    state.isCutOff = true
    ports.count('transport_disconnected', { reason: 'unread' })
    // A closing handshake would wait, with all that is buffered, for the client that does not read.
    if (connection.transport.socket !== undefined) connection.transport.socket.terminate()
    else connection.close(true)
  }

  return (connection, isVolatile) => {
    const allowed = isVolatile ? maxVolatileBufferedBytes : maxBufferedBytes
    if (bufferedBytesOf(connection) <= allowed) return true
    const state = stateOf(connection)
    if (state.isExempt) return true
    if (state.isCutOff) return false
    // What this turn of the loop has written may be held back by us, not by the client.
    connection.transport.socket?._socket.uncork()
    if (bufferedBytesOf(connection) - uncountedLeft(connection, state) <= allowed) return true
    if (isVolatile) ports.count('transport_volatile_dropped', {})
    else cutOff(connection, state)
    return false
  }
}

export const bufferedBytes = (socket: Socket): number => bufferedBytesOf(connectionOf(socket))

export const uncounted = (socket: Socket, send: () => void): void => {
  const connection = connectionOf(socket)
  const state = stateOf(connection)
  const before = bufferedBytesOf(connection)
  const leftBefore = uncountedLeft(connection, state)
  state.isExempt = true
  try {
    send()
  } finally {
    state.isExempt = false
    state.uncountedBytes = leftBefore + Math.max(0, bufferedBytesOf(connection) - before)
    state.uncountedUntil = connection.transport.socket?._socket.bytesWritten ?? 0
  }
}

/** Above the stream's high-water mark, so that a `drain` is sure to come. */
const NEARLY_ALL_READ_BYTES = 64 * 1024

const change = (connection: EngineConnection): Promise<void> =>
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
  while (connection.readyState === 'open' && bufferedBytesOf(connection) > NEARLY_ALL_READ_BYTES) {
    await change(connection)
  }
}
