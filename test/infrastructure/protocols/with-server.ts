import { afterEach, beforeEach } from 'vitest'
import { keepsItsPromises } from '../../contract/protocol.js'
import type { LiveServer, LiveServerOptions } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'

/** A server for each test; after it, what is promised to every client has to be so. */
export const withServer = (options: LiveServerOptions = {}): (() => LiveServer) => {
  let server: LiveServer | undefined
  beforeEach(async () => {
    server = await liveServer(options)
  })
  afterEach(async () => {
    if (server !== undefined) await keepsItsPromises(server)
    server = undefined
  })
  return () => {
    if (server === undefined) throw new Error('There is a server only while a test runs')
    return server
  }
}
