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

test('200 clients come, do something and go, and leave nothing behind', async () => {
  started = await startedApp([Echo])
  const { io, connectionCount } = started.transport
  const listenersBefore = listenerCounts()
  const resourcesBefore = activeResources()
  let gone = 0
  const allGone = new Promise<void>((resolve) => {
    io.engine.on('connection', (connection: NodeJS.EventEmitter) => {
      connection.once('close', () => ++gone === 200 && resolve())
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
  await allGone
  io.engine.removeAllListeners('connection')
  expect(io.sockets.sockets.size).toBe(0)
  expect(io.sockets.adapter.rooms.size).toBe(0)
  expect(io.sockets.adapter.sids.size).toBe(0)
  expect(connectionCount()).toBe(0)
  expect(listenerCounts()[1]).toEqual(listenersBefore[1])
  expect(listenerCounts()[2]).toEqual(listenersBefore[2])
  // Kept-alive polling connections end with their server; sockets and timers of websockets are gone already.
  for (let turn = 0; turn < 1000 && activeResources().length > resourcesBefore.length; turn++)
    await nextTurn()
  started.app.getHttpServer().closeAllConnections()
  // As many turns as the system takes to close them: where something is left behind, this does not end.
  while (activeResources().length > resourcesBefore.length) await nextTurn()
})
