import { afterEach, describe, expect, it } from 'vitest'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import type { Stranger } from './stranger.js'
import { stranger } from './stranger.js'

/** A draw takes 5 s; the server is killed at a random moment from before its start to after its end. */
const killsAtOnce = 5
const rounds = 4
const latestMs = 5_300

describe('a server that is killed in the middle of a draw', () => {
  const servers: Array<ServerProcess> = []
  const clients: Array<Stranger> = []

  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    for (const server of servers.splice(0)) {
      await server.end('SIGKILL')
      await server.remove()
    }
  })

  const come = (server: ServerProcess): Stranger => {
    const client = stranger(server.url)
    clients.push(client)
    return client
  }

  /** One life and death; gives what the test has to hold against the contract. */
  const oneKill = async (durability: string, killAfterMs: number): Promise<void> => {
    const server = await serverProcess({ DURABILITY: durability, RATE_LIMIT: 'off', LOG_LEVEL: 'error' })
    servers.push(server)
    await server.start()
    const leader = come(server)
    const viewers = [come(server), come(server)]
    const everybody = [leader, ...viewers]
    const led = await leader.ask('broadcaster-join', { room: 'kill', name: 'Lea' })
    const joined = await Promise.all(viewers.map((viewer) => viewer.ask('viewer-join', { room: 'kill' })))
    const members = Array.from({ length: 12 }, (_, place) => `Member ${place + 1}`)
    const started = await leader.ask('startRandom', { members })
    expect(started, `killed after ${killAfterMs} ms`).toMatchObject({ success: true, drawNo: 1 })

    await new Promise((resolve) => setTimeout(resolve, killAfterMs))
    await server.end('SIGKILL')
    await server.start()

    await Promise.all(everybody.map((client) => client.hears('randomComplete')))
    await Promise.all(
      everybody.map((client) => client.hears('randomCommitted', ({ drawNo }) => drawNo === 2)),
    )
    await Promise.all(everybody.map((client) => client.hears('session', ({ resumed }) => resumed === true)))
    for (const client of everybody) {
      const ticks = client.all('randomHighlight')
      expect(ticks.map(({ tick }) => tick)).toEqual(Array.from({ length: 50 }, (_, place) => place + 1))
      expect(client.all('randomStarted')).toHaveLength(1)
      expect(client.all('randomComplete')).toHaveLength(1)
      expect(client.all('randomComplete')[0]).toMatchObject({
        drawId: started['drawId'],
        winner: ticks.at(-1)?.['member'],
      })
      const places = client.heard.flatMap(([, { seq }]) => (typeof seq === 'number' ? [seq] : []))
      expect(places).toEqual([...new Set(places)].sort((left, right) => left - right))
    }
    const memberIds = [led, ...joined].map(({ memberId }) => memberId)
    const resumed = everybody.map(({ sessions }) => sessions.at(-1)?.['memberships'])
    expect(
      resumed.map((memberships) => (memberships as ReadonlyArray<{ memberId: string }>)[0]?.memberId),
    ).toEqual(memberIds)
    for (const client of everybody) client.close()
  }

  for (const durability of ['process', 'disk']) {
    it(`shows everybody ticks 1 to 50 once each, in order, with DURABILITY=${durability}`, async () => {
      for (let round = 0; round < rounds / 2; round++) {
        const kills = Array.from({ length: killsAtOnce }, () => Math.floor(Math.random() * latestMs))
        await Promise.all(kills.map((killAfterMs) => oneKill(durability, killAfterMs)))
      }
    }, 120_000)
  }
})
