import { expect } from 'vitest'
import type { Client, Payload } from '../kit/live-client.js'
import type { LiveServer } from '../kit/live-server.js'
import { eventOf } from '../../src/domain/room/index.js'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'

/** Emits without a position in a log: signals, counts, and events about the connection itself. */
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

/** Without a position if a member joins again. */
const onJoin = new Set(['room:joined', 'JOIN_USER_ACCEPTED', 'EXISTING_USERS'])

interface PositionedEmit {
  readonly event: string
  readonly room: string
  readonly seq: number
  readonly at: number
  readonly more: boolean
}

/** The order in which every client of every protocol receives emits (wire.md, “Order”). */
export const expectClientContract = ({ events: heard }: Pick<Client, 'events'>): void => {
  expect(
    heard.filter(([event]) => event === 'session'),
    'session is sent once, as the first event',
  ).toEqual([])
  const emits = heard.flatMap(([event, payload]) => positionedEmits(event, payload))
  const last = new Map<string, PositionedEmit>()
  for (const emit of emits) {
    const before = last.get(emit.room)
    if (before !== undefined) {
      expect(emit.at, `at goes back in ${emit.room}`).toBeGreaterThanOrEqual(before.at)
      if (before.more) expect(emit.seq, `after ${before.event} with more`).toBe(before.seq)
      else expect(emit.seq, `${emit.event} after ${before.event}`).toBeGreaterThan(before.seq)
    }
    last.set(emit.room, emit)
  }
}

const positionedEmits = (event: string, payload: Payload): ReadonlyArray<PositionedEmit> => {
  if (withoutPosition.has(event)) expect(payload).not.toHaveProperty('seq')
  if (withoutPosition.has(event) || (onJoin.has(event) && !('seq' in payload))) return []
  const payloads: ReadonlyArray<unknown> = Array.isArray(payload) ? payload : [payload]
  return payloads.map((each) => {
    expect(each).toMatchObject({
      room: expect.any(String),
      seq: expect.any(Number),
      at: expect.any(Number),
    })
    const { room, seq, at, more } = each as Omit<PositionedEmit, 'event' | 'more'> & { readonly more?: true }
    return { event, room, seq, at, more: more === true }
  })
}

/** Checks every client of a server, closes the server, and checks that nothing of the clients remains. */
export const expectServerContract = async (server: LiveServer): Promise<void> => {
  const secrets = secretsIn(server)
  for (const client of server.clients) {
    expectClientContract(client)
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

/** The secrets of the log that no client may receive: seeds of draws that have not ended, sessions, tokens. */
const secretsIn = ({ log }: LiveServer): ReadonlySet<string> => {
  const secrets = new Set<string>()
  for (const { secret } of log) {
    for (const text of JSON.stringify(secret ?? null).match(/[0-9a-f]{64}/g) ?? []) secrets.add(text)
  }
  for (const record of log) {
    const event = eventOf(randomPicker, record)
    if (event?.type !== 'random-picker.complete' && event?.type !== 'random-picker.cancelled') continue
    secrets.delete(event.data.proof.serverSeed)
  }
  return secrets
}
