import 'reflect-metadata'
import { Module } from '@nestjs/common'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { RoomreelModule, memoryEventStore, roomModel, roomSockets } from 'roomreel'
import type { EventStore, RoomSocketsOptions } from 'roomreel'
import { showOfHands } from './index.js'

/** An application with rooms in it, ready to listen; a test brings its own clock and store. */
export const appWithHands = async (
  store: EventStore = memoryEventStore(),
  options: RoomSocketsOptions = {},
): Promise<INestApplication> => {
  const sockets = roomSockets({ ...options, model: roomModel({ activities: [showOfHands] }) })

  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...sockets.engine, store }), sockets.module],
  })(AppModule)

  const app = await NestFactory.create(AppModule, { logger: false })
  sockets.attach(app)
  return app
}
