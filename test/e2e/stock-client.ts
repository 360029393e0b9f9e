import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'

/** Payload of an event or acknowledgement. */
export type Payload = Readonly<Record<string, unknown>>

/**
 * A client on the stock Socket.IO client, written from the contract: it keeps its session and offsets and resumes after
 * a reconnect.
 */
export interface StockClient {
  readonly socket: Socket
  /** All received events except `session`, over all connections, in order. */
  readonly received: ReadonlyArray<readonly [event: string, payload: Payload]>
  readonly all: (event: string) => ReadonlyArray<Payload>
  readonly sessions: ReadonlyArray<Payload>
  readonly ask: (event: string, payload?: unknown) => Promise<Payload>
  /** Rejects after a minute. */
  readonly waitForEvent: (event: string, fits?: (payload: Payload) => boolean) => Promise<Payload>
  /** For the analysis of failures: a line for each connection and received event, the latest ones. */
  readonly describeHistory: () => string
  readonly close: () => void
}

const patienceMs = 60_000
const maxLines = 80

/** Their acknowledgements name the joined room. */
const join: ReadonlyArray<string> = ['broadcaster-join', 'viewer-join']

export const connectStockClient = (url: string, namespace = '/', auth: object = {}): StockClient => {
  const received: Array<readonly [string, Payload]> = []
  const sessions: Array<Payload> = []
  const offsets = new Map<string, number>()
  const watchers = new Set<() => void>()
  const timers = new Set<NodeJS.Timeout>()
  const lines: Array<string> = []
  const addLine = (line: string): void => void lines.push(`${Math.round(performance.now())} ${line}`)
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    // Socket.IO's client does not notice a server that dies between the WebSocket handshake and the first packet, and
    // waits for this time. Its default of 20 s may exceed the grace period.
    timeout: 5_000,
    auth: (callback) => {
      addLine(`comes with offsets ${JSON.stringify(Object.fromEntries(offsets))}`)
      callback({ ...auth, sessionId: sessions.at(-1)?.['sessionId'], offsets: Object.fromEntries(offsets) })
    },
  })
  socket.on('disconnect', (reason) => addLine(`is disconnected: ${reason}`))
  socket.on('connect_error', ({ message }) => {
    // One line per outage.
    if (lines.at(-1)?.includes('cannot connect') !== true) addLine(`cannot connect: ${message}`)
  })
  socket.onAny((event: string, payload: Payload) => {
    addLine(lineOf(event, payload))
    if (event === 'session') {
      sessions.push(payload)
    } else {
      received.push([event, payload])
      const { room, seq, more } = payload ?? {}
      if (typeof room === 'string' && typeof seq === 'number' && more !== true) offsets.set(room, seq)
    }
    for (const check of watchers) check()
  })

  const all = (event: string): ReadonlyArray<Payload> =>
    event === 'session' ? sessions : received.filter(([name]) => name === event).map(([, payload]) => payload)

  return {
    socket,
    received,
    all,
    sessions,
    ask: async (event, payload) => {
      const answer: Payload = await (payload === undefined
        ? socket.emitWithAck(event)
        : socket.emitWithAck(event, payload))
      addLine(lineOf(`${event} is answered`, answer))
      const { success, room } = answer
      // Offset 0 says that no event of the room has arrived, so a reconnect before the first one replays all.
      if (success === true && join.includes(event) && typeof room === 'string' && !offsets.has(room)) {
        offsets.set(room, 0)
      }
      return answer
    },
    waitForEvent: (event, fits = () => true) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const found = all(event).find(fits)
          if (found === undefined) return
          watchers.delete(check)
          clearTimeout(limit)
          timers.delete(limit)
          resolve(found)
        }
        const limit = setTimeout(() => {
          watchers.delete(check)
          timers.delete(limit)
          reject(new Error(`Nobody said ${event} within ${patienceMs} ms`))
        }, patienceMs)
        timers.add(limit)
        watchers.add(check)
        check()
      }),
    describeHistory: () => lines.slice(-maxLines).join('\n'),
    close: () => {
      for (const limit of timers) clearTimeout(limit)
      timers.clear()
      socket.disconnect()
    },
  }
}

const lineOf = (event: string, payload: Payload): string => {
  const { seq, more, tick, drawNo, resumed, memberships, success } = payload ?? {}
  return `${event} ${JSON.stringify({ seq, more, tick, drawNo, resumed, memberships, success })}`
}
