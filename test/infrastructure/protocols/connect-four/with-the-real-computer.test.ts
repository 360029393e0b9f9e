import { afterAll, beforeAll, expect, test } from 'vitest'
import { createConnectFourPlayer } from '../../../../src/infrastructure/workers/connect-four-player.js'
import { roomModel } from '../../../../src/plugins.js'
import { keepsItsPromises } from '../../../contract/protocol.js'
import { liveServer } from '../../../kit/live-server.js'
import { bundledWorker } from '../../workers/bundled-worker.js'
import { builtIn } from '../../../kit/index.js'

let worker: Awaited<ReturnType<typeof bundledWorker>> | undefined

beforeAll(async () => {
  worker = await bundledWorker()
})
afterAll(() => worker?.clear())

test('whoever drops without looking loses to level 10, which moves in its turn until its four', async () => {
  const player = createConnectFourPlayer({ workerFile: worker?.path ?? '', threads: 1 })
  const server = await liveServer({ model: roomModel({ chooseMove: player.choose }) })
  const ann = await server.client()
  await ann.ask('createGame', { opponent: 'ai', level: 10, first: 'them' })
  for (let ply = 1; ply < 42; ply += 2) {
    const move = await ann.hears('aiMove', (heard) => heard['ply'] === ply)
    if (move['next'] === null) break
    // Wherever there is room, from the left.
    for (let column = 0; column < 7; column++) {
      const { success } = await ann.ask('dropDisc', { column, ply: ply + 1 })
      if (success === true) break
    }
  }
  expect(await ann.hears('gameOver')).toMatchObject({ winner: 1, reason: 'four' })
  expect(ann.of('aiMove')[0]).toMatchObject({ ply: 1, column: 3 })
  const { log } = server
  const plies = log
    .map(builtIn)
    .flatMap((record) => (record.type === 'connect-four.moved' ? [record.data.ply] : []))
  expect(plies).toEqual(plies.map((_, place) => place + 1))
  await keepsItsPromises(server)
  await player.close()
})
