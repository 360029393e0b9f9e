import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ConnectFourPlayer, MoveRequest } from '../../../../src/application/ports/connect-four-player.js'
import { emptyBoard } from '../../../../src/domain/activities/connect-four/board.js'
import { makePiscinaPlayer } from '../../../../src/infrastructure/thinking/connect-four/piscina-player.js'
import { boardAfter } from './games.js'
import { bundledWorker } from './thinking-bundle.js'

/** With so much to find out that no machine is done with it before a test is, however busy that one's thread is. */
const hard: MoveRequest = { board: boardAfter('71176'), level: 10, random: 0.5, deadlineMs: 60_000 }
const easy: MoveRequest = { board: boardAfter('424242'), level: 10, random: 0.5, deadlineMs: 60_000 }

describe('the player in threads of its own', () => {
  let workerFile = ''
  let clear = async (): Promise<void> => {}
  let player: ConnectFourPlayer | undefined

  const start = (threads = 1): ConnectFourPlayer => {
    player = makePiscinaPlayer({ workerFile, threads })
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

  test('wins where it can', async () => {
    expect(await start().choose({ ...easy, board: boardAfter('121212') })).toEqual({
      column: 0,
      reason: 'proven',
    })
  })

  test('answers in time with the best so far when the time does not suffice, and says so', async () => {
    const { choose } = start()
    await choose(easy)
    // Of two that one thread is asked, the second has its answer only once the first was given up.
    const [choice, next] = await Promise.all([choose({ ...hard, deadlineMs: 60 }), choose(easy)])
    expect(choice.reason).toBe('hurried')
    expect([0, 1, 2, 3, 4, 5, 6]).toContain(choice.column)
    expect(next.reason).toBe('proven')
  })

  test('answers in time also when no thread comes to it', async () => {
    const { choose } = start()
    const first = choose(hard).then(
      () => 'answered',
      () => 'rejected',
    )
    expect(await choose({ ...easy, deadlineMs: 50 })).toMatchObject({ reason: 'hurried' })
    const full = boardAfter('121212212121343434434343565656656565777777')
    await expect(choose({ ...easy, board: full, deadlineMs: 50 })).rejects.toThrow('a full board')
    await player?.close()
    expect(await first).toBe('rejected')
  })

  test('leaves its asker free while it thinks', async () => {
    const { choose } = start()
    await choose(easy)
    let turns = 0
    const counting = setInterval(() => (turns += 1), 1)
    await choose({ ...hard, deadlineMs: 300 })
    clearInterval(counting)
    // None, or the one before it, if they were one thread.
    expect(turns).toBeGreaterThan(3)
  })

  test('stops thinking when it is told to, with the reason it was given, and answers those that wait', async () => {
    const { choose } = start()
    // From here on there is a thread, and what is asked next is at once being thought about.
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

  test('does not begin what was aborted before', async () => {
    const reason = new Error('too late')
    await expect(start().choose(easy, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  test('gives up when it is closed, keeps no thread, and takes no more questions', async () => {
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
    await expect(choose(easy)).rejects.toThrow('the player has been closed')
  })

  test('a question that makes no sense fails alone', async () => {
    const { choose } = start()
    const full = boardAfter('121212212121343434434343565656656565777777')
    await expect(choose({ ...easy, board: full })).rejects.toThrow('a full board')
    expect((await choose(easy)).reason).toBe('proven')
  })

  test('closing before the first question is nothing to it', async () => {
    const { close, choose } = start()
    await close()
    await close()
    await expect(choose({ ...easy, board: emptyBoard })).rejects.toThrow('closed')
  })
})

const threadsNow = (): number =>
  process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length
