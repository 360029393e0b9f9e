import 'reflect-metadata'
import { Module } from '@nestjs/common'
import type { INestApplication, LoggerService } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { jwtAuthentication, memoryEventStore, RoomreelModule, roomSockets } from 'roomreel'
import type { RoomSocketsOptions } from 'roomreel'
import { PAGER } from './pager.js'
import type { Pager } from './pager.js'
import { WardGateway } from './ward.gateway.js'
import { Ward } from './ward.js'

export interface WardOptions {
  /** Verifies the tokens: at least 32 bytes. */
  readonly secret: string | undefined
  /** Default: pages nobody. */
  readonly pager?: Pager
  readonly logger?: LoggerService
  readonly rooms?: Pick<RoomSocketsOptions, 'clock' | 'limits' | 'onDefect'>
}

const noPager: Pager = { page: () => Promise.resolve() }

/** A ward beside the rooms of Roomreel, ready to listen. */
export const createWardApp = async ({
  secret,
  pager = noPager,
  logger,
  rooms = {},
}: WardOptions): Promise<INestApplication> => {
  // Visitors without an account may talk with patients in a room; the guards of the ward want a token.
  const jwt = jwtAuthentication({ secret, mode: 'open', clock: rooms.clock })
  const sockets = roomSockets({ ...rooms, authenticate: jwt.authenticate })

  class AppModule {}
  Module({
    imports: [
      RoomreelModule.forRoot({ ...sockets.engine, store: memoryEventStore(), resources: [jwt] }),
      sockets.module,
    ],
    providers: [Ward, WardGateway, { provide: PAGER, useValue: pager }],
  })(AppModule)

  const app = await NestFactory.create(AppModule, logger === undefined ? {} : { logger })
  sockets.attach(app)
  return app
}
