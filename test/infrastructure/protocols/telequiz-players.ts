import { expect } from 'vitest'
import type { Client, Heard } from '../../kit/live-client.js'
import type { LiveServer } from '../../kit/live-server.js'

export { codeOf } from './speakers.js'

export const ok = { success: true }

export const questions = [
  { text: 'Which is a fruit?', choices: ['tomato', 'potato'], answer: 0, seconds: 10 },
  { text: 'canary-of-the-second', choices: ['canary-x', 'canary-y'], answer: 1, seconds: 20 },
]

export const say = (client: Client, event: string, payload?: unknown): Promise<Heard> =>
  client.ask('CUSTOM_MODULE_EVENT', { module: 'telequiz', event, payload })

export const join = async (server: LiveServer, id: string): Promise<Client> => {
  const client = await server.client()
  await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
  return client
}

/** A program in the same room. */
export const joinNatively = async (server: LiveServer, userId: string): Promise<Client> => {
  const client = await server.client('/rooms', { userId })
  await client.ask('join', { room: 'friday', token: 't' })
  return client
}

/** What a module said, without where. */
export const toldTo = (client: Client): ReadonlyArray<readonly [unknown, unknown]> =>
  client.of('CUSTOM_MODULE_EVENT').map(({ event, payload }) => [event, payload])

/** A quiz that Ann has started, with these others in the room. */
export const started = async (server: LiveServer, ...others: ReadonlyArray<string>) => {
  const host = await join(server, 'ann')
  const players: Array<Client> = []
  for (const id of others) players.push(await join(server, id))
  await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
  expect(await say(host, 'start', { questions })).toEqual(ok)
  return { host, players }
}
