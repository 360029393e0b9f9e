import type { Socket } from 'socket.io-client'
import { io } from 'socket.io-client'
import type { Connect } from '../../../src/client/connection.js'
import {
  quizClient,
  type QuizClient,
  type QuizClientState,
  type QuizOptions,
} from '../../../src/client/quiz/quiz-client.js'
import type { LiveServer } from '../../kit/live-server.js'
import { fakeStorage, fakeTimer } from '../fake-server.js'

/** A client of a quiz on a real server, over a real socket that a test cuts and reconnects. */
export interface QuizPerson {
  readonly client: QuizClient
  readonly storage: ReturnType<typeof fakeStorage>
  readonly timer: ReturnType<typeof fakeTimer>
  /** everything that was received, as text */
  readonly frames: ReadonlyArray<string>
  /** resolves once the client's state satisfies the predicate */
  readonly sees: (isSo: (state: QuizClientState) => boolean) => Promise<QuizClientState>
  readonly enters: () => Promise<void>
  /** cuts the connection without a disconnect packet */
  readonly cut: () => void
  readonly returns: () => void
  /** from now on received messages are lost, while sent ones still arrive */
  readonly goesDeaf: () => void
}

interface Circumstances {
  readonly storage?: ReturnType<typeof fakeStorage>
  /** how far this machine's clock is wrong */
  readonly wrongByMs?: number
}

let ids = 0

export const quizPerson = (
  server: LiveServer,
  wish: Omit<QuizOptions, 'room'>,
  { storage = fakeStorage(), wrongByMs = 0 }: Circumstances = {},
): QuizPerson => {
  const timer = fakeTimer()
  const frames: Array<string> = []
  const line: { socket?: Socket; isDeaf: boolean } = { isDeaf: false }
  const connect: Connect = (auth) => {
    const socket = io(`${server.url}/rooms`, {
      autoConnect: false,
      reconnection: false,
      forceNew: true,
      transports: ['websocket'],
      auth: (send) => send({ ...auth() }),
    })
    line.socket = socket
    return {
      listen: (listener) => {
        socket.on('connect', () => listener.opened())
        socket.on('disconnect', (reason) => {
          if (reason !== 'io client disconnect')
            listener.closed({ type: reason === 'io server disconnect' ? 'ended-by-server' : 'lost' })
        })
        socket.onAny((event: string, payload: unknown) => {
          frames.push(JSON.stringify([event, payload]))
          if (!line.isDeaf) listener.received(event, payload)
        })
      },
      open: () => void socket.connect(),
      close: () => void socket.disconnect(),
      setReconnecting: () => {},
      send: (event, payload, answered) =>
        void socket.emit(event, payload, (answer: unknown) => {
          frames.push(JSON.stringify([`answer ${event}`, answer]))
          if (!line.isDeaf) answered(answer)
        }),
    }
  }
  const client = quizClient(
    {
      connect,
      storage,
      after: timer.after,
      newId: () => `command-${ids++}`,
      elapsedMs: () => server.clock.now() - 1_000_000,
      now: () => server.clock.now() + wrongByMs,
    },
    { room: 'friday', ...wish },
  )
  const sees: QuizPerson['sees'] = (isSo) =>
    new Promise((resolve) => {
      let stop = (): void => {}
      const look = (state: QuizClientState): void => {
        if (!isSo(state)) return
        stop()
        resolve(state)
      }
      stop = client.subscribe(look)
      look(client.state())
    })
  return {
    client,
    storage,
    timer,
    frames,
    sees,
    enters: async () => {
      client.join()
      await sees(({ status }) => status.type === 'joined')
    },
    cut: () => void line.socket?.io.engine.close(),
    returns: () => {
      line.isDeaf = false
      line.socket?.connect()
    },
    goesDeaf: () => {
      line.isDeaf = true
    },
  }
}
