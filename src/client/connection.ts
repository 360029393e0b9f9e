import { io } from 'socket.io-client'

/** Why there is no connection. `code` is the server's, when it refused the handshake. */
export type CloseReason =
  | { readonly type: 'lost' }
  /** the server ended this socket alone: a newer one replaced it, or an operator disconnected it */
  | { readonly type: 'ended-by-server' }
  | { readonly type: 'refused'; readonly code: string; readonly message: string }

export interface ConnectionListener {
  opened(): void
  closed(reason: CloseReason): void
  received(event: string, payload: unknown): void
}

/** A socket that reconnects by itself, as Socket.IO's client does. Each handshake calls `auth`. */
export interface Connection {
  listen(listener: ConnectionListener): void
  open(): void
  close(): void
  /** whether it tries again by itself after it is lost */
  setReconnecting(isReconnecting: boolean): void
  send(event: string, payload: object, acknowledge: (answer: unknown) => void): void
}

export interface HandshakeAuth {
  /** the name that others see, where the server is in open mode */
  readonly name?: string
  /** the user to whom points and places belong, where the server is in open mode */
  readonly userId?: string
  readonly sessionId?: string
  readonly offsets?: Readonly<Record<string, number>>
}

export type Connect = (auth: () => HandshakeAuth) => Connection

const refusalCode = (error: Error): string => {
  const data: unknown = 'data' in error ? error.data : undefined
  if (typeof data !== 'object' || data === null || !('code' in data)) return 'access-denied'
  return typeof data.code === 'string' ? data.code : 'access-denied'
}

/** @param url the server's origin and namespace; the page's own origin if left out */
export const socketIoConnection =
  (url = '/'): Connect =>
  (auth) => {
    const socket = io(url, {
      autoConnect: false,
      // Two clients on one page must not share a session, so each has its own connection.
      forceNew: true,
      auth: (send) => send({ ...auth() }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    })
    return {
      listen: (listener) => {
        socket.on('connect', () => listener.opened())
        socket.on('connect_error', (error) =>
          // `active`: the server cannot be reached, and Socket.IO tries again. Otherwise the server has refused.
          listener.closed(
            socket.active
              ? { type: 'lost' }
              : { type: 'refused', code: refusalCode(error), message: error.message },
          ),
        )
        socket.on('disconnect', (reason) => {
          if (reason === 'io client disconnect') return
          listener.closed({ type: reason === 'io server disconnect' ? 'ended-by-server' : 'lost' })
        })
        socket.onAny((event: string, payload: unknown) => listener.received(event, payload))
      },
      open: () => void socket.connect(),
      close: () => void socket.disconnect(),
      setReconnecting: (isReconnecting) => void socket.io.reconnection(isReconnecting),
      send: (event, payload, acknowledge) => void socket.emit(event, payload, acknowledge),
    }
  }
