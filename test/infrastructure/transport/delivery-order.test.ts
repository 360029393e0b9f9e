import { afterEach, describe, expect, test } from 'vitest'
import { textFrame } from '../../../src/infrastructure/transport/websocket-frames.js'
import { Echo } from './echo-gateway.js'
import { rawClient } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

let started: StartedApp

afterEach(() => started.close())

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** Emits 0, 1, 2 … in every possible way, one after another, until `isDone`, and then `after` more rounds. */
const emitInTurn = async (id: string, isDone: () => boolean, after: number): Promise<number> => {
  const { io } = started.transport
  const socket = io.sockets.sockets.get(id)
  if (socket === undefined) throw new Error('No such socket')
  const ways = [
    (n: number) => io.to('everyone').emit('n', n),
    (n: number) => socket.emit('n', n),
    (n: number) => io.to(['everyone', id]).emit('n', n),
    (n: number) => io.emit('n', n),
    (n: number) => io.except('nobody').emit('n', n),
    (n: number) => socket.emit('n', n, Buffer.from('binary')),
    (n: number) => socket.nsp.to(id).emit('n', n),
    (n: number) => io.to('everyone').emit('n', n, Buffer.from('binary')),
    (n: number) =>
      io
        .to('everyone')
        .timeout(60_000)
        .emit('n', n, () => {}),
  ]
  let n = 0
  for (let left = after; left > 0; isDone() && left--) {
    for (const way of ways) way(n++)
    await nextTurn()
  }
  return n
}

describe('emits of every kind to one socket arrive once and in order', () => {
  test.each([['websocket'], ['polling']])('over %s', async (transport) => {
    started = await startedApp([Echo], { limits: 'off' })
    const client = await started.client('/', { transports: [transport] })
    const received: number[] = []
    client.on('n', (n: number, ...rest: unknown[]) => {
      received.push(n)
      const acknowledge = rest.at(-1)
      if (typeof acknowledge === 'function') acknowledge()
    })
    const count = await emitInTurn(client.id ?? '', () => true, 100)
    await client.emitWithAck('echo')
    expect(received).toEqual(upTo(count))
  })

  test('during an upgrade from polling to a WebSocket', async () => {
    started = await startedApp([Echo], { limits: 'off' })
    for (let round = 0; round < 5; round++) {
      const client = await started.client('/', { transports: ['polling', 'websocket'] })
      const received: number[] = []
      client.on('n', (n: number, ...rest: unknown[]) => {
        received.push(n)
        const acknowledge = rest.at(-1)
        if (typeof acknowledge === 'function') acknowledge()
      })
      const count = await emitInTurn(
        client.id ?? '',
        () => client.io.engine.transport.name === 'websocket',
        20,
      )
      await client.emitWithAck('echo')
      expect(received).toEqual(upTo(count))
      client.disconnect()
    }
  })

  test('before and after an acknowledgement', async () => {
    started = await startedApp([Echo])
    const raw = await rawClient(started.port)
    const { io } = started.transport
    for (const socket of io.sockets.sockets.values()) {
      socket.prependAny(() => {
        socket.emit('before')
        io.to('everyone').emit('before, to all')
      })
    }
    raw.send('21["echo"]')
    expect([await raw.next(), await raw.next(), await raw.next()]).toEqual([
      '42["before"]',
      '42["before, to all"]',
      '431[{"success":true}]',
    ])
    await raw.close()
  })
})

describe('a broadcast', () => {
  test('reaches each socket that it names once, and no other socket', async () => {
    started = await startedApp([Echo])
    const { io } = started.transport
    const clients = await Promise.all([started.client(), started.client(), started.client()])
    const [a, b, c] = clients.map(({ id }) => id ?? '') as [string, string, string]
    const received: Array<[string, string]> = []
    for (const client of clients) client.onAny((event: string) => received.push([event, client.id ?? '']))
    io.in([a, b]).socketsJoin('red')
    io.in([b, c]).socketsJoin('blue')
    io.to('red').emit('red')
    io.to(['red', 'blue']).emit('either')
    io.to('red').except('blue').emit('only red')
    io.except(['red', 'blue']).emit('neither')
    io.to('no such room').emit('none')
    io.sockets.sockets.get(a)?.broadcast.emit('others')
    io.sockets.sockets.get(a)?.to('red').emit('others in red')
    await Promise.all(clients.map((client) => client.emitWithAck('echo')))
    const to = (event: string): string[] =>
      received.flatMap(([name, id]) => (name === event ? [id] : [])).toSorted()
    expect(to('red')).toEqual([a, b].toSorted())
    expect(to('either')).toEqual([a, b, c].toSorted())
    expect(to('only red')).toEqual([a])
    expect(to('neither')).toEqual([])
    expect(to('others')).toEqual([b, c].toSorted())
    expect(to('others in red')).toEqual([b])
    expect(received).toHaveLength(9)
  })

  test('reaches the catch-all listeners for outgoing events', async () => {
    started = await startedApp([Echo])
    const client = await started.client()
    const { io } = started.transport
    const sent: unknown[] = []
    io.sockets.sockets.get(client.id ?? '')?.onAnyOutgoing((...args: unknown[]) => sent.push(args))
    io.to('everyone').emit('n', 1)
    expect(sent).toEqual([['n', 1]])
  })
})

test('a binary argument of a broadcast arrives as binary', async () => {
  started = await startedApp([Echo])
  const client = await started.client()
  const arrived = new Promise((resolve) => void client.once('binary', resolve))
  started.transport.io.to('everyone').emit('binary', Buffer.from('bytes'))
  expect(await arrived).toEqual(Buffer.from('bytes'))
})

describe('a text frame', () => {
  test.each([[0], [1], [123], [124], [125], [65_533], [65_534], [65_535], [70_000]])(
    'of %i characters is read by a Socket.IO client',
    async (length) => {
      started = await startedApp([Echo])
      const client = await started.client()
      const text = 'é'.repeat(length >> 1) + 'x'.repeat(length % 2)
      const arrived = new Promise((resolve) => void client.once('text', resolve))
      started.transport.io.to('everyone').emit('text', text)
      expect(await arrived).toBe(text)
    },
  )

  test('has the shortest length encoding of RFC 6455', async () => {
    started = await startedApp([Echo])
    expect(textFrame('x'.repeat(124)).subarray(0, 3).toString('hex')).toBe('817d34')
    expect(textFrame('x'.repeat(125)).subarray(0, 5).toString('hex')).toBe('817e007e34')
    expect(textFrame('x'.repeat(65_534)).subarray(0, 5).toString('hex')).toBe('817effff34')
    expect(textFrame('x'.repeat(65_535)).subarray(0, 11).toString('hex')).toBe('817f000000000001000034')
  })
})
