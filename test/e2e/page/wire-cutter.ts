import type { BrowserContext, WebSocketRoute } from 'playwright-core'

/** Stands in the way of a page's WebSocket. */
export interface WireCutter {
  /** from now on, messages in that direction get lost, and the connection looks as it did */
  readonly swallow: (what: 'what-comes' | 'what-goes') => void
  /** the connection breaks; the next one is whole */
  readonly cut: () => Promise<void>
}

/** To be put there before the page is opened. */
export const wireCutter = async (context: BrowserContext): Promise<WireCutter> => {
  const wires = new Set<WebSocketRoute>()
  let swallowed: 'nothing' | 'what-comes' | 'what-goes' = 'nothing'
  await context.routeWebSocket(/\/socket\.io\//, (near) => {
    const far = near.connectToServer()
    wires.add(near)
    wires.add(far)
    near.onMessage((message) => {
      if (swallowed !== 'what-goes') far.send(message)
    })
    far.onMessage((message) => {
      if (swallowed !== 'what-comes') near.send(message)
    })
  })
  return {
    swallow: (what) => {
      swallowed = what
    },
    cut: async () => {
      const all = [...wires]
      wires.clear()
      for (const wire of all) await wire.close({ code: 1001 })
      swallowed = 'nothing'
    },
  }
}
