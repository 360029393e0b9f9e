import { expect } from 'vitest'
import type { Client, Payload } from '../../../kit/live-client.js'
import type { LiveServer } from '../../../kit/live-server.js'
import { ok } from '../server-kit.js'

export const questions = [
  { text: 'Which is a fruit?', choices: ['tomato', 'potato'], answer: 0, seconds: 10 },
  { text: 'canary-of-the-second', choices: ['canary-x', 'canary-y'], answer: 1, seconds: 20 },
]

export const send = (client: Client, event: string, payload?: unknown): Promise<Payload> =>
  client.ask('CUSTOM_MODULE_EVENT', { module: 'telequiz', event, payload })

export const join = async (server: LiveServer, id: string): Promise<Client> => {
  const client = await server.client()
  await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
  return client
}

/** A client of the native protocol in the same room. */
export const joinNative = async (server: LiveServer, userId: string): Promise<Client> => {
  const client = await server.client('/rooms', { userId })
  await client.ask('join', { room: 'friday', token: 't' })
  return client
}

/** The names and payloads of the module events that a client has received. */
export const moduleEvents = (client: Client): ReadonlyArray<readonly [unknown, unknown]> =>
  client.payloadsOf('CUSTOM_MODULE_EVENT').map(({ event, payload }) => [event, payload])

/** Ann starts a quiz as its host, with these players in the room. */
export const startQuiz = async (server: LiveServer, ...ids: ReadonlyArray<string>) => {
  const host = await join(server, 'ann')
  const players: Array<Client> = []
  for (const id of ids) players.push(await join(server, id))
  await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
  expect(await send(host, 'start', { questions })).toEqual(ok)
  return { host, players }
}
