import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, it } from 'vitest'
import type { Draw, Interruption } from './interrupted-draw.js'
import { drawRunner } from './interrupted-draw.js'

/** A draw takes 5 s; the random kills range from its start to after its end. */
const latestMs = 5_300
const serversAtOnce = 2
const drawsPerServer = 5
const killsDuringStart = 4
/** A server usually starts within this time, so about half of the second kills happen during the start. */
const startsWithinMs = 2_000

const at = (latest: number): number => Math.floor(Math.random() * latest)

const killAndRestart = async ({ server }: Draw): Promise<void> => {
  await server.end('SIGKILL')
  await server.start()
}

/** Does not wait until the server is ready: it may be recovering rooms, or not have begun. */
const killDuringStart = async ({ server }: Draw, afterMs: number): Promise<void> => {
  await server.end('SIGKILL')
  const starting = server.start()
  const [started] = await Promise.allSettled([starting, sleep(afterMs).then(() => server.end('SIGKILL'))])
  if (started.status === 'rejected') throw started.reason
  await server.start()
}

/** One kill interrupts several draws, each this long after its start. */
const killOnce = (aftersMs: ReadonlyArray<number>): Interruption => ({
  startDelaysMs: aftersMs.map((afterMs) => Math.max(...aftersMs) - afterMs),
  during: async (draw) => {
    await sleep(Math.min(...aftersMs))
    await killAndRestart(draw)
  },
})

const killTwice = (afterMs: number, againAfterMs: number): Interruption => ({
  during: async (draw) => {
    await sleep(afterMs)
    await killDuringStart(draw, againAfterMs)
  },
})

const atTick = (tick: number, afterMs: number): Interruption => ({
  during: async (draw) => {
    await draw.leader.waitForEvent('randomHighlight', (highlight) => highlight['tick'] === tick)
    await sleep(afterMs)
    await killAndRestart(draw)
  },
})

describe('a server that is killed during a draw sends every client ticks 1 to 50 once each, in order', () => {
  const { runAll, clear } = drawRunner()
  afterEach(clear)

  for (const durability of ['process', 'disk'] as const) {
    it(`when killed at a random moment with DURABILITY=${durability}`, async () => {
      const interruptions = Array.from({ length: serversAtOnce }, () =>
        killOnce(Array.from({ length: drawsPerServer }, () => at(latestMs))),
      )
      await runAll(durability, interruptions)
    })
  }

  it('when killed after the start is acknowledged and before it is broadcast', async () => {
    const killBeforeBroadcast: Interruption = {
      // Without a connection it cannot receive the broadcast.
      before: ({ viewers }) => viewers[0]?.socket.io.engine.close(),
      during: killAndRestart,
    }
    await runAll('process', [killBeforeBroadcast, { during: killAndRestart }, { during: killAndRestart }])
  })

  it('when killed around the last tick, which ends the draw and commits to the next', async () => {
    await runAll('disk', [atTick(49, 90), atTick(49, 100), atTick(49, 110), atTick(50, 0)])
  })

  it('when killed again during its start or after the first client has resumed', async () => {
    const killOnReturn: Interruption = {
      during: async (draw) => {
        await killAndRestart(draw)
        await draw.leader.waitForEvent('session', ({ resumed }) => resumed === true)
        await killAndRestart(draw)
      },
    }
    const again = Array.from({ length: killsDuringStart }, () => killTwice(at(latestMs), at(startsWithinMs)))
    await runAll('process', [killOnReturn, ...again])
  })
})
