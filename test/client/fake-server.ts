import type { ConnectionListener, Connect, HandshakeAuth } from '../../src/client/connection.js'
import type { SessionStorage } from '../../src/client/stored-session.js'

interface Sent {
  readonly event: string
  readonly payload: object
  readonly answer: (answer: unknown) => void
}

/** The far end of a connection: a test decides when it opens, what it emits and when it is lost. */
export const fakeServer = () => {
  const handshakes: HandshakeAuth[] = []
  const sent: Sent[] = []
  const calls: string[] = []
  let listener: ConnectionListener | null = null
  let auth = (): HandshakeAuth => ({})

  const near = (): ConnectionListener => {
    if (listener === null) throw new Error('no listener is set')
    return listener
  }

  const connect: Connect = (asked) => {
    auth = asked
    return {
      listen: (given) => {
        listener = given
      },
      open: () => void calls.push('open'),
      close: () => void calls.push('close'),
      setReconnecting: (isReconnecting) => void calls.push(isReconnecting ? 'reconnects' : 'stays closed'),
      send: (event, payload, answer) => void sent.push({ event, payload, answer }),
    }
  }

  return {
    connect,
    calls,
    handshakes,
    sent,
    opens: () => {
      handshakes.push(structuredClone(auth()))
      near().opened()
    },
    closes: (type: 'lost' | 'ended-by-server') => near().closed({ type }),
    refuses: (code: string) => near().closed({ type: 'refused', code, message: code }),
    emits: (event: string, payload: unknown) => near().received(event, payload),
    answers: async (event: string, answer: unknown) => {
      const asked = sent.findLast((request) => request.event === event)
      if (asked === undefined) throw new Error(`${event} was not sent`)
      asked.answer(answer)
      // The continuations of the answered promise.
      await Promise.resolve()
      await Promise.resolve()
    },
  }
}

export const fakeStorage = (): SessionStorage & { readonly held: Map<string, string> } => {
  const held = new Map<string, string>()
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  }
}

/** A virtual timer: tasks run when the test advances it. */
export const fakeTimer = () => {
  const waiting = new Map<number, { at: number; task: () => void }>()
  let now = 0
  let count = 0
  return {
    waiting,
    after: (delayMs: number, task: () => void) => {
      const key = ++count
      waiting.set(key, { at: now + delayMs, task })
      return () => void waiting.delete(key)
    },
    advance: (ms: number) => {
      now += ms
      for (const [key, { at, task }] of waiting) {
        if (at > now) continue
        waiting.delete(key)
        task()
      }
    },
  }
}
