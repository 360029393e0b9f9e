import { afterEach, expect, test } from 'vitest'
import type { Socket } from 'socket.io'
import { Echo } from './echo-gateway.js'
import { rawClient } from './raw-client.js'
import type { RawClient } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

const MIB = 1024 * 1024
const CHUNK = 'x'.repeat(60_000)
/** More chunks than a kernel buffers for one loopback connection. */
const MANY = 1000

let started: StartedApp

afterEach(() => started.close())

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const onlySocket = (): Socket => {
  const [socket] = started.transport.io.sockets.sockets.values()
  if (socket === undefined) throw new Error('No socket is connected')
  return socket
}

/** A client that does not read, and whose kernel buffers are full. */
const stalled = async (): Promise<{ raw: RawClient; socket: Socket }> => {
  const raw = await rawClient(started.port)
  const socket = onlySocket()
  raw.socket.pause()
  while (socket.connected && started.transport.bufferedBytes(socket) === 0) {
    started.transport.uncounted(socket, () => socket.emit('fill', CHUNK))
    await nextTurn()
  }
  return { raw, socket }
}

const dropped = (): number => started.counts.filter(([name]) => name === 'transport_volatile_dropped').length

test.each([
  ['emits to it', (socket: Socket) => socket.emit('more', CHUNK)],
  ['broadcasts', (socket: Socket) => socket.nsp.to('everyone').emit('more', CHUNK)],
])('a client that does not read is disconnected above 1 MiB of %s', async (_how, emit) => {
  started = await startedApp([Echo])
  const { raw, socket } = await stalled()
  const closed = new Promise((resolve) => void socket.once('disconnect', resolve))
  const before = started.transport.bufferedBytes(socket)
  let maxBuffered = 0
  for (let i = 0; i < MANY && socket.connected; i++) {
    emit(socket)
    maxBuffered = Math.max(maxBuffered, started.transport.bufferedBytes(socket))
    await nextTurn()
  }
  expect(await closed).toBe('transport close')
  expect(maxBuffered).toBeGreaterThan(MIB)
  expect(maxBuffered).toBeLessThan(MIB + before + 2 * CHUNK.length)
  expect(started.counts).toContainEqual(['transport_disconnected', { reason: 'unread' }])
  raw.socket.resume()
  await raw.ended
})

test('a polling client that does not poll is disconnected above 1 MiB', async () => {
  started = await startedApp([Echo])
  const client = await started.client('/', { transports: ['polling'] })
  const socket = onlySocket()
  // Within one turn of the event loop no poll can empty the buffer.
  for (let i = 0; i < MANY && socket.connected; i++) socket.emit('more', CHUNK)
  expect(socket.connected).toBe(false)
  expect(started.transport.connectionCount()).toBe(0)
  client.disconnect()
})

test('volatile emits to a client that does not read are dropped, and it stays connected', async () => {
  started = await startedApp([Echo])
  const { raw, socket } = await stalled()
  for (let i = 0; i < 100; i++) {
    socket.volatile.emit('now', CHUNK)
    socket.nsp.to('everyone').volatile.emit('now', CHUNK)
  }
  expect(dropped()).toBeGreaterThan(150)
  expect(socket.connected).toBe(true)
  expect(started.transport.bufferedBytes(socket)).toBeLessThan(MIB)
  raw.socket.resume()
  await raw.close()
})

test('a client that reads gets several volatile emits of one turn', async () => {
  started = await startedApp([Echo])
  const raw = await rawClient(started.port)
  const socket = onlySocket()
  for (let i = 0; i < 3; i++) socket.volatile.emit('now', i)
  expect([await raw.next(), await raw.next(), await raw.next()]).toEqual([
    '42["now",0]',
    '42["now",1]',
    '42["now",2]',
  ])
  await raw.close()
})

test('emits of a catch-up do not count against the limit, and drain as the client reads', async () => {
  started = await startedApp([Echo])
  const { raw, socket } = await stalled()
  const { transport } = started
  transport.uncounted(socket, () => {
    for (let i = 0; i < 50; i++) socket.emit('old', CHUNK)
  })
  for (let i = 0; i < 15; i++) socket.emit('live', CHUNK)
  expect(transport.bufferedBytes(socket)).toBeGreaterThan(3 * MIB)
  expect(socket.connected).toBe(true)
  let isDrained = false
  const drained = transport.drained(socket).then(() => {
    isDrained = true
  })
  await nextTurn()
  expect(isDrained).toBe(false)
  raw.socket.resume()
  await drained
  expect(transport.bufferedBytes(socket)).toBeLessThan(64 * 1024)
  expect(socket.connected).toBe(true)
  await raw.close()
})

test('emits of a catch-up that the client has read do not raise its limit any more', async () => {
  started = await startedApp([Echo])
  const { raw, socket } = await stalled()
  const { transport } = started
  transport.uncounted(socket, () => {
    for (let i = 0; i < 50; i++) socket.emit('old', CHUNK)
  })
  raw.socket.resume()
  await transport.drained(socket)
  raw.socket.pause()
  let maxBuffered = 0
  for (let i = 0; i < MANY && socket.connected; i++) {
    socket.emit('live', CHUNK)
    maxBuffered = Math.max(maxBuffered, transport.bufferedBytes(socket))
    await nextTurn()
  }
  expect(socket.connected).toBe(false)
  expect(maxBuffered).toBeLessThan(MIB + 2 * CHUNK.length)
})

test('waiting for a client to read ends when its connection is closed', async () => {
  started = await startedApp([Echo])
  const { raw, socket } = await stalled()
  for (let i = 0; i < 10; i++) started.transport.uncounted(socket, () => socket.emit('old', CHUNK))
  const drained = started.transport.drained(socket)
  raw.socket.terminate()
  await drained
  await raw.ended
  await started.transport.drained(socket)
})

test('one turn may write more than the limit to a client that reads', async () => {
  started = await startedApp([Echo])
  const raw = await rawClient(started.port)
  const socket = onlySocket()
  const count = Math.ceil((1.3 * MIB) / CHUNK.length)
  for (let i = 0; i < count; i++) socket.emit('a lot', CHUNK)
  for (let i = 0; i < count; i++) await raw.next()
  expect(socket.connected).toBe(true)
  await raw.close()
})

test('a client that does not read stays connected when the limits are off', async () => {
  started = await startedApp([Echo], { limits: 'off' })
  const { raw, socket } = await stalled()
  for (let i = 0; i < 50; i++) socket.emit('more', CHUNK)
  expect(socket.connected).toBe(true)
  raw.socket.resume()
  await raw.close()
})
