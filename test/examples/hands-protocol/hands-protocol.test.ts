import type { AddressInfo } from 'node:net'
import { Module } from '@nestjs/common'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { RoomreelModule, memoryEventStore, roomSockets } from 'roomreel'
import { virtualClock } from 'roomreel/testing'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { showOfHands } from '../show-of-hands/index.js'
import { handsProtocol } from './index.js'

const clock = virtualClock()
let app: INestApplication
let url: string
const clients: Array<Socket> = []

beforeEach(async () => {
  const sockets = roomSockets({ clock, activities: [showOfHands], protocols: [handsProtocol] })
  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore() }), sockets.module],
  })(AppModule)
  app = await NestFactory.create(AppModule, { logger: false })
  sockets.attach(app)
  await app.listen(0, '127.0.0.1')
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}/hands`
})

afterEach(async () => {
  for (const socket of clients.splice(0)) socket.disconnect()
  await app.close()
})

const connect = (): Socket => {
  const socket = io(url, { transports: ['websocket'], forceNew: true, reconnection: false })
  clients.push(socket)
  return socket
}

const next = (socket: Socket, event: string): Promise<Readonly<Record<string, unknown>>> =>
  new Promise((resolve) => socket.once(event, resolve))

describe('a protocol of an application', () => {
  test('serves its own events in its own namespace', async () => {
    const [ann, bob] = [connect(), connect()]
    const joined = next(ann, 'joined')
    const question = next(ann, 'question')
    const raised = next(ann, 'raised')
    expect(await ann.emitWithAck('join', { room: 'friday' })).toMatchObject({ success: true })
    const { memberId } = await bob.emitWithAck('join', { room: 'friday', name: 'Bob' })
    expect(await joined).toMatchObject({ room: 'friday', memberId })
    const { closesAt } = await bob.emitWithAck('ask', { question: 'Tea?', seconds: 10 })
    expect(await question).toMatchObject({ question: 'Tea?', closesAt })
    expect(await bob.emitWithAck('raise')).toEqual({ success: true })
    expect(await raised).toMatchObject({ memberId })
    const result = next(ann, 'result')
    clock.advance(10_000)
    expect(await result).toMatchObject({ count: 1, of: 2 })
  })

  test('gets the default error of a rejection, or its own', async () => {
    const ann = connect()
    expect(await ann.emitWithAck('raise')).toMatchObject({
      error: { code: 'not-in-room', message: 'Join a room before you ask or raise your hand' },
    })
    expect(await ann.emitWithAck('join', { room: 'Friday!' })).toMatchObject({
      error: { code: 'invalid-payload', path: 'room' },
    })
    await ann.emitWithAck('join', { room: 'friday' })
    expect(await ann.emitWithAck('raise')).toMatchObject({ error: { code: 'no-question' } })
  })

  test('leaves the room before when it enters another one', async () => {
    const ann = connect()
    await ann.emitWithAck('join', { room: 'friday' })
    await ann.emitWithAck('ask', { question: 'Tea?', seconds: 10 })
    await ann.emitWithAck('join', { room: 'monday' })
    expect(await ann.emitWithAck('raise')).toMatchObject({ error: { code: 'no-question' } })
    expect(await ann.emitWithAck('leave')).toEqual({ success: true })
    expect(await ann.emitWithAck('raise')).toMatchObject({ error: { code: 'not-in-room' } })
  })
})
