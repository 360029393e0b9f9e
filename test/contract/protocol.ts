import { expect } from 'vitest'
import type { Client, Heard } from '../kit/live-client.js'
import type { LiveServer } from '../kit/live-server.js'
import { eventOf } from '../../src/domain/room/index.js'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'

/** Events without a position in the log: signals, counts, and messages to one socket about itself. */
const withoutPosition = new Set([
  'viewer-count-update',
  'error',
  'server-shutdown',
  'session',
  'ice-servers',
  'offer',
  'answer',
  'ice-candidate',
  'webrtc:offer',
  'webrtc:answer',
  'webrtc:ice',
  'PEER_RELAY_SIGNAL',
  'signal',
  'JOIN_USER_DENIED',
  'FORCED_DISCONNECT',
  'gameError',
])

/** Events that a repeated join sends again, without a position. */
const repeatedOnJoin = new Set(['room:joined', 'JOIN_USER_ACCEPTED', 'EXISTING_USERS'])

interface Positioned {
  readonly event: string
  readonly room: string
  readonly seq: number
  readonly at: number
  readonly more: boolean
}

/** The order that each client of each protocol gets (wire.md, "Order"). */
export const keepsOrder = ({ heard }: Pick<Client, 'heard'>): void => {
  expect(
    heard.filter(([event]) => event === 'session'),
    'the session is sent once, before all other events',
  ).toEqual([])
  const positioned = heard.flatMap(([event, payload]) => positionsOf(event, payload))
  const last = new Map<string, Positioned>()
  for (const emit of positioned) {
    const before = last.get(emit.room)
    if (before !== undefined) {
      expect(emit.at, `at goes back in ${emit.room}`).toBeGreaterThanOrEqual(before.at)
      if (before.more) expect(emit.seq, `after ${before.event} with more`).toBe(before.seq)
      else expect(emit.seq, `${emit.event} after ${before.event}`).toBeGreaterThan(before.seq)
    }
    last.set(emit.room, emit)
  }
}

const positionsOf = (event: string, payload: Heard): ReadonlyArray<Positioned> => {
  if (withoutPosition.has(event)) expect(payload).not.toHaveProperty('seq')
  if (withoutPosition.has(event) || (repeatedOnJoin.has(event) && !('seq' in payload))) return []
  const all: ReadonlyArray<unknown> = Array.isArray(payload) ? payload : [payload]
  return all.map((each) => {
    expect(each).toMatchObject({
      room: expect.any(String),
      seq: expect.any(Number),
      at: expect.any(Number),
    })
    const { room, seq, at, more } = each as Omit<Positioned, 'event' | 'more'> & { readonly more?: true }
    return { event, room, seq, at, more: more === true }
  })
}

/** The promises to each client of a server, and of the server after all clients have left. */
export const keepsItsPromises = async (server: LiveServer): Promise<void> => {
  const secrets = secretsIn(server)
  for (const client of server.clients) {
    keepsOrder(client)
    const received = JSON.stringify(client.seen).match(/[0-9a-f]{64}/g) ?? []
    expect(
      received.filter((text) => secrets.has(text)),
      'secrets that reached a client',
    ).toEqual([])
  }
  expect(server.defects).toEqual([])
  await server.close()
  expect(server.sessions.load()).toMatchObject({ rooms: 0, subscribers: 0, connections: 0 })
  expect(server.renewed()).toBe(0)
  expect(server.engine.load().undecided).toBe(0)
}

/** The secrets in the log: sessions, token hashes, and the seeds of draws that have not ended. */
const secretsIn = ({ log }: LiveServer): ReadonlySet<string> => {
  const secrets = new Set<string>()
  for (const { secret } of log) {
    for (const text of JSON.stringify(secret ?? null).match(/[0-9a-f]{64}/g) ?? []) secrets.add(text)
  }
  for (const record of log) {
    const pickerEvent = eventOf(randomPicker, record)
    if (pickerEvent?.type !== 'random-picker.complete' && pickerEvent?.type !== 'random-picker.cancelled')
      continue
    secrets.delete(pickerEvent.data.proof.serverSeed)
  }
  return secrets
}
