import { once } from 'node:events'
import { connect } from 'node:net'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocket } from 'ws'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Echo } from './echo-gateway.js'
import { rawClient, rawRequest } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const POLLING = '/socket.io/?EIO=4&transport=polling'

let started: StartedApp

afterEach(() => started.close())

const opened = async (bytes: string): Promise<Socket> => {
  const socket = connect(started.port, '127.0.0.1')
  socket.on('error', () => undefined).resume()
  await once(socket, 'connect')
  socket.write(bytes)
  return socket
}

const UPGRADE_HEAD = 'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n'

describe('a connection is closed when it does not complete its handshake in time', () => {
  beforeEach(async () => {
    started = await startedApp([Echo], { handshakeTimeoutMs: 100 })
  })

  test.each([
    ['sends nothing', ''],
    ['sends half of a request', 'GET /health HTTP/1.1\r\nHost: x\r\n'],
    ['sends half of an upgrade', `${UPGRADE_HEAD}Connection: Upgrade\r\n`],
    [
      'upgrades a path without a WebSocket',
      `${UPGRADE_HEAD.replace('socket.io', 'other')}Connection: Upgrade\r\n\r\n`,
    ],
  ])('and %s', async (_kind, bytes) => {
    const socket = await opened(bytes)
    await once(socket, 'close')
  })

  test('and joins no namespace on a WebSocket', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${started.port}/socket.io/?EIO=4&transport=websocket`)
    await once(socket, 'open')
    await once(socket, 'close')
    expect(started.transport.connectionCount()).toBe(0)
  })

  test('and joins no namespace on polling', async () => {
    const { body } = await rawRequest(started.port, POLLING)
    const { sid } = JSON.parse(body.slice(1)) as { sid: string }
    await started.closed()
    expect((await rawRequest(started.port, `${POLLING}&sid=${sid}`)).status).toBe(400)
    expect(started.transport.connectionCount()).toBe(0)
  })
})

/** Long enough for a client of this process to join, however busy the machine is. */
const startWithTime = async (): Promise<void> => {
  started = await startedApp([Echo], { handshakeTimeoutMs: 1_000 })
}

test('a client that has joined a namespace stays connected', async () => {
  await startWithTime()
  const client = await rawClient(started.port)
  const silent = await opened('')
  // It was connected before the silent connection, so its own time has passed as well.
  await once(silent, 'close')
  client.send('20["echo"]')
  expect(await client.next()).toBe('430[{"success":true}]')
  await client.close()
})

test('a slow body has more time than the head', async () => {
  await startWithTime()
  const { body } = await rawRequest(started.port, POLLING)
  const { sid } = JSON.parse(body.slice(1)) as { sid: string }
  /** The status of the response to a POST of one packet, whose body follows later. */
  const post = (packet: string, later: Promise<unknown>): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-length': String(packet.length) }
      const path = `${POLLING}&sid=${sid}`
      const outgoing = request({ host: '127.0.0.1', port: started.port, path, method: 'POST', headers })
      outgoing.once('response', (response) => resolve(response.resume().statusCode))
      outgoing.once('error', reject)
      outgoing.flushHeaders()
      void later.then(() => outgoing.end(packet))
    })
  expect(await post('40', Promise.resolve())).toBe(200)
  const silent = await opened('')
  expect(await post('42["echo"]', once(silent, 'close'))).toBe(200)
})
