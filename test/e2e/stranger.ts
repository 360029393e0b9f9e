import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'

/** Whatever a server may send. */
export type Payload = Readonly<Record<string, unknown>>

/**
 * A client written from the contract alone, on the stock Socket.IO client: it keeps its session and its offsets, and
 * comes back by itself.
 */
export interface Stranger {
  readonly socket: Socket
  /** All it was sent but `session`, over all its connections, in order. */
  readonly heard: ReadonlyArray<readonly [event: string, payload: Payload]>
  readonly all: (event: string) => ReadonlyArray<Payload>
  readonly sessions: ReadonlyArray<Payload>
  readonly ask: (event: string, payload?: unknown) => Promise<Payload>
  readonly hears: (event: string, fits?: (payload: Payload) => boolean) => Promise<Payload>
  readonly close: () => void
}

export const stranger = (url: string, namespace = '/', auth: object = {}): Stranger => {
  const heard: Array<readonly [string, Payload]> = []
  const sessions: Array<Payload> = []
  const offsets = new Map<string, number>()
  const waiting = new Set<() => void>()
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    auth: (give) =>
      give({ ...auth, sessionId: sessions.at(-1)?.['sessionId'], offsets: Object.fromEntries(offsets) }),
  })
  socket.onAny((event: string, payload: Payload) => {
    if (event === 'session') {
      sessions.push(payload)
    } else {
      heard.push([event, payload])
      const { room, seq, more } = payload ?? {}
      if (typeof room === 'string' && typeof seq === 'number' && more !== true) offsets.set(room, seq)
    }
    for (const look of waiting) look()
  })

  const all = (event: string): ReadonlyArray<Payload> =>
    event === 'session' ? sessions : heard.filter(([name]) => name === event).map(([, payload]) => payload)

  return {
    socket,
    heard,
    all,
    sessions,
    ask: (event, payload) =>
      payload === undefined ? socket.emitWithAck(event) : socket.emitWithAck(event, payload),
    hears: (event, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = all(event).find(fits)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
    close: () => socket.disconnect(),
  }
}
