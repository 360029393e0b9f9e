import { Inject } from '@nestjs/common'
import type { OnGatewayConnection, OnGatewayDisconnect } from '@nestjs/websockets'
import { WebSocketGateway } from '@nestjs/websockets'
import type { Socket } from 'socket.io'
import { connectionId } from '../../domain/kernel/ids.js'
import type { SocketSessions as Hub } from '../transport/socket-sessions.js'
import { HUB, ROOM_SETTINGS } from '../nest/tokens.js'
import type { RoomSettings } from './room-settings.js'

/** Opens and closes the sockets of `/` for all dialects of that namespace. */
@WebSocketGateway({ namespace: '/' })
export class RootGateway implements OnGatewayConnection, OnGatewayDisconnect {
  constructor(
    @Inject(HUB) private readonly hub: Hub,
    @Inject(ROOM_SETTINGS) private readonly settings: RoomSettings,
  ) {}

  async handleConnection(socket: Socket): Promise<void> {
    await this.hub.open(socket)
    if (socket.connected) this.settings.ice.resume(this.hub.connectionOf(socket))
  }

  handleDisconnect(socket: Socket, reason?: string): void {
    this.hub.close(socket, reason ?? 'transport close')
    this.settings.ice.gone(connectionId(socket.id))
  }
}
