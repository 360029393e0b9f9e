import type { ManagerOptions, Socket } from 'socket.io-client'
import type { SocketOptions } from 'socket.io-client'

export type Connecting = Partial<ManagerOptions & SocketOptions>

/** A stock client, and all that it was sent. */
export interface Client {
  readonly socket: Socket
  readonly id: string
  readonly session: Session
  /** Everything that was sent to it but `session` and acknowledgements, in order. */
  readonly heard: ReadonlyArray<readonly [event: string, payload: Heard]>
  /** The same with acknowledgements, as `answer <event>`: for their order, and for what must never be told. */
  readonly seen: ReadonlyArray<readonly [event: string, payload: Heard]>
  readonly ask: (event: string, payload?: unknown) => Promise<Heard>
  /** The first of this event that was or will be heard. */
  readonly hears: (event: string, fits?: (payload: Heard) => boolean) => Promise<Heard>
  /** What was heard of these events, in order. */
  readonly of: (...events: ReadonlyArray<string>) => ReadonlyArray<Heard>
  /** Resolves when all that was sent to this client before now has arrived. */
  readonly fence: () => Promise<void>
  /** The connection is lost without a word, as in a tunnel. */
  readonly cut: () => void
  readonly ended: Promise<string>
}

export type Heard = Readonly<Record<string, unknown>> & {
  readonly error?: Readonly<Record<string, unknown>>
}

export interface Session {
  readonly sessionId: string
  readonly graceMs: number
  readonly resumed: boolean
  readonly rooms: ReadonlyArray<string>
  readonly memberships: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** Resolves when the server has said which session this is; before that it must say nothing. */
export const connected = async (socket: Socket): Promise<Client> => {
  const heard: Array<readonly [string, Heard]> = []
  const seen: Array<readonly [string, Heard]> = []
  const waiting = new Set<() => void>()
  const opened = new Promise<Session>((resolve, reject) => {
    socket.once('connect_error', reject)
    socket.once('session', resolve)
  })
  const ended = new Promise<string>((resolve) => socket.once('disconnect', resolve))
  let sessions = 0
  socket.onAny((event: string, payload: Heard) => {
    seen.push([event, payload])
    if (event === 'session' && ++sessions === 1 && heard.length === 0) return
    heard.push([event, payload])
    for (const look of waiting) look()
  })
  const session = await opened
  // By a callback and not by a promise: that would come a turn later, behind what came behind the answer.
  const context = (event: string, payload?: unknown): Promise<Heard> =>
    new Promise((resolve) => {
      const answered = (reply: Heard): void => {
        seen.push([`answer ${event}`, reply])
        resolve(reply)
      }
      if (payload === undefined) socket.emit(event, answered)
      else socket.emit(event, payload, answered)
    })
  return {
    socket,
    id: socket.id ?? '',
    session,
    heard,
    seen,
    ask: context,
    hears: (event, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = heard.find(([name, payload]) => name === event && fits(payload))
          if (found === undefined) return
          waiting.delete(look)
          resolve(found[1])
        }
        waiting.add(look)
        look()
      }),
    of: (...events) => heard.filter(([event]) => events.includes(event)).map(([, payload]) => payload),
    fence: async () => {
      await context('no such event')
    },
    cut: () => socket.io.engine.close(),
    ended,
  }
}
