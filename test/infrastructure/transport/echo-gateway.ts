import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import type { RequestTarget } from '../../../src/infrastructure/transport/reply.js'
import type { MessageTraits } from '../../../src/infrastructure/transport/transport.js'

/** The traits of `Echo`'s events. */
export const echoTraits = ({ event }: RequestTarget): MessageTraits | undefined => {
  if (event === 'large') return { maxBytes: 512 * 1024 }
  return event === 'frequent' ? { isFrequent: true } : undefined
}

/** Joins every socket to a room, and returns the payloads that it receives. */
@WebSocketGateway()
export class Echo {
  async handleConnection(socket: Socket) {
    await socket.join('everyone')
  }

  @SubscribeMessage('echo')
  echo(_socket: Socket, payload: unknown) {
    return { success: true, payload }
  }

  @SubscribeMessage('large')
  large(_socket: Socket, payload: unknown) {
    return { success: true, count: Array.isArray(payload) ? payload.length : 0 }
  }

  @SubscribeMessage('frequent')
  frequent() {
    return { success: true }
  }
}
