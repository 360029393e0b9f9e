import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Payload } from '../stranger.js'

/** A Socket.IO client that shares no line with ours: python-socketio, in a process of its own. */
export interface PythonClient {
  /** All it was sent, over all its connections, in order. */
  readonly heard: ReadonlyArray<readonly [event: string, payload: Payload]>
  readonly all: (event: string) => ReadonlyArray<Payload>
  /** Rejects after a minute, with all that was heard. */
  readonly hears: (event: string, fits?: (payload: Payload) => boolean) => Promise<Payload>
  /** Gives what the server acknowledged. */
  readonly ask: (event: string, payload?: unknown) => Promise<Payload>
  /** Asks for no acknowledgement. */
  readonly tell: (event: string, payload?: unknown) => Promise<void>
  /** What the connection is on by now. */
  readonly transport: () => Promise<unknown>
  /** Ends the process where it stands: the server is told nothing. */
  readonly kill: () => Promise<void>
}

export interface PythonClientOptions {
  readonly url: string
  /** `null`: what the library does unasked. */
  readonly transports: ReadonlyArray<'polling' | 'websocket'> | null
  readonly auth?: object
}

/** What the script says, a line each: an answer, or something that the server sent. */
interface Line {
  readonly id?: number
  readonly result?: unknown
  readonly failed?: string
  readonly event?: string
  readonly payload?: Payload
}

const script = fileURLToPath(new URL('python-client.py', import.meta.url))
const patienceMs = 60_000

/** Resolves once it is connected; rejects with the library's reason if it was refused. */
export const pythonClient = async (
  python: string,
  { url, transports, auth = {} }: PythonClientOptions,
): Promise<PythonClient> => {
  const child = spawn(python, ['-u', script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const heard: Array<readonly [string, Payload]> = []
  const answers = new Map<number, Line>()
  const news = new EventEmitter({ captureRejections: true }).setMaxListeners(100)
  let complaints = ''
  let asked = 0
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text))
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line: Line = JSON.parse(text)
    if (line.id !== undefined) answers.set(line.id, line)
    if (line.event !== undefined) heard.push([line.event, line.payload ?? {}])
    news.emit('line')
  })
  void ended.then(() => news.emit('line'))

  const until = async <Found>(what: string, look: () => Found | undefined): Promise<Found> => {
    const signal = AbortSignal.timeout(patienceMs)
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (signal.aborted || child.exitCode !== null)
        throw new Error(`${what} did not come. Heard: ${JSON.stringify(heard)}\n${complaints}`)
      await once(news, 'line', { signal }).catch(() => undefined)
    }
  }

  const does = async (deed: object): Promise<unknown> => {
    const id = ++asked
    child.stdin.write(`${JSON.stringify({ id, ...deed })}\n`)
    const { failed, result } = await until(`The answer to ${JSON.stringify(deed)}`, () => answers.get(id))
    if (failed !== undefined) throw new Error(`python-socketio: ${failed}`)
    return result
  }

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }

  const all = (event: string): ReadonlyArray<Payload> =>
    heard.filter(([name]) => name === event).map(([, payload]) => payload)

  try {
    await does({ do: 'connect', url, transports, auth })
  } catch (error) {
    await kill()
    throw error
  }
  return {
    heard,
    all,
    hears: (event, fits = () => true) => until(event, () => all(event).find(fits)),
    ask: async (event, payload) => {
      const answer = await does({ do: 'ask', event, payload })
      if (typeof answer !== 'object' || answer === null) throw new Error(`${event}: ${String(answer)}`)
      return { ...answer }
    },
    tell: async (event, payload) => void (await does({ do: 'tell', event, payload })),
    transport: () => does({ do: 'transport' }),
    kill,
  }
}
