import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'

/** Joins every socket to a room and says what it got. */
@WebSocketGateway()
export class Echo {
  async handleConnection(socket: Socket) {
    await socket.join('everyone')
  }

  @SubscribeMessage('echo')
  echo(_socket: Socket, payload: unknown) {
    return { success: true, payload }
  }

  @SubscribeMessage('startRandom')
  startRandom(_socket: Socket, payload: unknown) {
    return { success: true, count: Array.isArray(payload) ? payload.length : 0 }
  }

  @SubscribeMessage('offer')
  offer() {
    return { success: true }
  }
}
