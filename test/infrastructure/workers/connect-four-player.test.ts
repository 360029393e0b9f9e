import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { emptyBoard } from '../../../src/domain/activities/connect-four/board.js'
import type { MoveRequest } from '../../../src/domain/activities/connect-four/index.js'
import type { ConnectFourPlayer } from '../../../src/infrastructure/workers/connect-four-player.js'
import { createConnectFourPlayer } from '../../../src/infrastructure/workers/connect-four-player.js'
import { boardAfter } from '../../domain/activities/connect-four/solver/games.js'
import { bundledWorker } from './bundled-worker.js'

/** A position whose search takes longer than any test on any machine. */
const hard: MoveRequest = { board: boardAfter('71176'), level: 10, random: 0.5, deadlineMs: 60_000 }
const easy: MoveRequest = { board: boardAfter('424242'), level: 10, random: 0.5, deadlineMs: 60_000 }

describe('the computer player in worker threads', () => {
  let workerFile = ''
  let clear = async (): Promise<void> => {}
  let player: ConnectFourPlayer | undefined

  const start = (threads = 1): ConnectFourPlayer => {
    player = createConnectFourPlayer({ workerFile, threads })
    return player
  }

  beforeAll(async () => {
    const bundle = await bundledWorker()
    workerFile = bundle.path
    clear = bundle.clear
  })
  afterEach(async () => {
    await player?.close()
    player = undefined
  })
  afterAll(() => clear())

  test('answers at every level', async () => {
    const { choose } = start()
    for (const level of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const) {
      const choice = await choose({ ...easy, level })
      expect([0, 1, 2, 3, 4, 5, 6]).toContain(choice.column)
      expect(choice.reason).toBe(level === 10 ? 'proven' : 'judged')
    }
  })

  test('plays the winning move', async () => {
    expect(await start().choose({ ...easy, board: boardAfter('121212') })).toEqual({
      column: 0,
      reason: 'proven',
    })
  })

  test('answers with its best move so far and the reason hurried when the deadline comes before the end of the search', async () => {
    const { choose } = start()
    await choose(easy)
    // One thread answers the second request only after it has stopped the first search.
    const [choice, next] = await Promise.all([choose({ ...hard, deadlineMs: 60 }), choose(easy)])
    expect(choice.reason).toBe('hurried')
    expect([0, 1, 2, 3, 4, 5, 6]).toContain(choice.column)
    expect(next.reason).toBe('proven')
  })

  test('answers with a shallow search at the deadline when its thread is busy', async () => {
    const { choose } = start()
    const first = choose(hard).then(
      () => 'answered',
      () => 'rejected',
    )
    expect(await choose({ ...easy, deadlineMs: 50 })).toMatchObject({ reason: 'hurried' })
    const full = boardAfter('121212212121343434434343565656656565777777')
    await expect(choose({ ...easy, board: full, deadlineMs: 50 })).rejects.toThrow('A full board')
    await player?.close()
    expect(await first).toBe('rejected')
  })

  test('does not block the caller’s thread during a search', async () => {
    const { choose } = start()
    await choose(easy)
    let turns = 0
    const counting = setInterval(() => (turns += 1), 1)
    await choose({ ...hard, deadlineMs: 300 })
    clearInterval(counting)
    // A blocked thread has one turn at most.
    expect(turns).toBeGreaterThan(3)
  })

  test('rejects an aborted request with the abort reason, and answers waiting requests', async () => {
    const { choose } = start()
    // The thread has started, so the next request is searched at once.
    await choose(easy)
    const abandoned = new AbortController()
    const waiting = new AbortController()
    const one = choose(hard, abandoned.signal)
    const other = choose(hard, waiting.signal)
    const third = choose(easy)
    waiting.abort(new Error('the game was closed'))
    await expect(other).rejects.toThrow('the game was closed')
    abandoned.abort(new Error('the player has left'))
    await expect(one).rejects.toThrow('the player has left')
    expect((await third).reason).toBe('proven')
  })

  test('does not start a request that is already aborted', async () => {
    const reason = new Error('too late')
    await expect(start().choose(easy, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('rejects open and new requests after close, and ends its threads', async () => {
    const { choose, close } = start()
    const before = threadsNow()
    const failed = choose(hard).then(
      () => 'answered',
      () => 'rejected',
    )
    expect(threadsNow()).toBe(before + 1)
    await close()
    expect(await failed).toBe('rejected')
    expect(threadsNow()).toBe(before)
    await expect(choose(easy)).rejects.toThrow('The player is closed')
  })

  test('rejects a request for a full board, and answers the next one', async () => {
    const { choose } = start()
    const full = boardAfter('121212212121343434434343565656656565777777')
    await expect(choose({ ...easy, board: full })).rejects.toThrow('A full board')
    expect((await choose(easy)).reason).toBe('proven')
  })

  test('can be closed twice before the first request', async () => {
    const { close, choose } = start()
    await close()
    await close()
    await expect(choose({ ...easy, board: emptyBoard })).rejects.toThrow('is closed')
  })
})

const threadsNow = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length
