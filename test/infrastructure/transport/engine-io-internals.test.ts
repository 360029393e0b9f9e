import { createRequire } from 'node:module'
import { Socket as NetSocket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { connectionOf } from '../../../src/infrastructure/transport/engine-io-internals.js'
import { Echo } from './echo-gateway.js'
import { rawClient } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

// WebSocket frames, backpressure and the shutdown use private parts of Engine.IO and `ws`. Compare the sources of a new
// version with `engine-io-internals.ts` before you change a version here.
describe('the tested versions', () => {
  const require = createRequire(import.meta.url)
  test.each([
    ['socket.io', '4.8.3'],
    ['socket.io-adapter', '2.5.8'],
    ['ws', '8.21.3'],
  ])('%s is %s', (name, version) => {
    expect((require(`${name}/package.json`) as { version: string }).version).toBe(version)
  })
})

describe('the private parts of Engine.IO and ws', () => {
  let started: StartedApp

  afterEach(() => started.close())

  const onlyConnection = () => {
    const [socket] = started.transport.io.sockets.sockets.values()
    if (socket === undefined) throw new Error('No socket is connected')
    return connectionOf(socket)
  }

  test('exist on a WebSocket', async () => {
    started = await startedApp([Echo])
    const raw = await rawClient(started.port)
    const connection = onlyConnection()
    expect(connection.readyState).toBe('open')
    expect(connection.remoteAddress).toBe('127.0.0.1')
    expect(connection.transport.name).toBe('websocket')
    expect(connection.writeBuffer).toEqual([])
    const { socket } = connection.transport
    expect(socket?.readyState).toBe(1)
    expect(socket?._sender._state).toBe(0)
    expect(socket?._socket).toBeInstanceOf(NetSocket)
    expect(socket?.terminate).toBeTypeOf('function')
    await raw.close()
  })

  test('exist on polling', async () => {
    started = await startedApp([Echo])
    await started.client('/', { transports: ['polling'] })
    const connection = onlyConnection()
    expect(connection.transport.name).toBe('polling')
    expect(connection.transport.socket).toBeUndefined()
    expect(Array.isArray(connection.writeBuffer)).toBe(true)
  })

  test('report each ping and pong, and send a ping on request', async () => {
    started = await startedApp([Echo])
    await started.client()
    const connection = onlyConnection()
    expect(connection.pingTimeoutTimer).toBe(null)
    const reported: unknown[] = []
    connection.on('packetCreate', ({ type }: { readonly type: string }) => reported.push(type))
    connection.on('heartbeat', () => reported.push('pong'))
    connection.sendPacket('ping')
    await new Promise<void>((resolve) => void connection.once('heartbeat', () => resolve()))
    expect(reported).toEqual(['ping', 'pong'])
  })

  test('send every packet by the method that the transport replaces, and empty the buffer as a whole', async () => {
    started = await startedApp([Echo])
    await started.client('/', { transports: ['polling'] })
    const connection = onlyConnection()
    const { sendPacket } = connection
    const sent: unknown[] = []
    connection.sendPacket = function (...args) {
      sent.push(args[1])
      sendPacket.apply(this, args)
    }
    const [socket] = started.transport.io.sockets.sockets.values()
    socket?.emit('one')
    started.transport.io.emit('two')
    started.transport.io.timeout(1000).emit('three', () => {})
    expect(sent).toEqual(['2["one"]', '2["two"]', '20["three"]'])
    const sizes = [connection.writeBuffer.length]
    connection.once('drain', () => sizes.push(connection.writeBuffer.length))
    await new Promise<void>((resolve) => void connection.once('drain', () => resolve()))
    expect(sizes.at(-1)).toBe(0)
  })
})
