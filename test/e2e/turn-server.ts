import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { IceServer } from '../../src/infrastructure/config/ice-servers.js'
import { reservePort } from './port-reservation.js'

/** A coturn process on the loopback address that accepts credentials signed with its secret. */
export interface TurnServer {
  /** For `TURN_URL` and `RTCIceServer`. */
  readonly url: string
  readonly port: number
  /** The distinct responses to requests of this user so far, such as `ALLOCATE processed, success`. */
  readonly responsesTo: (username: string | undefined) => ReadonlyArray<string>
  /** Resolves when the process has ended. */
  readonly stop: () => Promise<void>
}

/** Outcome of coturn's test client: messages sent and received through the relay. */
export interface TurnClientOutcome {
  readonly code: number
  readonly sent: number
  readonly received: number
  readonly output: string
}

export const turnServer = async (folder: string, secret: string): Promise<TurnServer> => {
  const scratch = await mkdtemp(join(tmpdir(), 'roomreel-turn-'))
  const port = await freePort()
  const child = spawn(
    join(folder, 'turnserver'),
    [
      '-n', // No configuration but this.
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      `--listening-port=${port}`,
      '--no-tls',
      '--no-dtls',
      '--no-cli',
      '--no-multicast-peers',
      '--allow-loopback-peers',
      '--use-auth-secret',
      `--static-auth-secret=${secret}`,
      '--realm=roomreel.test',
      '--verbose',
      '--simple-log',
      '--log-file=stdout',
      `--userdb=${join(scratch, 'turndb')}`,
      `--pidfile=${join(scratch, 'pid')}`,
    ],
    { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const closed = once(child, 'close')
  let log = ''
  const heard = (text: string): void => {
    log += text
  }
  child.stdout.setEncoding('utf8').on('data', heard)
  child.stderr.setEncoding('utf8').on('data', heard)

  const stop = async (): Promise<void> => {
    child.kill()
    await closed
    await rm(scratch, { recursive: true })
  }
  try {
    await Promise.race([
      answers(port),
      closed.then(() => Promise.reject(new Error(`coturn ended at once:\n${log}`))),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `turn:127.0.0.1:${port}`, port, stop, responsesTo: (username) => responsesIn(log, username) }
}

const responsesIn = (log: string, username: string | undefined): ReadonlyArray<string> => {
  const said = `user <${username}>: incoming packet `
  const answers = log.split('\n').flatMap((line) => line.split(said).slice(1))
  return [...new Set(answers)]
}

/** Two allocations of coturn's test client, each of which sends five messages to the other. */
export const runTurnClient = (
  folder: string,
  { port }: TurnServer,
  { username, credential }: IceServer,
  over: 'udp' | 'tcp' = 'udp',
): Promise<TurnClientOutcome> =>
  new Promise((resolve) => {
    const who = ['-u', username ?? '', '-w', credential ?? '']
    const what = ['-y', '-c', '-n', '5', '-m', '1', ...(over === 'tcp' ? ['-t'] : [])]
    execFile(
      join(folder, 'turnutils_uclient'),
      [...what, ...who, '-p', String(port), '127.0.0.1'],
      { timeout: 60_000 },
      (error, stdout, stderr) => {
        const output = stdout + stderr
        const [, sent, received] =
          /tot_send_msgs=(\d+), tot_recv_msgs=(\d+)\n(?!.*tot_send_msgs)/s.exec(output) ?? []
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        resolve({ code, sent: Number(sent ?? 0), received: Number(received ?? 0), output })
      },
    )
  })

/** A reserved port that is also free for UDP: coturn listens on both. */
const freePort = async (): Promise<number> => {
  for (;;) {
    const port = await reservePort()
    const datagrams = createSocket('udp4')
    try {
      datagrams.bind(port, '127.0.0.1')
      await once(datagrams, 'listening')
      return port
    } catch {
      // Somebody listens there: the next one.
    } finally {
      datagrams.close()
    }
  }
}

/** RFC 8489: a binding request, to which every STUN server responds. */
const bindingRequest = Buffer.from('000100002112a442726f6f6d7265656c74657374', 'hex')

/** Repeats the request, because a datagram to a closed port is lost silently. */
const answers = async (port: number): Promise<void> => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(60_000) })
  const context = (): void => socket.send(bindingRequest, port, '127.0.0.1')
  context()
  const again = setInterval(context, 50)
  try {
    await answered
  } finally {
    clearInterval(again)
    socket.close()
  }
}
