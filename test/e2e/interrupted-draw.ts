import { expect } from 'vitest'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import type { Payload, StockClient } from './stock-client.js'
import { connectStockClient } from './stock-client.js'

/** A draw on its own server, with its clients. */
export interface Draw {
  readonly server: ServerProcess
  readonly leader: StockClient
  readonly viewers: ReadonlyArray<StockClient>
}

export interface Interruption {
  /** runs after all clients have joined and before the draw starts */
  readonly before?: (draw: Draw) => void
  /** runs when the start is acknowledged; resolves when the server is up again */
  readonly during: (draw: Draw) => Promise<void>
}

/** Runs draws with interruptions and compares what the clients received with the contract. */
export interface DrawRunner {
  /** Runs them at the same time. Rejects with the reasons and the histories of servers and clients. */
  readonly runAll: (
    durability: 'disk' | 'process',
    interruptions: ReadonlyArray<Interruption>,
  ) => Promise<void>
  /** Ends the draws of a test that timed out and prints their histories. */
  readonly clear: () => Promise<void>
}

const room = 'kill'

/** Long enough for all clients to resume while five servers start on a busy machine. */
const RECONNECT_GRACE_MS = '120000'

export const drawRunner = (): DrawRunner => {
  const runningDraws = new Set<Draw>()

  const runOne = async (durability: string, interruption: Interruption): Promise<void> => {
    const server = await serverProcess({
      DURABILITY: durability,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'info',
      RECONNECT_GRACE_MS,
    })
    const connect = (): StockClient => connectStockClient(server.url)
    const draw = { server, leader: connect(), viewers: [connect(), connect()] }
    runningDraws.add(draw)
    try {
      await server.start()
      await expectCompleteDraw(draw, interruption)
    } catch (error) {
      throw new Error(`${String(error)}\n\n${await historyOf(draw)}`, { cause: error })
    } finally {
      runningDraws.delete(draw)
      await end(draw)
    }
  }

  return {
    runAll: async (durability, interruptions) => {
      // All must end: a draw that still runs would start its server again after the test.
      const outcomes = await Promise.allSettled(
        interruptions.map((interruption) => runOne(durability, interruption)),
      )
      const failures = outcomes.flatMap((outcome) =>
        outcome.status === 'rejected' ? [String(outcome.reason)] : [],
      )
      if (failures.length > 0) throw new Error(failures.join('\n\n===\n\n'))
    },
    clear: async () => {
      for (const draw of runningDraws) {
        console.error(await historyOf(draw))
        await end(draw)
      }
      runningDraws.clear()
    },
  }
}

const clientsOf = ({ leader, viewers }: Draw): ReadonlyArray<StockClient> => [leader, ...viewers]

const end = async (draw: Draw): Promise<void> => {
  for (const client of clientsOf(draw)) client.close()
  await draw.server.end('SIGKILL')
  await draw.server.remove()
}

const expectCompleteDraw = async (draw: Draw, interruption: Interruption): Promise<void> => {
  const { leader, viewers } = draw
  const clients = clientsOf(draw)
  const leaderReply = await leader.ask('broadcaster-join', { room, name: 'Lea' })
  const viewerReplies = await Promise.all(viewers.map((viewer) => viewer.ask('viewer-join', { room })))
  const members = Array.from({ length: 12 }, (_, place) => `Member ${place + 1}`)
  interruption.before?.(draw)
  const started = await leader.ask('startRandom', { members })
  expect(started).toMatchObject({ success: true, drawNo: 1 })
  await interruption.during(draw)

  await waitForAll(clients, 'randomComplete')
  await waitForAll(clients, 'randomCommitted', ({ drawNo }) => drawNo === 2)
  await waitForAll(clients, 'session', ({ resumed }) => resumed === true)
  for (const client of clients) expectFullDraw(started, client)
  expect(clients.map(({ sessions }) => memberIdIn(sessions.at(-1)))).toEqual(
    [leaderReply, ...viewerReplies].map(({ memberId }) => memberId),
  )
}

const waitForAll = (
  clients: ReadonlyArray<StockClient>,
  event: string,
  fits?: (payload: Payload) => boolean,
): Promise<unknown> => Promise.all(clients.map((client) => client.waitForEvent(event, fits)))

const expectFullDraw = (started: Payload, { all, received }: StockClient): void => {
  const ticks = all('randomHighlight')
  expect(ticks.map(({ tick }) => tick)).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
  expect(all('randomStarted')).toHaveLength(1)
  expect(all('randomComplete')).toHaveLength(1)
  expect(all('randomComplete')[0]).toMatchObject({
    drawId: started['drawId'],
    winner: ticks.at(-1)?.['member'],
  })
  const seqs = received.flatMap(([, { seq }]) => (typeof seq === 'number' ? [seq] : []))
  expect(seqs).toEqual([...new Set(seqs)].sort((left, right) => left - right))
}

const memberIdIn = (session: Payload | undefined): unknown => {
  const memberships = session?.['memberships']
  return Array.isArray(memberships) ? memberships[0]?.memberId : undefined
}

const historyOf = async (draw: Draw): Promise<string> =>
  [
    draw.server.describeHistory(),
    ...clientsOf(draw).map(
      (client, place) => `${place === 0 ? 'leader' : `viewer ${place}`}\n${client.describeHistory()}`,
    ),
    `log\n${await logOf(draw)}`,
  ].join('\n\n')

/** The room's log as the leader may read it, if the server is up. */
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
