import { setTimeout as passed } from 'node:timers/promises'
import { afterEach, describe, it } from 'vitest'
import type { Draw, Trial } from './draw-on-trial.js'
import { court } from './draw-on-trial.js'

/** A draw takes 5 s; the server is killed at a random moment from before its start to after its end. */
const killsAtOnce = 5
const rounds = 2
const latestMs = 5_300
/** By then a server that was started again is there, as a rule: half of the second kills are in its start. */
const startsWithinMs = 2_000

const at = (latest: number): number => Math.floor(Math.random() * latest)

const killed = async ({ server }: Draw): Promise<void> => {
  await server.end('SIGKILL')
  await server.start()
}

/** Not waiting until it is there: it may be recovering its rooms, or be nothing yet. */
const killedWhileStarting = async ({ server }: Draw, afterMs: number): Promise<void> => {
  await server.end('SIGKILL')
  const starting = server.start()
  const [started] = await Promise.allSettled([starting, passed(afterMs).then(() => server.end('SIGKILL'))])
  if (started.status === 'rejected') throw started.reason
  await server.start()
}

const killedOnce = (afterMs: number): Trial => ({
  during: async (draw) => {
    await passed(afterMs)
    await killed(draw)
  },
})

const killedTwice = (afterMs: number, againAfterMs: number): Trial => ({
  during: async (draw) => {
    await passed(afterMs)
    await killedWhileStarting(draw, againAfterMs)
  },
})

const atTick = (tick: number, afterMs: number): Trial => ({
  during: async (draw) => {
    await draw.leader.hears('randomHighlight', (highlight) => highlight['tick'] === tick)
    await passed(afterMs)
    await killed(draw)
  },
})

describe('a server that is killed in the middle of a draw shows everybody ticks 1 to 50 once each, in order', () => {
  const { tries, clear } = court()
  afterEach(clear)

  for (const durability of ['process', 'disk'] as const) {
    it(`killed at any moment, with DURABILITY=${durability}`, async () => {
      for (let round = 0; round < rounds; round++) {
        const trials = Array.from({ length: killsAtOnce }, () => killedOnce(at(latestMs)))
        await tries(durability, trials)
      }
    })
  }

  it('killed when the start is acknowledged, before other members receive it', async () => {
    const unheard: Trial = {
      // Its connection is lost, so that it cannot have heard.
      before: ({ viewers }) => viewers[0]?.socket.io.engine.close(),
      during: killed,
    }
    await tries('process', [unheard, { during: killed }, { during: killed }])
  })

  it('killed around its last tick, which ends the draw and commits to the next', async () => {
    await tries('disk', [atTick(49, 90), atTick(49, 100), atTick(49, 110), atTick(50, 0)])
  })

  it('killed again while it starts, or as soon as somebody is back', async () => {
    const asSoonAsBack: Trial = {
      during: async (draw) => {
        await killed(draw)
        await draw.leader.hears('session', ({ resumed }) => resumed === true)
        await killed(draw)
      },
    }
    const again = Array.from({ length: killsAtOnce - 1 }, () => killedTwice(at(latestMs), at(startsWithinMs)))
    await tries('process', [asSoonAsBack, ...again])
  })
})
