import { hash } from 'node:crypto'
import { expect, test } from 'vitest'
import { digestOf } from '../../../src/infrastructure/protocols/handler-context.js'
import { memoryEventStore } from '../../../src/infrastructure/storage/memory-event-store.js'
import { liveServer } from '../../kit/live-server.js'

test('digestOf ignores the order of fields, and differs for another command or another key', () => {
  const digest = digestOf('key', { type: 'poll.vote', payload: { a: 1, b: [2] } })
  expect(digestOf('key', { payload: { b: [2], a: 1 }, type: 'poll.vote' })).toBe(digest)
  expect(digestOf('key', { type: 'poll.vote', payload: { a: 1, b: [3] } })).not.toBe(digest)
  expect(digestOf('another', { type: 'poll.vote', payload: { a: 1, b: [2] } })).not.toBe(digest)
})

test('a reader of the log cannot confirm a guessed command without the key of the store', async () => {
  const store = memoryEventStore()
  const server = await liveServer({ store })
  const client = await server.client('/rooms')
  await client.ask('join', { room: 'r', create: true })
  const activate = { type: 'room.activate', payload: { activity: 'poll' } }
  await client.ask('command', { room: 'r', id: 'c1', ...activate })
  const digests = server.log.flatMap(({ cause }) => (cause === null ? [] : [cause.digest]))
  const texts = [JSON.stringify(activate), JSON.stringify({ payload: activate.payload, type: activate.type })]
  const guesses = ['', 'r', String(server.log[0]?.epoch)].flatMap((salt) =>
    texts.map((text) => hash('sha256', `${salt}${text}`, 'base64url')),
  )
  expect(digests).toEqual([digestOf(store.key, activate)])
  expect(guesses).not.toContain(digests[0])
  await server.close()
})
