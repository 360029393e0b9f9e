import { expect, it } from 'vitest'
import { expectServerContract } from '../../contract/protocol.js'
import { liveServer } from '../../kit/live-server.js'

it('keeps nothing of two hundred clients that have left', async () => {
  const server = await liveServer()
  const before = server.clock.pending().length
  for (let round = 0; round < 5; round++) {
    const clients = await Promise.all(
      Array.from({ length: 40 }, (_, n) => server.client(namespaceOf(n), { userId: `u${n}` })),
    )
    const joined = clients.map((client, n) =>
      n % 4 === 3
        ? client.ask('join', { room: `room-${n % 8}`, create: true })
        : client.ask(n % 4 === 0 ? 'broadcaster-join' : 'viewer-join', { room: `room-${n % 8}` }),
    )
    await Promise.all(joined)
    await Promise.all(clients.slice(0, 4).map((client) => client.ask('startRandom', ['Ann', 'Bob'])))
    server.clock.advance(300)
    // A third leaves, a third disconnects, a third loses its connection. Half of the latter resume, and are lost again.
    await Promise.all(
      clients.filter((_, n) => n % 3 === 0).map((client) => client.ask('leave', { room: 'room-0' })),
    )
    for (const [n, client] of clients.entries()) {
      if (n % 3 === 1) client.socket.disconnect()
      if (n % 3 === 2) client.cut()
    }
    const lost = clients.flatMap((client, n) =>
      n % 6 === 2 ? [{ ...client, namespace: namespaceOf(n) }] : [],
    )
    const back = await Promise.all(
      lost.map(({ session, namespace }) =>
        server.client(namespace, { sessionId: session.sessionId, offsets: { 'room-0': 0, 'room-2': 5 } }),
      ),
    )
    for (const client of [...clients, ...back]) client.cut()
    await server.until(() => server.sessions.load().connections === 0)
    await server.until(() => server.engine.load().undecided === 0)
    expect(server.sessions.load()).toMatchObject({ rooms: 0, subscribers: 0 })
    await server.clock.advanceSettled(60_000)
  }
  expect(server.sessions.load()).toEqual({
    rooms: 0,
    subscribers: 0,
    cachedBytes: 0,
    connections: 0,
    disconnected: 0,
    notified: 0,
    undeliveredBytes: 0,
    replays: 0,
  })
  expect(server.engine.load()).toMatchObject({ rooms: 0, undecided: 0 })
  // Only the timers from before the first client remain.
  expect(server.clock.pending().length).toBe(before)
  await expectServerContract(server)
})

const namespaceOf = (index: number): string => (index % 4 === 3 ? '/rooms' : '/')
