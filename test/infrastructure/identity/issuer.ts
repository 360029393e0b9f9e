import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tokenVerifierOf } from '../../../src/infrastructure/identity/token-verifier.js'
import type { ClosableTokenVerifier } from '../../../src/infrastructure/identity/token-verifier.js'
import { virtualClock } from '../../kit/index.js'
import type { VirtualClock } from '../../kit/index.js'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** An endpoint for keys on a local port. */
export interface Issuer {
  readonly url: string
  /** The requests so far. */
  readonly requests: () => number
  readonly answer: (how: Answer) => void
  readonly publish: (...keys: ReadonlyArray<object>) => void
  /** Resolves when this many requests have come. */
  readonly asked: (count: number) => Promise<void>
  /** Resolves when no connection is open. */
  readonly hungUp: () => Promise<void>
  /** Refuses connections from now on. */
  readonly close: () => Promise<void>
}

export const json =
  (body: unknown): Answer =>
  (response) =>
    void response.end(JSON.stringify(body))

export const issuer = async (...keys: ReadonlyArray<object>): Promise<Issuer> => {
  let answer: Answer = json({ keys })
  let requests = 0
  let open = 0
  const server = createServer((request, response) => {
    requests++
    server.emit('asked')
    answer(response, request)
  })
  server.on('connection', (stream) => {
    open++
    stream.once('close', () => {
      open--
      server.emit('hung up')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/keys`,
    requests: () => requests,
    answer: (how) => void (answer = how),
    publish: (...published) => void (answer = json({ keys: published })),
    asked: async (count) => {
      while (requests < count) await once(server, 'asked')
    },
    hungUp: async () => {
      while (open > 0) await once(server, 'hung up')
    },
    close: async () => {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export interface Verifying extends ClosableTokenVerifier {
  readonly clock: VirtualClock
  /** The outcomes of the fetches, as the metric counts them. */
  readonly outcomes: ReadonlyArray<string>
}

export const verifierOf = ({ url }: Pick<Issuer, 'url'>): Verifying => {
  const clock = virtualClock()
  const outcomes: Array<string> = []
  const verifier = tokenVerifierOf(
    { key: { type: 'jwks', url }, issuer: null, audience: null },
    { clock, onFetch: (outcome) => void outcomes.push(outcome) },
  )
  return { ...verifier, clock, outcomes }
}
