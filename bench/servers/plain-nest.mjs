import 'reflect-metadata'
import { randomInt } from 'node:crypto'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { SubscribeMessage, WebSocketGateway, WebSocketServer } from '@nestjs/websockets'

/**
 * What the guides show: a Nest gateway on its stock adapter, `setInterval` for the ticks, a map for the rooms. The
 * unused handlers bring the number of wire events to that of an ordinary protocol.
 */
const epochMs = () => performance.timeOrigin + performance.now()
let draws = 0

class PickerGateway {
  viewerJoin(/** @type {any} */ socket, /** @type {any} */ { room }) {
    socket.data.room = room
    void socket.join(room)
    return { success: true, room, memberId: socket.id }
  }

  startRandom(/** @type {any} */ socket, /** @type {any} */ { members }) {
    const { room } = socket.data
    const drawId = String(++draws)
    const to = () => this.server.to(room)
    to().emit('randomStarted', { drawId, members, ticks: 50, intervalMs: 100, room, at: epochMs() })
    let tick = 0
    const timer = setInterval(() => {
      tick++
      const index = randomInt(members.length)
      const member = { id: `#${index + 1}`, name: members[index] }
      to().emit('randomHighlight', { drawId, tick, index, member, room, seq: tick, at: Date.now() })
      if (tick < 50) return
      clearInterval(timer)
      to().emit('randomComplete', { drawId, index, winner: member })
    }, 100)
    return { success: true, drawId }
  }

  joinRoom(/** @type {any} */ socket, /** @type {any} */ { roomCode }) {
    void socket.join(roomCode)
    return { success: true, peerId: socket.id }
  }

  relay(/** @type {any} */ socket, /** @type {any} */ { targetPeerId, ...signal }) {
    this.server.to(targetPeerId).emit('webrtc:ice', { from: socket.id, targetPeerId, ...signal })
  }

  unused() {
    return { success: true }
  }
}

class RoomsGateway {
  join(/** @type {any} */ socket, /** @type {any} */ { room }) {
    void socket.join(room)
    socket.data.seq = 0
    return { success: true, room }
  }

  command(/** @type {any} */ socket, /** @type {any} */ { room, type, payload }) {
    const seq = ++socket.data.seq
    this.server.to(room).emit('event', { room, seq, at: Date.now(), type, by: socket.id, data: payload })
    return { success: true, seq }
  }

  unused() {
    return { success: true }
  }
}

const subscribe = (/** @type {any} */ gateway, /** @type {string} */ event, /** @type {string} */ method) => {
  const copy = `${method} for ${event}`
  const handler = gateway.prototype[method]
  Object.defineProperty(gateway.prototype, copy, {
    value(/** @type {any[]} */ ...args) {
      return handler.apply(this, args)
    },
    configurable: true,
    writable: true,
  })
  SubscribeMessage(event)(gateway.prototype, copy, Object.getOwnPropertyDescriptor(gateway.prototype, copy))
}

const handlers = 25
subscribe(PickerGateway, 'viewer-join', 'viewerJoin')
subscribe(PickerGateway, 'startRandom', 'startRandom')
subscribe(PickerGateway, 'join:room', 'joinRoom')
subscribe(PickerGateway, 'webrtc:ice', 'relay')
for (let n = 4; n < handlers; n++) subscribe(PickerGateway, `unused-${n}`, 'unused')
subscribe(RoomsGateway, 'join', 'join')
subscribe(RoomsGateway, 'command', 'command')
for (const gateway of [PickerGateway, RoomsGateway]) WebSocketServer()(gateway.prototype, 'server')
WebSocketGateway({ namespace: '/' })(PickerGateway)
WebSocketGateway({ namespace: '/rooms' })(RoomsGateway)

class BenchModule {}
Module({ providers: [PickerGateway, RoomsGateway] })(BenchModule)

const app = await NestFactory.create(BenchModule, { logger: false })
await app.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1')
process.send?.({ type: 'ready', url: `http://127.0.0.1:${app.getHttpServer().address().port}` })
