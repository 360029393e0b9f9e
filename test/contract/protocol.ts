import { expect } from 'vitest'
import type { Client, Heard } from '../kit/live-client.js'
import type { LiveServer } from '../kit/live-server.js'
import { eventOf } from '../../src/domain/room/index.js'
import { randomPicker } from '../../src/domain/activities/random-picker/index.js'

/** What is no news of a room's log has no place in it: signals, counts, and what is said to one socket about itself. */
const unplaced = new Set([
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

/** Told again to who joins again, which is no news either. */
const toldAgain = new Set(['room:joined', 'JOIN_USER_ACCEPTED', 'EXISTING_USERS'])

interface Placed {
  readonly event: string
  readonly room: string
  readonly seq: number
  readonly at: number
  readonly more: boolean
}

/** What every client of every dialect is promised, whatever it heard (wire.md, "Order"). */
export const keepsOrder = ({ heard }: Pick<Client, 'heard'>): void => {
  expect(
    heard.filter(([event]) => event === 'session'),
    'the session comes once, and before anything else',
  ).toEqual([])
  const placed = heard.flatMap(([event, payload]) => placesOf(event, payload))
  const last = new Map<string, Placed>()
  for (const emit of placed) {
    const before = last.get(emit.room)
    if (before !== undefined) {
      expect(emit.at, `at goes back in ${emit.room}`).toBeGreaterThanOrEqual(before.at)
      if (before.more) expect(emit.seq, `after ${before.event} with more`).toBe(before.seq)
      else expect(emit.seq, `${emit.event} after ${before.event}`).toBeGreaterThan(before.seq)
    }
    last.set(emit.room, emit)
  }
}

const placesOf = (event: string, payload: Heard): ReadonlyArray<Placed> => {
  if (unplaced.has(event)) expect(payload).not.toHaveProperty('seq')
  if (unplaced.has(event) || (toldAgain.has(event) && !('seq' in payload))) return []
  const all: ReadonlyArray<unknown> = Array.isArray(payload) ? payload : [payload]
  return all.map((each) => {
    expect(each).toMatchObject({
      room: expect.any(String),
      seq: expect.any(Number),
      at: expect.any(Number),
    })
    const { room, seq, at, more } = each as Omit<Placed, 'event' | 'more'> & { readonly more?: true }
    return { event, room, seq, at, more: more === true }
  })
}

/** What holds for every client of a server, and for the server once they are gone. */
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
  expect(server.hub.load()).toMatchObject({ rooms: 0, subscribers: 0, connections: 0 })
  expect(server.renewed()).toBe(0)
  expect(server.engine.load().undecided).toBe(0)
}

/** Everything in the log that leaves the engine through nothing: seeds of draws that have not ended, sessions, tokens. */
const secretsIn = ({ log }: LiveServer): ReadonlySet<string> => {
  const secrets = new Set<string>()
  for (const { secret } of log) {
    for (const text of JSON.stringify(secret ?? null).match(/[0-9a-f]{64}/g) ?? []) secrets.add(text)
  }
  for (const record of log) {
    const drawn = eventOf(randomPicker, record)
    if (drawn?.type !== 'random-picker.complete' && drawn?.type !== 'random-picker.cancelled') continue
    secrets.delete(drawn.data.proof.serverSeed)
  }
  return secrets
}
