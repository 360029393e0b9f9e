import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import type { Payload, StockClient } from './stock-client.js'
import { connectStockClient } from './stock-client.js'

/** A draw in its own room, with its clients. */
export interface Draw {
  readonly server: ServerProcess
  readonly room: string
  readonly leader: StockClient
  readonly viewers: ReadonlyArray<StockClient>
}

/** What happens to one server and its draws, each in its own room. */
export interface Interruption {
  /** When each draw starts, after all clients have joined. Without it, one draw starts at once. */
  readonly startDelaysMs?: ReadonlyArray<number>
  /** runs with the first draw after all clients have joined and before a draw starts */
  readonly before?: (draw: Draw) => void
  /** runs with the first draw when all starts are acknowledged; resolves when the server is up again */
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

/** Long enough for all clients to resume while five servers start on a busy machine. */
const RECONNECT_GRACE_MS = '120000'

export const drawRunner = (): DrawRunner => {
  const runningDraws = new Set<Draw>()

  const runOne = async (
    durability: string,
    { startDelaysMs = [0], before, during }: Interruption,
  ): Promise<void> => {
    const server = await serverProcess({
      DURABILITY: durability,
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'info',
      RECONNECT_GRACE_MS,
    })
    const connect = (): StockClient => connectStockClient(server.url)
    const newDraw = (room: string): Draw => ({
      server,
      room,
      leader: connect(),
      viewers: [connect(), connect()],
    })
    const first = newDraw('kill-1')
    const draws = [first, ...startDelaysMs.slice(1).map((_, place) => newDraw(`kill-${place + 2}`))]
    for (const draw of draws) runningDraws.add(draw)
    try {
      await server.start()
      const memberIds = await Promise.all(draws.map(join))
      before?.(first)
      const starts = await Promise.all(
        draws.map(async (draw, place) => {
          await sleep(startDelaysMs[place])
          return start(draw)
        }),
      )
      await during(first)
      await Promise.all(
        draws.map((draw, place) => expectCompleteDraw(draw, memberIds[place] ?? [], starts[place] ?? {})),
      )
    } catch (error) {
      const histories = await Promise.all(draws.map(historyOf))
      throw new Error([String(error), ...histories].join('\n\n'), { cause: error })
    } finally {
      for (const draw of draws) {
        runningDraws.delete(draw)
        await end(draw)
      }
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

/** Returns the ids of the members, in the order of the clients. */
const join = async ({ room, leader, viewers }: Draw): Promise<ReadonlyArray<unknown>> => {
  const leaderReply = await leader.ask('broadcaster-join', { room, name: 'Lea' })
  const viewerReplies = await Promise.all(viewers.map((viewer) => viewer.ask('viewer-join', { room })))
  return [leaderReply, ...viewerReplies].map(({ memberId }) => memberId)
}

const start = async ({ leader }: Draw): Promise<Payload> => {
  const members = Array.from({ length: 12 }, (_, place) => `Member ${place + 1}`)
  const started = await leader.ask('startRandom', { members })
  expect(started).toMatchObject({ success: true, drawNo: 1 })
  return started
}

const expectCompleteDraw = async (
  draw: Draw,
  memberIds: ReadonlyArray<unknown>,
  started: Payload,
): Promise<void> => {
  const clients = clientsOf(draw)
  await waitForAll(clients, 'randomComplete')
  await waitForAll(clients, 'randomCommitted', ({ drawNo }) => drawNo === 2)
  await waitForAll(clients, 'session', ({ resumed }) => resumed === true)
  for (const client of clients) expectFullDraw(started, client)
  expect(clients.map(({ sessions }) => memberIdIn(sessions.at(-1)))).toEqual(memberIds)
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
const logOf = async ({ server, room, leader }: Draw): Promise<string> => {
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
