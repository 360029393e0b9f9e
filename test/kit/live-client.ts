import type { ManagerOptions, Socket, SocketOptions } from 'socket.io-client'

export type Connecting = Partial<ManagerOptions & SocketOptions>

/** A Socket.IO client and everything that it has received. */
export interface Client {
  readonly socket: Socket
  readonly id: string
  readonly session: Session
  /** All events except the first `session`, in order. */
  readonly events: ReadonlyArray<readonly [event: string, payload: Payload]>
  /** All events and, as `answer <event>`, all acknowledgements, in order. */
  readonly seen: ReadonlyArray<readonly [event: string, payload: Payload]>
  readonly ask: (event: string, payload?: unknown) => Promise<Payload>
  /** Resolves to the first event of this name that fits, received already or later. */
  readonly waitFor: (event: string, fits?: (payload: Payload) => boolean) => Promise<Payload>
  /** The payloads of these events so far, in order. */
  readonly payloadsOf: (...events: ReadonlyArray<string>) => ReadonlyArray<Payload>
  /** Resolves when everything that the server has sent to this client before has arrived. */
  readonly flush: () => Promise<void>
  /** Loses the connection without a close. */
  readonly cut: () => void
  readonly ended: Promise<string>
}

export type Payload = Readonly<Record<string, unknown>> & {
  readonly error?: Readonly<Record<string, unknown>>
}

export interface Session {
  readonly sessionId: string
  readonly graceMs: number
  readonly resumed: boolean
  readonly rooms: ReadonlyArray<string>
  readonly memberships: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Resolves when the server has sent `session`, which is its first event. */
export const connected = async (socket: Socket): Promise<Client> => {
  const events: Array<readonly [string, Payload]> = []
  const seen: Array<readonly [string, Payload]> = []
  const waiting = new Set<() => void>()
  const opened = new Promise<Session>((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('session', resolve)
  })
  const ended = new Promise<string>((resolve) => socket.once('disconnect', resolve))
  let sessions = 0
  socket.onAny((event: string, payload: Payload) => {
    seen.push([event, payload])
    if (event === 'session' && ++sessions === 1 && events.length === 0) return
    events.push([event, payload])
    for (const look of waiting) look()
  })
  const session = await opened
  // The promise resolves a microtask later, so the callback notes the acknowledgement in order with the events.
  const ask = (event: string, payload?: unknown): Promise<Payload> =>
    new Promise((resolve) => {
      const onReply = (reply: Payload): void => {
        seen.push([`answer ${event}`, reply])
        resolve(reply)
      }
      if (payload === undefined) socket.emit(event, onReply)
      else socket.emit(event, payload, onReply)
    })
  return {
    socket,
    id: socket.id ?? '',
    session,
    events,
    seen,
    ask,
    waitFor: (event, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(([name, payload]) => name === event && fits(payload))
          if (found === undefined) return
          waiting.delete(look)
          resolve(found[1])
        }
        waiting.add(look)
        look()
      }),
    payloadsOf: (...names) => events.filter(([event]) => names.includes(event)).map(([, payload]) => payload),
    flush: async () => {
      await ask('no such event')
    },
    cut: () => socket.io.engine.close(),
    ended,
  }
}
