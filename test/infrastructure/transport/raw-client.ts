import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'

/** A WebSocket with hand-written Engine.IO packets, for those that no Socket.IO client sends. */
export type RawClient = {
  readonly socket: WebSocket
  readonly send: (packet: string | Buffer) => void
  /** The next text frame that is neither a ping nor the handshake. */
  readonly next: () => Promise<string>
  readonly ended: Promise<void>
  readonly close: () => Promise<void>
}

/** Connects and joins the namespace `/`. */
export const rawClient = async (port: number, headers: Record<string, string> = {}): Promise<RawClient> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, { headers })
  const frames: string[] = []
  let waiting: ((frame: string) => void) | undefined
  const ended = new Promise<void>((resolve) => void socket.once('close', () => resolve()))
  socket.on('error', () => {})
  socket.on('message', (data) => {
    const text = (data as Buffer).toString()
    if (text === '2') return socket.send('3')
    if (waiting === undefined) return void frames.push(text)
    waiting(text)
    waiting = undefined
  })
  const next = (): Promise<string> => {
    const frame = frames.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    return new Promise((resolve) => {
      waiting = resolve
    })
  }
  await once(socket, 'open')
  await next()
  socket.send('40')
  await next()
  return {
    socket,
    send: (packet) => socket.send(typeof packet === 'string' ? `4${packet}` : packet),
    next,
    ended,
    close: async () => {
      socket.close()
      await ended
    },
  }
}

export type RawResponse = {
  readonly status: number
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

/** Sends one request. The status of an upgrade to a WebSocket is 101. */
export const rawRequest = (
  port: number,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<RawResponse> =>
  new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (incoming) => {
      let body = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body, headers: incoming.headers }))
    })
    outgoing.on('upgrade', (incoming, stream) => {
      stream.destroy()
      resolve({ status: incoming.statusCode ?? 0, body: '', headers: incoming.headers })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })

export const UPGRADE = {
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
}
