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
  /** Rejects when it has waited for a minute: an empty hour tells nothing of what went wrong. */
  readonly hears: (event: string, fits?: (payload: Payload) => boolean) => Promise<Payload>
  /** For the report of a failed test: its connections and the last events that it received, a line each. */
  readonly story: () => string
  readonly close: () => void
}

const patienceMs = 60_000
const linesTold = 80

/** Their answers name a room in which one is from then on. */
const joins: ReadonlyArray<string> = ['broadcaster-join', 'viewer-join']

export const stranger = (url: string, namespace = '/', auth: object = {}): Stranger => {
  const heard: Array<readonly [string, Payload]> = []
  const sessions: Array<Payload> = []
  const offsets = new Map<string, number>()
  const waiting = new Set<() => void>()
  const patience = new Set<NodeJS.Timeout>()
  const lines: Array<string> = []
  const note = (line: string): void => void lines.push(`${Math.round(performance.now())} ${line}`)
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    // Socket.IO's client does not notice a server that dies between the WebSocket handshake and its first packet; it
    // waits for this timeout. Its default of 20 s is longer than the grace period, after which the session has ended.
    timeout: 5_000,
    auth: (give) => {
      note(`comes with offsets ${JSON.stringify(Object.fromEntries(offsets))}`)
      give({ ...auth, sessionId: sessions.at(-1)?.['sessionId'], offsets: Object.fromEntries(offsets) })
    },
  })
  socket.on('disconnect', (reason) => note(`is disconnected: ${reason}`))
  socket.on('connect_error', ({ message }) => {
    // One line for as long as nobody is there.
    if (lines.at(-1)?.includes('cannot connect') !== true) note(`cannot connect: ${message}`)
  })
  socket.onAny((event: string, payload: Payload) => {
    note(lineOf(event, payload))
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
    ask: async (event, payload) => {
      const answer: Payload = await (payload === undefined
        ? socket.emitWithAck(event)
        : socket.emitWithAck(event, payload))
      note(lineOf(`${event} is answered`, answer))
      const { success, room } = answer
      // Nothing of that room has been seen: said so, it gets what it misses before it hears the first.
      if (success === true && joins.includes(event) && typeof room === 'string' && !offsets.has(room)) {
        offsets.set(room, 0)
      }
      return answer
    },
    hears: (event, fits = () => true) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = all(event).find(fits)
          if (found === undefined) return
          waiting.delete(look)
          clearTimeout(limit)
          patience.delete(limit)
          resolve(found)
        }
        const limit = setTimeout(() => {
          waiting.delete(look)
          patience.delete(limit)
          reject(new Error(`Nobody said ${event} within ${patienceMs} ms`))
        }, patienceMs)
        patience.add(limit)
        waiting.add(look)
        look()
      }),
    story: () => lines.slice(-linesTold).join('\n'),
    close: () => {
      for (const limit of patience) clearTimeout(limit)
      patience.clear()
      socket.disconnect()
    },
  }
}

const lineOf = (event: string, payload: Payload): string => {
  const { seq, more, tick, drawNo, resumed, memberships, success } = payload ?? {}
  return `${event} ${JSON.stringify({ seq, more, tick, drawNo, resumed, memberships, success })}`
}
