import 'reflect-metadata'
import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect, test } from 'vitest'
import type { ConnectFourPlayer } from '../../../src/infrastructure/workers/connect-four-player.js'
import type { MoveRequest } from '../../../src/domain/activities/connect-four/index.js'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Engine } from '../../../src/application/engine/index.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { RoomreelModule } from '../../../src/infrastructure/nest/roomreel.module.js'
import { ENGINE } from '../../../src/infrastructure/nest/tokens.js'
import { roomModel } from '../../../src/plugins.js'
import { entering, person, settled, testRoom, virtualClock } from '../../kit/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { connectFour } from '../../../src/domain/activities/connect-four/index.js'

const ann = person('ann')

test('a module with a computer player plays its moves, and closes the player with the application', async () => {
  const requests: Array<MoveRequest> = []
  const records: Array<RoomRecord> = []
  let closed = 0
  const player: ConnectFourPlayer = {
    choose: (request, signal) => {
      expect(signal?.aborted).toBe(false)
      requests.push(request)
      return Promise.resolve({ column: 5, reason: 'judged' })
    },
    close: () => {
      closed++
      return Promise.resolve()
    },
  }

  class GameModule {}
  Module({
    imports: [
      RoomreelModule.forRoot({
        store: memoryEventStore(),
        clock: virtualClock(),
        model: roomModel({ chooseMove: player.choose }),
        resources: [player],
        publishers: [{ prepare: (record) => () => void records.push(record) }],
      }),
    ],
  })(GameModule)
  const application = await NestFactory.createApplicationContext(GameModule, { logger: false })
  application.get<Engine>(ENGINE).submit(testRoom, {
    command: entering(ann, 'connect-four', 'player', {
      activates: 'connect-four',
      acts: moduleCommand(connectFour, {
        type: 'create',
        opponent: { kind: 'ai', level: 9 },
        first: 'them',
      }),
    }),
    by: ann.memberId,
    cause: null,
    reply: () => undefined,
  })
  await settled()
  expect(requests).toMatchObject([{ level: 9, deadlineMs: 4_000 }])
  expect(records.at(-1)).toMatchObject({
    type: 'connect-four.moved',
    by: null,
    data: { player: 1, column: 5, ply: 1 },
  })
  await application.close()
  expect(closed).toBe(1)
})
