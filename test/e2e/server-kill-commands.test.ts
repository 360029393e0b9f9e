import { afterEach, describe, expect, it } from 'vitest'
import type { ServerProcess } from './server-process.js'
import { serverProcess } from './server-process.js'
import type { Payload, StockClient } from './stock-client.js'
import { connectStockClient } from './stock-client.js'

const clientsInRoom = 4
const kills = 6

describe('a server that is killed while it executes commands', () => {
  let server: ServerProcess | null = null
  const clients: Array<StockClient> = []

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') {
      console.error(
        [server?.describeHistory(), ...clients.map((client) => client.describeHistory())].join('\n\n'),
      )
    }
    for (const client of clients.splice(0)) client.close()
    await server?.end('SIGKILL')
    await server?.remove()
  })

  it('keeps every acknowledged command and executes the others once when they are retried', async () => {
    server = await serverProcess({
      DURABILITY: 'process',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'info',
      RECONNECT_GRACE_MS: '120000',
    })
    await server.start()
    const acknowledged = new Map<string, number>()
    const sent: Array<{ client: number; id: string }> = []
    for (let index = 0; index < clientsInRoom; index++) clients.push(connectStockClient(server.url, '/rooms'))
    const join = (client: StockClient): Promise<Payload> => client.ask('join', { room: 'busy', create: true })
    await Promise.all(clients.map(join))
    await clients[0]?.ask('command', {
      room: 'busy',
      id: 'on',
      type: 'room.activate',
      payload: { activity: 'echo' },
    })

    const sendEcho = async (client: number, id: string, patienceMs: number): Promise<void> => {
      const reply = await clients[client]?.socket
        .timeout(patienceMs)
        .emitWithAck('command', { room: 'busy', id, type: 'echo.say', payload: { id } })
        .catch(() => null)
      if (reply?.success === true) acknowledged.set(id, reply.seq)
    }

    for (let round = 0; round < kills; round++) {
      let isSending = true
      const senders = clients.map(async (_client, index) => {
        for (let n = 0; isSending; n++) {
          const id = `${round}-${index}-${n}`
          sent.push({ client: index, id })
          // A short timeout: commands that a kill interrupts are retried after it.
          await sendEcho(index, id, 2_000)
        }
      })
      await new Promise((resolve) => setTimeout(resolve, 150 + Math.floor(Math.random() * 400)))
      const back = clients.map(({ sessions, waitForEvent }) => {
        const before = sessions.length
        return waitForEvent('session', (session) => sessions.indexOf(session) >= before)
      })
      await server.end('SIGKILL')
      isSending = false
      await server.start()
      await Promise.all(back)
      await Promise.all(senders)
      const joined = await Promise.all(clients.map(join))
      expect(joined.map(({ success, recovered }) => [success, recovered])).toEqual(
        clients.map(() => [true, 'resumed']),
      )
      // In each round: the room keeps a thousand command ids, and a fast machine executes more between two kills.
      const unacknowledged = sent.filter(({ id }) => !acknowledged.has(id))
      for (const { client, id } of unacknowledged) await sendEcho(client, id, 60_000)
    }

    const log = await eventsOf(server, clients[0])
    const echoes = log
      .filter(({ type }) => type === 'relay.event')
      .map(({ seq, data }) => ({ seq, id: idIn(data) }))
    const ids = echoes.map(({ id }) => id)
    expect(acknowledged.size).toBe(sent.length)
    expect(acknowledged.size).toBeGreaterThan(kills * clientsInRoom)
    expect([...ids].sort()).toEqual(sent.map(({ id }) => id).sort())
    for (const { seq, id } of echoes) expect(acknowledged.get(id)).toBe(seq)
    const seqs = log.map(({ seq }) => seq as number)
    expect(seqs).toEqual(seqs.map((_place, index) => index + (seqs[0] ?? 0)))
  })
})

const idIn = (data: unknown): string => (data as { payload: { id: string } }).payload.id

/** The room's log over HTTP, from the member's join on. */
const eventsOf = async (
  server: ServerProcess,
  member: StockClient | undefined,
): Promise<ReadonlyArray<Payload>> => {
  const events: Array<Payload> = []
  for (let after = 0; ;) {
    const answer = await fetch(`${server.url}/rooms/busy/events?after=${after}&limit=500`, {
      headers: { authorization: `Session ${String(member?.sessions.at(-1)?.['sessionId'])}` },
    })
    expect(answer.status).toBe(200)
    const lines = (await answer.text()).split('\n').filter((line) => line !== '')
    const page = lines.map((line): Payload => JSON.parse(line))
    if (page.length === 0) return events
    events.push(...page)
    after = Number(page.at(-1)?.['seq'])
  }
}
