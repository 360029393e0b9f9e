import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import type { LiveServer } from '../../../kit/live-server.js'
import { codeOf, withServer } from '../server-kit.js'

/** A signal event of one protocol, between members of the room `room_call`. */
interface SignalEvent {
  readonly event: string
  readonly field: string
  readonly namespace: '/' | '/rooms'
  readonly enter: (client: Client, name: string) => Promise<unknown>
  /** The fields that name the target. */
  readonly target: (client: Client, name: string) => object
  readonly room?: string
}

const mesh = (event: string, field: string): SignalEvent => ({
  event,
  field,
  namespace: '/',
  enter: (client) => client.ask('join:room', { roomCode: 'call', create: true }),
  target: ({ id }) => ({ targetPeerId: id }),
})
const picker = (event: string, field: string): SignalEvent => ({
  event,
  field,
  namespace: '/',
  enter: (client) => client.ask('viewer-join', { room: 'room_call' }),
  target: ({ id }) => ({ target: id }),
})

const signalEvents: ReadonlyArray<readonly [name: string, signal: SignalEvent]> = [
  mesh('webrtc:offer', 'offer'),
  mesh('webrtc:answer', 'answer'),
  mesh('webrtc:ice', 'candidate'),
  picker('offer', 'offer'),
  picker('answer', 'answer'),
  picker('ice-candidate', 'candidate'),
  {
    event: 'PEER_RELAY_SIGNAL',
    field: 'signalData',
    namespace: '/' as const,
    enter: (client: Client, name: string) =>
      client.ask('JOIN_USER_REQUEST', { roomId: 'room_call', user: { id: name, name }, token: 't' }),
    target: (_client: Client, name: string) => ({ targetUser: name }),
  },
  {
    event: 'signal',
    field: 'data',
    namespace: '/rooms' as const,
    enter: (client: Client) => client.ask('join', { room: 'room_call', create: true }),
    target: ({ id }: Client) => ({ room: 'room_call', kind: 'offer', to: id }),
  },
].map((signal) => [signal.event, signal])

const kib = 1_024
const json = (text: string): unknown => JSON.parse(text)

/** Content that every protocol rejects. */
const rejectedContents: ReadonlyArray<readonly [description: string, content: unknown, code: string]> = [
  ['larger than the limit of an event', 'x'.repeat(64 * kib), 'payload-too-large'],
  [
    'over the limit in bytes, not in characters',
    { type: 'offer', sdp: 'é'.repeat(33 * kib) },
    'payload-too-large',
  ],
  ['nested too deeply', json(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`), 'invalid-payload'],
  ['with the key __proto__', json('{"sdp":"v=0","__proto__":{"x":1}}'), 'invalid-payload'],
  ['with the key constructor', { sdp: 'v=0', constructor: {} }, 'invalid-payload'],
  ['ill-formed text', 'v=0 \ud800', 'invalid-payload'],
  ['with ill-formed text in it', { type: 'offer', sdp: '\udfff' }, 'invalid-payload'],
]

/** Content that is invalid for the field of its event. */
const invalidContents: ReadonlyArray<readonly [field: string, content: unknown]> = [
  ...['offer', 'answer'].flatMap((field) =>
    [
      undefined,
      null,
      7,
      true,
      [],
      {},
      '',
      { sdp: null },
      { sdp: 7 },
      { sdp: ['v=0'] },
      { type: 7, sdp: 'v=0' },
    ].map((content) => [field, content] as const),
  ),
  ['offer', { type: 'answer', sdp: 'v=0' }],
  ['answer', { type: 'offer', sdp: 'v=0' }],
  ...[
    undefined,
    7,
    true,
    [],
    { candidate: 7 },
    { sdpMid: 7 },
    { sdpMLineIndex: -1 },
    { sdpMLineIndex: '0' },
  ].map((content) => ['candidate', content] as const),
]

describe.each(signalEvents)('an invalid %s', (event, signal) => {
  const server = withServer()

  const meet = async (): Promise<readonly [Client, Client, Client]> => {
    const clients = [
      await server().client(signal.namespace),
      await server().client(signal.namespace),
      await server().client(signal.namespace),
    ] as const
    for (const [index, client] of clients.entries()) await signal.enter(client, `user-${index}`)
    return clients
  }

  /** No client has received anything, and the log has not grown. */
  const expectNoEffect = async (live: LiveServer, lengthBefore: number): Promise<void> => {
    for (const client of live.clients) await client.flush()
    expect(live.clients.flatMap((client) => client.payloadsOf(event, 'error'))).toEqual([])
    live.clock.advance(2_000)
    expect(live.log).toHaveLength(lengthBefore)
  }

  it('is rejected with its code, reaches no client and writes nothing', async () => {
    const [ann, bob] = await meet()
    const before = server().log.length
    for (const [, content, code] of rejectedContents) {
      const payload = { ...signal.target(bob, 'user-1'), [signal.field]: content }
      expect(codeOf(await ann.ask(event, payload))).toBe(code)
    }
    for (const [field, content] of invalidContents) {
      if (field !== signal.field) continue
      const payload = { ...signal.target(bob, 'user-1'), [field]: content }
      expect(await ann.ask(event, payload)).toMatchObject({ error: { code: 'invalid-payload' } })
    }
    for (const payload of [undefined, null, 7, 'v=0', [], [{}], true]) {
      expect(codeOf(await ann.ask(event, payload))).toBe('invalid-payload')
    }
    await expectNoEffect(server(), before)
  })

  it('with a forged sender arrives with its true sender', async () => {
    const [ann, bob, cy] = await meet()
    const forged = { from: cy.id, senderUser: 'user-2', by: cy.id, sender: cy.id, memberId: cy.id }
    const payload = {
      ...signal.target(bob, 'user-1'),
      [signal.field]: { candidate: 'x', sdp: 'v=0' },
      ...forged,
    }
    expect(await ann.ask(event, payload)).toEqual({ success: true })
    const received = await bob.waitFor(event)
    expect(received['from'] ?? received['senderUser']).toBe(
      received['from'] === undefined ? 'user-0' : ann.id,
    )
    expect(JSON.stringify(received)).not.toContain(cy.id)
    expect(Object.keys(received)).not.toContain('memberId')
  })

  it('to a name outside the room is target-not-found, also with a NUL in the name', async () => {
    const [ann] = await meet()
    const before = server().log.length
    const outside = await server().client(signal.namespace)
    for (const name of [outside.id, 'guessed', '__proto__', 'toString', `${ann.id}\0`, ' ']) {
      const target = { ...outside, id: name }
      const payload = { ...signal.target(target, name), [signal.field]: 'v=0' }
      expect(codeOf(await ann.ask(event, payload))).toBe('target-not-found')
    }
    await expectNoEffect(server(), before)
  })

  it('beyond 256 to an away member is rate-limited', async () => {
    const [ann, bob] = await meet()
    await server().loseConnection(bob)
    const payload = { ...signal.target(bob, 'user-1'), [signal.field]: 'candidate:1' }
    const codes = new Map<unknown, number>()
    const replies = Array.from({ length: 10_000 }, () => ann.ask(event, payload))
    for (const reply of await Promise.all(replies)) {
      const code = codeOf(reply) ?? 'done'
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    expect([...codes]).toEqual([
      ['done', 256],
      ['rate-limited', 9_744],
    ])
    server().clock.advance(60_000)
    await ann.flush()
    expect(
      server().log.flatMap((record) => (record.type === 'room.signalled' ? [record.data.count] : [])),
    ).toEqual([1, 255])
  })
})

describe('a guessed code or token', () => {
  const server = withServer()

  it('opens no room', async () => {
    const [ann, guesser] = [await server().client(), await server().client()]
    await ann.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id: 'a', name: 'A' } })
    const before = server().log.length
    for (let n = 0; n < 200; n++) {
      const roomCode = `guess-${n}`
      expect(codeOf(await guesser.ask('join:room', { roomCode }))).toBe('room-not-found')
      const user = { id: 'g', name: 'G' }
      const payload = { roomId: 'friday', user, token: `guess-${n}` }
      expect(codeOf(await guesser.ask('JOIN_USER_REQUEST', payload))).toBe('access-denied')
    }
    expect(server().log).toHaveLength(before)
    await ann.flush()
    expect(ann.events).toHaveLength(1)
  })
})
