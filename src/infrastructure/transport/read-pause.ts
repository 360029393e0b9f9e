import type { EngineConnection } from './engine-io-internals.js'

/** A client with an error in its pace gets a few errors; a client that ignores them gets hundreds for one read. */
const maxRefusedPerRead = 50

/** With reads of 64 KiB, a WebSocket is refused at most some 13 000 small events per second. */
const pauseMs = 100

/** What the pauses of one connection need. */
export interface ReadPause {
  /** Refused events since the last pause. */
  refused: number
  timer: NodeJS.Timeout | undefined
}

/**
 * Refusing costs more than sending, so the server stops to read from a client that ignores the errors. TCP then slows the
 * client down, and each event still gets its reply.
 */
export const pauseReading = (connection: EngineConnection, pause: ReadPause): void => {
  const { socket } = connection.transport
  if (socket === undefined || pause.timer !== undefined || ++pause.refused < maxRefusedPerRead) return
  pause.refused = 0
  socket.pause()
  pause.timer = setTimeout(() => resumeReading(connection, pause), pauseMs)
}

/** A connection that is closed must be read, or its closing handshake does not end. */
export const resumeReading = (connection: EngineConnection, pause: ReadPause): void => {
  clearTimeout(pause.timer)
  pause.timer = undefined
  connection.transport.socket?.resume()
}
