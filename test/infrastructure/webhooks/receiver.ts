import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A received request. */
export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A server on the loopback interface that records its requests. */
export interface Receiver {
  readonly url: string
  readonly received: ReadonlyArray<Received>
  /** The number of connections that were opened to it. */
  readonly connections: () => number
  /** Resolves once it has received this number of requests. */
  readonly has: (requests: number) => Promise<void>
  readonly close: () => Promise<void>
}

export type AnswerRequest = (response: ServerResponse, received: Received) => void

export const receiver = async (
  answer: AnswerRequest = (response) => void response.writeHead(204).end(),
  port: number = 0,
): Promise<Receiver> => {
  const received: Array<Received> = []
  const waiting: Array<{ readonly requests: number; readonly wake: () => void }> = []
  let connections = 0
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      const current: Received = { path: request.url ?? '', headers, body }
      received.push(current)
      answer(response, current)
      for (const { requests, wake } of waiting) if (received.length >= requests) wake()
    })
  })
  server.on('connection', () => connections++)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    received,
    connections: () => connections,
    has: (requests) =>
      received.length >= requests
        ? Promise.resolve()
        : new Promise((wake) => waiting.push({ requests, wake })),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = ''
  request.setEncoding('utf8')
  for await (const chunk of request) body += String(chunk)
  return body
}
