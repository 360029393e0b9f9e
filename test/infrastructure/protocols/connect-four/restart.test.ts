import { expect, test } from 'vitest'
import { memoryEventStore } from '../../../../src/infrastructure/storage/memory-event-store.js'
import { fakeComputer } from '../../../application/engine/fake-computer.js'
import { expectServerContract, expectClientContract } from '../../../contract/protocol.js'
import { liveServer } from '../../../kit/live-server.js'
import { virtualClock } from '../../../kit/virtual-clock.js'

test('a game continues after a crash, and the move of the computer is requested again', async () => {
  const [store, clock, computer] = [memoryEventStore(), virtualClock(), fakeComputer()]
  const first = await liveServer({ store, clock, model: computer.model })
  const before = await first.client()
  const created = await before.ask('createGame', { opponent: 'ai', level: 10 })
  await before.ask('dropDisc', { column: 3, moveId: 'm1' })
  await first.until(() => computer.open().length === 1)
  const { seq } = await before.waitFor('playerMove')
  await first.crash()
  expectClientContract(before)

  clock.standStill(3_600_000)
  const second = await liveServer({ store, clock, model: computer.model })
  // The request from before the crash is answered to a server that no longer runs.
  computer.attempts[0]?.move(0)
  await second.until(() => computer.attempts.length === 2)
  const room = String(created['room'])
  const back = await second.client('/', {
    sessionId: before.session.sessionId,
    offsets: { [room]: seq },
  })
  expect(await back.waitFor('playerReconnected')).toMatchObject({ player: 1, room })
  expect(back.payloadsOf('playerDisconnected')).toMatchObject([{ player: 1, graceMs: 15_000 }])
  // A move from before the crash is still deduplicated.
  expect(await back.ask('dropDisc', { column: 3, moveId: 'm1' })).toEqual({ success: true, ply: 1, row: 5 })
  computer.attempts[1]?.move(2)
  expect(await back.waitFor('aiMove')).toMatchObject({ player: 2, column: 2, ply: 2 })
  expect(await back.ask('dropDisc', { column: 3, ply: 3 })).toEqual({ success: true, ply: 3, row: 4 })
  await expectServerContract(second)
})

test('a player who does not reconnect after a crash forfeits at the end of the grace period', async () => {
  const [store, clock] = [memoryEventStore(), virtualClock()]
  const first = await liveServer({ store, clock })
  const [ann, bob] = [await first.client(), await first.client()]
  await ann.ask('createGame', { room: 'g', opponent: 'human' })
  await bob.ask('joinGame', { room: 'g' })
  await first.crash()

  const second = await liveServer({ store, clock })
  const back = await second.client('/', { sessionId: bob.session.sessionId })
  clock.advance(15_000)
  expect(await back.waitFor('gameOver')).toMatchObject({ winner: 2, reason: 'forfeit' })
  await expectServerContract(second)
})
