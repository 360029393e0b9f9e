import { io } from 'socket.io-client'
import type { Connect } from './connection.js'

const refusalCode = (error: Error): string => {
  const data: unknown = 'data' in error ? error.data : undefined
  if (typeof data !== 'object' || data === null || !('code' in data)) return 'access-denied'
  return typeof data.code === 'string' ? data.code : 'access-denied'
}

/** @param url the server's origin; the page's own if left out */
export const socketIoConnection =
  (url = '/'): Connect =>
  (auth) => {
    const socket = io(url, {
      autoConnect: false,
      // A tab of its own connection: two clients on one page must not share a session.
      forceNew: true,
      auth: (send) => send({ ...auth() }),
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
    })
    return {
      listen: (listener) => {
        socket.on('connect', () => listener.opened())
        socket.on('connect_error', (error) =>
          // `active` tells a server that cannot be reached, which is tried again, from one that said no.
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
        socket.onAny((event: string, payload: unknown) => listener.heard(event, payload))
      },
      open: () => void socket.connect(),
      close: () => void socket.disconnect(),
      returnByItself: (returns) => void socket.io.reconnection(returns),
      send: (event, payload, answered) => void socket.emit(event, payload, answered),
    }
  }
