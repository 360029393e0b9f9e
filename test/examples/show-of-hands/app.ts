import 'reflect-metadata'
import { Module } from '@nestjs/common'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { RoomreelModule, memoryEventStore, roomSockets } from 'roomreel'
import type { EventStore, RoomSocketsOptions } from 'roomreel'
import { showOfHands } from './index.js'

/** An application with rooms, ready to listen. Tests replace the store and the clock. */
export const appWithHands = async (
  store: EventStore = memoryEventStore(),
  options: RoomSocketsOptions = {},
): Promise<INestApplication> => {
  const sockets = roomSockets({ ...options, activities: [showOfHands] })

  class AppModule {}
  Module({
    imports: [RoomreelModule.forRoot({ ...sockets.engine, store }), sockets.module],
  })(AppModule)

  const app = await NestFactory.create(AppModule, { logger: false })
  sockets.attach(app)
  return app
}
