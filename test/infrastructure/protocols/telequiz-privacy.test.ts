import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { openStore, roomreel } from '../cli/cli-kit.js'
import type { Client } from '../../kit/live-client.js'
import { connected } from '../../kit/live-client.js'
import { inFolder, runningServer } from '../http/running-server.js'
import type { TestServer } from '../http/running-server.js'

/** Of what is asked later, and of what was refused: no part of any other text, so that each is found wherever it got to. */
const later = ['canary-text-kxqz', 'canary-choice-kxqz', 'canary-right-kxqz']
const refused = 'canary-refused-kxqz'
/** Shows that a search finds something: what is asked now belongs to the room's log. */
const asked = 'canary-asked-kxqz'

const foundIn = (text: string): ReadonlyArray<string> =>
  [...later, refused, asked].filter((canary) => text.includes(canary))

const [text = '', choice = '', right = ''] = later
const questions = [
  { text: asked, choices: ['tomato', 'potato'], answer: 1, seconds: 60 },
  { text, choices: [choice, right], answer: 1, seconds: 60 },
]

const program = async (server: TestServer, userId: string): Promise<Client> => {
  const options = { auth: { userId }, transports: ['websocket'], forceNew: true, reconnection: false }
  const client = await connected(io(`${server.url}/rooms`, options))
  await client.ask('join', { room: 'friday', create: true })
  return client
}

test('what is right and what comes next is in no line, number, answer or file before it is asked', async () => {
  await inFolder(async (folder) => {
    const server = await runningServer({ store: await openStore(folder) })
    const [host, bob] = [await program(server, 'ann'), await program(server, 'bob')]
    let said = 0
    const say = (client: Client, type: string, payload: object) =>
      client.ask('command', { room: 'friday', id: `c${said++}`, type, payload })
    await say(host, 'room.activate', { activity: 'telequiz' })
    const other = { ...questions[0], text: refused }
    const refusals = [
      await say(bob, 'telequiz.start', { questions: [other] }),
      await say(host, 'telequiz.start', { questions: [{ ...other, answer: 7 }] }),
      await say(host, 'telequiz.start', { questions: [{ ...other, choices: refused }] }),
      await say(host, 'telequiz.start', { questions: [{ ...other, text: refused.repeat(5_000) }] }),
    ]
    expect(refusals.map(({ error }) => error?.['code'])).toEqual([
      'access-denied',
      'invalid-payload',
      'invalid-payload',
      'payload-too-large',
    ])
    expect(await say(host, 'telequiz.start', { questions })).toMatchObject({ success: true })
    expect(await say(bob, 'telequiz.answer', { choice: 0 })).toMatchObject({ success: true })
    server.clock.advance(59_999)
    await bob.fence()

    const events = await server.request('/rooms/friday/events', {
      headers: { authorization: `Session ${host.session.sessionId}` },
    })
    expect(events.status).toBe(200)
    const seen = {
      heard: foundIn(JSON.stringify([host.seen, bob.seen])),
      refusals: foundIn(JSON.stringify(refusals)),
      events: foundIn(await events.text()),
      lines: foundIn(JSON.stringify(server.lines())),
      metrics: foundIn(await server.metrics()),
    }
    expect(seen).toEqual({ heard: [asked], refusals: [], events: [asked], lines: [], metrics: [] })
    expect(server.lines().length).toBeGreaterThan(0)

    for (const client of [host, bob]) client.socket.disconnect()
    await server.stop()
    const told = async (...command: ReadonlyArray<string>): Promise<string> =>
      (await roomreel(['--data', folder, ...command])).out.join('\n')
    expect(foundIn(await told('export', 'friday'))).toEqual([asked])
    expect(await told('export', 'friday')).not.toContain('"answer":')
    expect(foundIn(await told('export', 'friday', '--without-personal'))).toEqual([])
    expect(foundIn(await told('replay', 'friday'))).toEqual([asked])
    expect(foundIn(await told('replay', 'friday', '--json'))).toEqual([asked])
    expect(foundIn(await told('export', 'friday', '--with-secrets'))).toEqual([...later, asked])
  })
})
