import { afterEach, expect, test } from 'vitest'
import { Echo } from './echo-gateway.js'
import { rawClient } from './raw-client.js'
import { startedApp } from './started-app.js'
import type { StartedApp } from './started-app.js'

let started: StartedApp

afterEach(() => started.close())

const RESOURCES = /Timeout|TCPSocketWrap/

const activeResources = (): string[] =>
  process
    .getActiveResourcesInfo()
    .filter((name) => RESOURCES.test(name))
    .toSorted()

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const listenerCounts = () => {
  const { io } = started.transport
  const http = started.app.getHttpServer() as NodeJS.EventEmitter
  return [io.engine as unknown as NodeJS.EventEmitter, io.sockets.adapter, http].map((emitter) =>
    emitter.eventNames().map((name) => [name, emitter.listenerCount(name)]),
  )
}

test('200 clients that connect, send an event and disconnect leave no listener, room, socket or timer', async () => {
  started = await startedApp([Echo])
  const { io, connectionCount } = started.transport
  const listenersBefore = listenerCounts()
  const resourcesBefore = activeResources()
  let closed = 0
  const allClosed = new Promise<void>((resolve) => {
    io.engine.on('connection', (connection: NodeJS.EventEmitter) => {
      connection.once('close', () => ++closed === 200 && resolve())
    })
  })
  for (let round = 0; round < 20; round++) {
    const clients = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        i % 2 === 0
          ? rawClient(started.port)
          : started.client('/', { transports: i % 4 === 1 ? ['polling'] : ['polling', 'websocket'] }),
      ),
    )
    for (const client of clients) {
      if ('socket' in client) {
        client.send('21["echo"]')
        await client.next()
        await client.close()
      } else {
        await client.emitWithAck('echo')
        client.disconnect()
      }
    }
  }
  await allClosed
  io.engine.removeAllListeners('connection')
  expect(io.sockets.sockets.size).toBe(0)
  expect(io.sockets.adapter.rooms.size).toBe(0)
  expect(io.sockets.adapter.sids.size).toBe(0)
  expect(connectionCount()).toBe(0)
  expect(listenerCounts()[1]).toEqual(listenersBefore[1])
  expect(listenerCounts()[2]).toEqual(listenersBefore[2])
  // Idle polling connections stay open until the server closes them; WebSockets have no resources left.
  for (let turn = 0; turn < 1000 && activeResources().length > resourcesBefore.length; turn++)
    await nextTurn()
  started.app.getHttpServer().closeAllConnections()
  // Closing takes the system several turns. A leaked resource makes this loop run into the test's timeout.
  while (activeResources().length > resourcesBefore.length) await nextTurn()
})
