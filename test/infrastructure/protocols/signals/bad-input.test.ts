import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../../kit/live-client.js'
import type { LiveServer } from '../../../kit/live-server.js'
import { withServer } from '../with-server.js'

const codeOf = (reply: Heard): unknown => reply.error?.['code']

/** One vocabulary's way to say something to somebody, both in the room `room_call`. */
interface Words {
  readonly event: string
  readonly field: string
  readonly namespace: '/' | '/rooms'
  readonly enter: (client: Client, name: string) => Promise<unknown>
  /** How the other one is named. */
  readonly target: (client: Client, name: string) => object
  readonly room?: string
}

const mesh = (event: string, field: string): Words => ({
  event,
  field,
  namespace: '/',
  enter: (client) => client.ask('join:room', { roomCode: 'call', create: true }),
  target: ({ id }) => ({ targetPeerId: id }),
})
const picker = (event: string, field: string): Words => ({
  event,
  field,
  namespace: '/',
  enter: (client) => client.ask('viewer-join', { room: 'room_call' }),
  target: ({ id }) => ({ target: id }),
})

const everyWay: ReadonlyArray<readonly [name: string, words: Words]> = [
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
].map((words) => [words.event, words])

const kib = 1_024
const json = (text: string): unknown => JSON.parse(text)

/** What no vocabulary passes on, whatever its words. */
const nowhere: ReadonlyArray<readonly [what: string, content: unknown, code: string]> = [
  ['is larger than an event may be', 'x'.repeat(64 * kib), 'payload-too-large'],
  [
    'is large in bytes and not in characters',
    { type: 'offer', sdp: 'é'.repeat(33 * kib) },
    'payload-too-large',
  ],
  ['is nested too deep', json(`${'{"a":'.repeat(32)}1${'}'.repeat(32)}`), 'invalid-payload'],
  ['has a key that means something to objects', json('{"sdp":"v=0","__proto__":{"x":1}}'), 'invalid-payload'],
  ['has a constructor', { sdp: 'v=0', constructor: {} }, 'invalid-payload'],
  ['is ill-formed text', 'v=0 \ud800', 'invalid-payload'],
  ['has ill-formed text in it', { type: 'offer', sdp: '\udfff' }, 'invalid-payload'],
]

/** What is none of these words': `offer`, `answer` and `candidate` say what they are. */
const notThese: ReadonlyArray<readonly [field: string, content: unknown]> = [
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

describe.each(everyWay)('bad input by %s', (event, words) => {
  const server = withServer()

  const meet = async (): Promise<readonly [Client, Client, Client]> => {
    const clients = [
      await server().client(words.namespace),
      await server().client(words.namespace),
      await server().client(words.namespace),
    ] as const
    for (const [place, client] of clients.entries()) await words.enter(client, `user-${place}`)
    return clients
  }

  /** Nobody has heard of it, and the room is as it was. */
  const untouched = async (here: LiveServer, before: number): Promise<void> => {
    for (const client of here.clients) await client.fence()
    expect(here.clients.flatMap((client) => client.of(event, 'error'))).toEqual([])
    here.clock.advance(2_000)
    expect(here.log).toHaveLength(before)
  }

  it('is refused with its code, reaches nobody and leaves no trace', async () => {
    const [ann, bob] = await meet()
    const before = server().log.length
    for (const [, content, code] of nowhere) {
      const said = { ...words.target(bob, 'user-1'), [words.field]: content }
      expect(codeOf(await ann.ask(event, said))).toBe(code)
    }
    for (const [field, content] of notThese) {
      if (field !== words.field) continue
      const said = { ...words.target(bob, 'user-1'), [field]: content }
      expect(await ann.ask(event, said)).toMatchObject({ error: { code: 'invalid-payload' } })
    }
    for (const payload of [undefined, null, 7, 'v=0', [], [{}], true]) {
      expect(codeOf(await ann.ask(event, payload))).toBe('invalid-payload')
    }
    await untouched(server(), before)
  })

  it('of a forged sender is from whom it is', async () => {
    const [ann, bob, cy] = await meet()
    const forged = { from: cy.id, senderUser: 'user-2', by: cy.id, sender: cy.id, memberId: cy.id }
    const said = { ...words.target(bob, 'user-1'), [words.field]: { candidate: 'x', sdp: 'v=0' }, ...forged }
    expect(await ann.ask(event, said)).toEqual({ success: true })
    const heard = await bob.hears(event)
    expect(heard['from'] ?? heard['senderUser']).toBe(heard['from'] === undefined ? 'user-0' : ann.id)
    expect(JSON.stringify(heard)).not.toContain(cy.id)
    expect(Object.keys(heard)).not.toContain('memberId')
  })

  it('to nobody of this room finds nobody, with or without a text end in its name', async () => {
    const [ann] = await meet()
    const before = server().log.length
    const outside = await server().client(words.namespace)
    for (const name of [outside.id, 'guessed', '__proto__', 'toString', `${ann.id}\0`, ' ']) {
      const target = { ...outside, id: name }
      const said = { ...words.target(target, name), [words.field]: 'v=0' }
      expect(codeOf(await ann.ask(event, said))).toBe('target-not-found')
    }
    await untouched(server(), before)
  })

  it('of 10 000 to a member that is away is kept as far as may wait, and told to wait beyond', async () => {
    const [ann, bob] = await meet()
    await server().loses(bob)
    const said = { ...words.target(bob, 'user-1'), [words.field]: 'candidate:1' }
    const codes = new Map<unknown, number>()
    const told = Array.from({ length: 10_000 }, () => ann.ask(event, said))
    for (const reply of await Promise.all(told)) {
      const code = codeOf(reply) ?? 'done'
      codes.set(code, (codes.get(code) ?? 0) + 1)
    }
    expect([...codes]).toEqual([
      ['done', 256],
      ['rate-limited', 9_744],
    ])
    server().clock.advance(60_000)
    await ann.fence()
    expect(
      server().log.flatMap((record) => (record.type === 'room.signalled' ? [record.data.count] : [])),
    ).toEqual([1, 255])
  })
})

describe('a code that is guessed', () => {
  const server = withServer()

  it('opens nothing, and is not told from one that never was', async () => {
    const [ann, guesser] = [await server().client(), await server().client()]
    await ann.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id: 'a', name: 'A' } })
    const before = server().log.length
    for (let n = 0; n < 200; n++) {
      const roomCode = `guess-${n}`
      expect(codeOf(await guesser.ask('join:room', { roomCode }))).toBe('room-not-found')
      const user = { id: 'g', name: 'G' }
      const wanted = { roomId: 'friday', user, token: `guess-${n}` }
      expect(codeOf(await guesser.ask('JOIN_USER_REQUEST', wanted))).toBe('access-denied')
    }
    expect(server().log).toHaveLength(before)
    await ann.fence()
    expect(ann.heard).toHaveLength(1)
  })
})
