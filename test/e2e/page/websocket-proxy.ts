import type { BrowserContext, WebSocketRoute } from 'playwright-core'

/** A proxy for the WebSocket of a page. */
export interface WebSocketProxy {
  /** from now on, messages in this direction are lost; the connection stays open */
  readonly drop: (what: 'incoming' | 'outgoing') => void
  /** closes the connection; the next one loses nothing */
  readonly breakConnection: () => Promise<void>
}

/** Call it before the page is opened. */
export const proxyWebSocket = async (context: BrowserContext): Promise<WebSocketProxy> => {
  const sockets = new Set<WebSocketRoute>()
  let dropped: 'nothing' | 'incoming' | 'outgoing' = 'nothing'
  await context.routeWebSocket(/\/socket\.io\//, (client) => {
    const server = client.connectToServer()
    sockets.add(client)
    sockets.add(server)
    client.onMessage((message) => {
      if (dropped !== 'outgoing') server.send(message)
    })
    server.onMessage((message) => {
      if (dropped !== 'incoming') client.send(message)
    })
  })
  return {
    drop: (what) => {
      dropped = what
    },
    breakConnection: async () => {
      const all = [...sockets]
      sockets.clear()
      for (const socket of all) await socket.close({ code: 1001 })
      dropped = 'nothing'
    },
  }
}
