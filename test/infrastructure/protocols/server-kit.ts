import { afterEach, beforeEach } from 'vitest'
import { expectServerContract } from '../../contract/protocol.js'
import type { Client, Payload } from '../../kit/live-client.js'
import type { LiveServer, LiveServerOptions } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'

/** A server for each test. After the test, the server and all its clients must fulfil the contract. */
export const withServer = (options: LiveServerOptions = {}): (() => LiveServer) => {
  let server: LiveServer | undefined
  beforeEach(async () => {
    server = await liveServer(options)
  })
  afterEach(async () => {
    if (server !== undefined) await expectServerContract(server)
    server = undefined
  })
  return () => {
    if (server === undefined) throw new Error('The server exists only while a test runs')
    return server
  }
}

export const ok = { success: true }

export const codeOf = (reply: Payload): unknown => reply.error?.['code']

/** Makes the connection half-open: the client receives nothing any more, and neither side notices. */
export const loseIncoming = ({ socket }: Client): void => {
  Object.assign(socket.io.engine.transport, { onData: () => undefined })
}
