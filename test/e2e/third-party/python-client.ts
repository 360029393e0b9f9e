import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Payload } from '../stock-client.js'

/** A python-socketio client in its own process, an implementation independent of ours. */
export interface PythonClient {
  /** All received events, over all connections, in order. */
  readonly received: ReadonlyArray<readonly [event: string, payload: Payload]>
  readonly all: (event: string) => ReadonlyArray<Payload>
  /** Rejects after a minute with all received events. */
  readonly waitForEvent: (event: string, fits?: (payload: Payload) => boolean) => Promise<Payload>
  /** Returns the acknowledgement. */
  readonly ask: (event: string, payload?: unknown) => Promise<Payload>
  /** Sends without an acknowledgement. */
  readonly tell: (event: string, payload?: unknown) => Promise<void>
  /** The present transport. */
  readonly transport: () => Promise<unknown>
  /** Kills the process without a disconnect packet. */
  readonly kill: () => Promise<void>
}

export interface PythonClientOptions {
  readonly url: string
  /** `null`: the library's default */
  readonly transports: ReadonlyArray<'polling' | 'websocket'> | null
  readonly auth?: object
}

/** A line of the script: the reply to a request, or an event from the server. */
interface Line {
  readonly id?: number
  readonly result?: unknown
  readonly failed?: string
  readonly event?: string
  readonly payload?: Payload
}

const script = fileURLToPath(new URL('python-client.py', import.meta.url))
const patienceMs = 60_000

/** Resolves when connected; rejects with the library's reason when refused. */
export const pythonClient = async (
  python: string,
  { url, transports, auth = {} }: PythonClientOptions,
): Promise<PythonClient> => {
  const child = spawn(python, ['-u', script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  const received: Array<readonly [string, Payload]> = []
  const answers = new Map<number, Line>()
  const lineEvents = new EventEmitter({ captureRejections: true }).setMaxListeners(100)
  let errorOutput = ''
  let lastId = 0
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errorOutput += text))
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line: Line = JSON.parse(text)
    if (line.id !== undefined) answers.set(line.id, line)
    if (line.event !== undefined) received.push([line.event, line.payload ?? {}])
    lineEvents.emit('line')
  })
  void ended.then(() => lineEvents.emit('line'))

  const waitFor = async <Found>(what: string, look: () => Found | undefined): Promise<Found> => {
    const signal = AbortSignal.timeout(patienceMs)
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      if (signal.aborted || child.exitCode !== null)
        throw new Error(`${what} did not come. Heard: ${JSON.stringify(received)}\n${errorOutput}`)
      await once(lineEvents, 'line', { signal }).catch(() => undefined)
    }
  }

  const perform = async (request: object): Promise<unknown> => {
    const id = ++lastId
    child.stdin.write(`${JSON.stringify({ id, ...request })}\n`)
    const { failed, result } = await waitFor(`The answer to ${JSON.stringify(request)}`, () =>
      answers.get(id),
    )
    if (failed !== undefined) throw new Error(`python-socketio: ${failed}`)
    return result
  }

  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }

  const all = (event: string): ReadonlyArray<Payload> =>
    received.filter(([name]) => name === event).map(([, payload]) => payload)

  try {
    await perform({ do: 'connect', url, transports, auth })
  } catch (error) {
    await kill()
    throw error
  }
  return {
    received,
    all,
    waitForEvent: (event, fits = () => true) => waitFor(event, () => all(event).find(fits)),
    ask: async (event, payload) => {
      const answer = await perform({ do: 'ask', event, payload })
      if (typeof answer !== 'object' || answer === null) throw new Error(`${event}: ${String(answer)}`)
      return { ...answer }
    },
    tell: async (event, payload) => void (await perform({ do: 'tell', event, payload })),
    transport: () => perform({ do: 'transport' }),
    kill,
  }
}
