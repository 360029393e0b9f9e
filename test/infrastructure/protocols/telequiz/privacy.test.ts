import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { openStore, roomreel } from '../../cli/cli-kit.js'
import type { Client } from '../../../kit/live-client.js'
import { connected } from '../../../kit/live-client.js'
import { inFolder, runningServer } from '../../http/running-server.js'
import type { TestServer } from '../../http/running-server.js'

/** Texts of the next question and of rejected ones; they are part of no other text, so a search finds every copy. */
const nextTexts = ['canary-text-kxqz', 'canary-choice-kxqz', 'canary-right-kxqz']
const rejectedText = 'canary-refused-kxqz'
/** The text of the open question, which is in the room's log: it shows that the search works. */
const openText = 'canary-asked-kxqz'

const foundIn = (text: string): ReadonlyArray<string> =>
  [...nextTexts, rejectedText, openText].filter((canary) => text.includes(canary))

const [text = '', choice = '', right = ''] = nextTexts
const questions = [
  { text: openText, choices: ['tomato', 'potato'], answer: 1, seconds: 60 },
  { text, choices: [choice, right], answer: 1, seconds: 60 },
]

const joinNative = async (server: TestServer, userId: string): Promise<Client> => {
  const options = { auth: { userId }, transports: ['websocket'], forceNew: true, reconnection: false }
  const client = await connected(io(`${server.url}/rooms`, options))
  await client.ask('join', { room: 'friday', create: true })
  return client
}

test('right answers and later questions are in no log line, metric, reply or file before they are shown', async () => {
  await inFolder(async (folder) => {
    const server = await runningServer({ store: await openStore(folder) })
    const [host, bob] = [await joinNative(server, 'ann'), await joinNative(server, 'bob')]
    let commands = 0
    const send = (client: Client, type: string, payload: object) =>
      client.ask('command', { room: 'friday', id: `c${commands++}`, type, payload })
    await send(host, 'room.activate', { activity: 'telequiz' })
    const other = { ...questions[0], text: rejectedText }
    const rejections = [
      await send(bob, 'telequiz.start', { questions: [other] }),
      await send(host, 'telequiz.start', { questions: [{ ...other, answer: 7 }] }),
      await send(host, 'telequiz.start', { questions: [{ ...other, choices: rejectedText }] }),
      await send(host, 'telequiz.start', { questions: [{ ...other, text: rejectedText.repeat(5_000) }] }),
    ]
    expect(rejections.map(({ error }) => error?.['code'])).toEqual([
      'access-denied',
      'invalid-payload',
      'invalid-payload',
      'payload-too-large',
    ])
    expect(await send(host, 'telequiz.start', { questions })).toMatchObject({ success: true })
    expect(await send(bob, 'telequiz.answer', { choice: 0 })).toMatchObject({ success: true })
    server.clock.advance(59_999)
    await bob.flush()

    const events = await server.request('/rooms/friday/events', {
      headers: { authorization: `Session ${host.session.sessionId}` },
    })
    expect(events.status).toBe(200)
    const found = {
      clients: foundIn(JSON.stringify([host.seen, bob.seen])),
      rejections: foundIn(JSON.stringify(rejections)),
      events: foundIn(await events.text()),
      lines: foundIn(JSON.stringify(server.lines())),
      metrics: foundIn(await server.metrics()),
    }
    expect(found).toEqual({ clients: [openText], rejections: [], events: [openText], lines: [], metrics: [] })
    expect(server.lines().length).toBeGreaterThan(0)

    for (const client of [host, bob]) client.socket.disconnect()
    await server.stop()
    const outputOf = async (...command: ReadonlyArray<string>): Promise<string> =>
      (await roomreel(['--data', folder, ...command])).out.join('\n')
    expect(foundIn(await outputOf('export', 'friday'))).toEqual([openText])
    expect(await outputOf('export', 'friday')).not.toContain('"answer":')
    expect(foundIn(await outputOf('export', 'friday', '--without-personal'))).toEqual([])
    expect(foundIn(await outputOf('replay', 'friday'))).toEqual([openText])
    expect(foundIn(await outputOf('replay', 'friday', '--json'))).toEqual([openText])
    expect(foundIn(await outputOf('export', 'friday', '--with-secrets'))).toEqual([...nextTexts, openText])
  })
})
