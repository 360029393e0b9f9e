import { afterEach, beforeEach, expect, it } from 'vitest'
import type { VirtualClock } from '../../kit/virtual-clock.js'
import { virtualClock } from '../../kit/virtual-clock.js'
import type { LiveServer } from '../../kit/live-server.js'
import { liveServer } from '../../kit/live-server.js'
import { authenticateFake, fakeToken } from './fake-tokens.js'

let clock: VirtualClock
let server: LiveServer

beforeEach(async () => {
  clock = virtualClock()
  server = await liveServer({ clock, authenticate: authenticateFake(clock) })
})

afterEach(() => server.close())

/** All texts inside a value. */
const textsIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}

it('shows an operator a room with its last 100 events and without any secret, and writes nothing', async () => {
  const [host, leader] = [await server.client('/'), await server.client('/')]
  const joining = { roomId: 'hall', user: { id: 'bob', name: 'Bob' }, token: 'canary-token' }
  await host.ask('JOIN_USER_REQUEST', joining)
  await leader.ask('viewer-join', { room: 'hall', token: 'canary-token' })
  await host.ask('ACTIVATE_MODULE', { module: 'telequiz' })
  const question = { text: 'Which?', choices: ['one', 'canary-choice'], answer: 1, seconds: 60 }
  const start = { questions: [question, { ...question, text: 'canary-later' }] }
  await host.ask('CUSTOM_MODULE_EVENT', { module: 'telequiz', event: 'start', payload: start })
  await leader.ask('startRandom', ['Ann', 'Bob'])
  await leader.flush()

  const roles = ['admin' as const]
  const token = fakeToken({ sub: 'op', roles, iat: clock.now(), exp: clock.now() + 60_000 })
  const operator = await server.client('/admin', { token })
  const before = server.log.length
  const { success, state, events } = await operator.ask('admin:room', { room: 'hall' })
  expect([success, server.log.length]).toEqual([true, before])
  expect((events as ReadonlyArray<{ seq: number }>).map(({ seq }) => seq)).toEqual(
    server.log.map(({ seq }) => seq).slice(-100),
  )
  expect(Object.keys((state as { modules: object }).modules)).toEqual(['random-picker', 'telequiz'])

  const secrets = server.log.flatMap((record) => textsIn(record.secret)).filter((text) => text !== 'Which?')
  expect(secrets.length).toBeGreaterThan(5)
  const shown = JSON.stringify([state, events])
  // Everyone sees the members of the running draw, the choices of the open question, and the ids of members, which are
  // those of their first connections (E-37).
  const shared = new Set(['Ann', 'Bob', 'one', 'canary-choice', host.id, leader.id])
  for (const secret of [...secrets, 'canary-token', 'canary-later'])
    if (!shared.has(secret)) expect(shown).not.toContain(secret)
  expect(shown).not.toContain('"answer"')
})

it('answers that a room does not exist', async () => {
  const roles = ['admin' as const]
  const token = fakeToken({ sub: 'op', roles, iat: clock.now(), exp: clock.now() + 60_000 })
  const operator = await server.client('/admin', { token })
  expect(await operator.ask('admin:room', { room: 'nowhere' })).toMatchObject({
    error: { code: 'room-not-found' },
  })
})
