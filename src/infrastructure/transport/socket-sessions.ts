import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Server, Socket } from 'socket.io'
import type { Engine } from '../../application/engine/index.js'
import type { Connection, SessionManager } from '../../application/sessions/index.js'
import { createSessionManager } from '../../application/sessions/index.js'
import { handshakeOf } from './handshake.js'
import { linkOf, socketIoBroadcaster } from './socket-io-link.js'

/** The session manager for Socket.IO's sockets. */
export interface SocketSessions extends Omit<SessionManager, 'start' | 'open' | 'close' | 'connectionOf'> {
  readonly start: (engine: Engine, io: Server) => void
  readonly open: (socket: Socket) => Promise<void>
  readonly close: (socket: Socket, reason: string) => void
  readonly connectionOf: (socket: Socket) => Connection
}

export const createSocketSessions = (
  options: Omit<Parameters<typeof createSessionManager>[0], 'nextTurn'>,
): SocketSessions => {
  const manager = createSessionManager({ ...options, nextTurn: () => nextTurn() })
  return {
    ...manager,
    start: (engine, io) => manager.start(engine, socketIoBroadcaster(io)),
    open: (socket) => manager.open(linkOf(socket), handshakeOf(socket)),
    // A client that closes its socket has left; every other end may be a lost network (E-51).
    close: (socket, reason) => manager.close(linkOf(socket), reason !== 'client namespace disconnect'),
    connectionOf: (socket) => manager.connectionOf(linkOf(socket)),
  }
}
