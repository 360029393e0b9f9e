import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { createConnectFourPlayer } from '../../../../src/infrastructure/workers/connect-four-player.js'
import { roomModel } from '../../../../src/plugins.js'
import { expectServerContract } from '../../../contract/protocol.js'
import { liveServer } from '../../../kit/live-server.js'
import { bundledWorker } from '../../workers/bundled-worker.js'
import { builtIn } from '../../../kit/index.js'
import { fakeComputer } from '../../../application/engine/fake-computer.js'
import { withServer } from '../server-kit.js'

describe('a game against the computer', () => {
  const computer = fakeComputer()
  const server = withServer({ model: computer.model })

  it('starts at once, and emits the moves of the computer as aiMove', async () => {
    const ann = await server().client()
    expect(await ann.ask('createGame', { opponent: 'ai', level: 10, first: 'them' })).toMatchObject({
      you: 2,
      state: { status: 'playing', next: 1, players: { 1: { kind: 'ai', level: 10 } } },
    })
    await server().until(() => computer.open().length === 1)
    computer.open()[0]?.move(3)
    expect(await ann.waitFor('aiMove')).toMatchObject({ player: 1, column: 3, row: 5, ply: 1, next: 2 })
    expect(await ann.ask('dropDisc', { column: 3, ply: 2 })).toEqual({ success: true, ply: 2, row: 4 })
    await ann.flush()
    expect(ann.payloadsOf('gameStarted', 'playerMove', 'aiMove').map(({ ply }) => ply)).toEqual([
      undefined,
      1,
      2,
    ])
    await server().until(() => computer.open().length === 1)
    expect(await ann.ask('resign')).toEqual({ success: true })
    await server().until(() => computer.open().length === 0)
    expect(await ann.ask('rematch')).toEqual({ success: true })
    expect(await ann.ask('dropDisc', { column: 3 })).toMatchObject({ ply: 1 })
  })

  it('has level 5 by default', async () => {
    const ann = await server().client()
    expect(await ann.ask('createGame', { opponent: 'ai' })).toMatchObject({
      you: 1,
      state: { players: { 2: { kind: 'ai', level: 5 } } },
    })
  })
})

let worker: Awaited<ReturnType<typeof bundledWorker>> | undefined

beforeAll(async () => {
  worker = await bundledWorker()
})
afterAll(() => worker?.clear())

test('the computer at level 10 wins against a player who drops at the leftmost free column', async () => {
  const player = createConnectFourPlayer({ workerFile: worker?.path ?? '', threads: 1 })
  const server = await liveServer({ model: roomModel({ chooseMove: player.choose }) })
  const ann = await server.client()
  await ann.ask('createGame', { opponent: 'ai', level: 10, first: 'them' })
  for (let ply = 1; ply < 42; ply += 2) {
    const move = await ann.waitFor('aiMove', (payload) => payload['ply'] === ply)
    if (move['next'] === null) break
    for (let column = 0; column < 7; column++) {
      const { success } = await ann.ask('dropDisc', { column, ply: ply + 1 })
      if (success === true) break
    }
  }
  expect(await ann.waitFor('gameOver')).toMatchObject({ winner: 1, reason: 'four' })
  expect(ann.payloadsOf('aiMove')[0]).toMatchObject({ ply: 1, column: 3 })
  const { log } = server
  const plies = log
    .map(builtIn)
    .flatMap((record) => (record.type === 'connect-four.moved' ? [record.data.ply] : []))
  expect(plies).toEqual(plies.map((_, index) => index + 1))
  await expectServerContract(server)
  await player.close()
})
