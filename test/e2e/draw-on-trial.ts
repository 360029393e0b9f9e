import { expect } from 'vitest'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import type { Payload, Stranger } from './stranger.js'
import { stranger } from './stranger.js'

/** A draw in a room of its own server, and those who watch it. */
export interface Draw {
  readonly server: ServerProcess
  readonly leader: Stranger
  readonly viewers: ReadonlyArray<Stranger>
}

export interface Trial {
  /** Before the draw: everybody has joined. */
  readonly before?: (draw: Draw) => void
  /** From the moment in which the start is acknowledged on; when it resolves, the server is there again. */
  readonly during: (draw: Draw) => Promise<void>
}

/** Runs draws to which something happens, and holds what everybody saw of them against the contract. */
export interface Court {
  /** All at once. Where some do not hold, it says why, with all that their servers and clients went through. */
  readonly tries: (durability: 'disk' | 'process', trials: ReadonlyArray<Trial>) => Promise<void>
  /** Ends what a test that was given up has left behind, and tells how far it came. */
  readonly clear: () => Promise<void>
}

const room = 'kill'

/** Everybody comes back; on a machine that has five servers to start at once, not at once. */
const RECONNECT_GRACE_MS = '120000'

export const court = (): Court => {
  const underWay = new Set<Draw>()

  const hold = async (durability: string, trial: Trial): Promise<void> => {
    const server = await serverProcess({
      DURABILITY: durability,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'info',
      RECONNECT_GRACE_MS,
    })
    const come = (): Stranger => stranger(server.url)
    const draw = { server, leader: come(), viewers: [come(), come()] }
    underWay.add(draw)
    try {
      await server.start()
      await holds(draw, trial)
    } catch (error) {
      throw new Error(`${String(error)}\n\n${await storyOf(draw)}`, { cause: error })
    } finally {
      underWay.delete(draw)
      await end(draw)
    }
  }

  return {
    tries: async (durability, trials) => {
      // To the end of all: one that is still under way would start its server again behind the test.
      const outcomes = await Promise.allSettled(trials.map((trial) => hold(durability, trial)))
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [String(outcome.reason)] : [],
      )
      if (failures.length > 0) throw new Error(failures.join('\n\n===\n\n'))
    },
    clear: async () => {
      for (const draw of underWay) {
        console.error(await storyOf(draw))
        await end(draw)
      }
      underWay.clear()
    },
  }
}

const everybodyIn = ({ leader, viewers }: Draw): ReadonlyArray<Stranger> => [leader, ...viewers]

const end = async (draw: Draw): Promise<void> => {
  for (const client of everybodyIn(draw)) client.close()
  await draw.server.end('SIGKILL')
  await draw.server.remove()
}

const holds = async (draw: Draw, trial: Trial): Promise<void> => {
  const { leader, viewers } = draw
  const everybody = everybodyIn(draw)
  const led = await leader.ask('broadcaster-join', { room, name: 'Lea' })
  const joined = await Promise.all(viewers.map((viewer) => viewer.ask('viewer-join', { room })))
  const members = Array.from({ length: 12 }, (_, place) => `Member ${place + 1}`)
  trial.before?.(draw)
  const started = await leader.ask('startRandom', { members })
  expect(started).toMatchObject({ success: true, drawNo: 1 })
  await trial.during(draw)

  await heardByAll(everybody, 'randomComplete')
  await heardByAll(everybody, 'randomCommitted', ({ drawNo }) => drawNo === 2)
  await heardByAll(everybody, 'session', ({ resumed }) => resumed === true)
  for (const client of everybody) sawAllOf(started, client)
  expect(everybody.map(({ sessions }) => memberIdIn(sessions.at(-1)))).toEqual(
    [led, ...joined].map(({ memberId }) => memberId),
  )
}

const heardByAll = (
  everybody: ReadonlyArray<Stranger>,
  event: string,
  fits?: (payload: Payload) => boolean,
): Promise<unknown> => Promise.all(everybody.map((client) => client.hears(event, fits)))

const sawAllOf = (started: Payload, { all, heard }: Stranger): void => {
  const ticks = all('randomHighlight')
  expect(ticks.map(({ tick }) => tick)).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
  expect(all('randomStarted')).toHaveLength(1)
  expect(all('randomComplete')).toHaveLength(1)
  expect(all('randomComplete')[0]).toMatchObject({
    drawId: started['drawId'],
    winner: ticks.at(-1)?.['member'],
  })
  const places = heard.flatMap(([, { seq }]) => (typeof seq === 'number' ? [seq] : []))
  expect(places).toEqual([...new Set(places)].sort((left, right) => left - right))
}

const memberIdIn = (session: Payload | undefined): unknown => {
  const memberships = session?.['memberships']
  return Array.isArray(memberships) ? memberships[0]?.memberId : undefined
}

const storyOf = async (draw: Draw): Promise<string> =>
  [
    draw.server.story(),
    ...everybodyIn(draw).map(
      (client, place) => `${place === 0 ? 'leader' : `viewer ${place}`}\n${client.story()}`,
    ),
    `log\n${await logOf(draw)}`,
  ].join('\n\n')

/** The room's log as its leader may read it, if there is still a server to ask. */
const logOf = async ({ server, leader }: Draw): Promise<string> => {
  try {
    const answer = await fetch(`${server.url}/rooms/${room}/events?after=0&limit=500`, {
      headers: { authorization: `Session ${String(leader.sessions.at(-1)?.['sessionId'])}` },
      signal: AbortSignal.timeout(2_000),
    })
    const lines = (await answer.text()).split('\n').filter((line) => line !== '')
    return lines.map((line) => `${line.slice(0, 160)}`).join('\n')
  } catch (error) {
    return `cannot be read: ${String(error)}`
  }
}
