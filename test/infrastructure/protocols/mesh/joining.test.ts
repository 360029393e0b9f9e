import { describe, expect, it } from 'vitest'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import type { Sfu } from '../../../../src/application/ports/sfu.js'
import type { Client, Heard } from '../../../kit/live-client.js'
import { withServer } from '../with-server.js'

const codeOf = (reply: Heard): unknown => reply.error?.['code']

const create = (client: Client, roomCode: string): Promise<Heard> =>
  client.ask('join:room', { roomCode, create: true })

describe('a mesh room', () => {
  const server = withServer()

  it('is made by its code, and not entered by that', async () => {
    const client = await server().client()
    expect(await client.ask('create:room', { roomCode: 'ABC123' })).toEqual({
      success: true,
      roomId: 'room_abc123',
      roomCode: 'ABC123',
    })
    expect(server().log.map(({ type }) => type)).toEqual(['room.created'])
    expect(codeOf(await client.ask('create:room', { roomCode: 'abc123' }))).toBe('room-exists')
    expect(codeOf(await client.ask('webrtc:offer', { targetPeerId: 'x', offer: 'v=0' }))).toBe('not-in-room')
  })

  it('gets a code of its own where none is asked for', async () => {
    const client = await server().client()
    const made = await client.ask('create:room')
    expect(made).toMatchObject({ success: true, roomCode: expect.stringMatching(/^\w{4}-\w{4}$/) })
    expect(await client.ask('join:room', { roomCode: made['roomCode'] })).toMatchObject({
      roomId: made['roomId'],
      peerId: client.id,
      peers: [],
    })
  })

  it('is the same by its code in any case', async () => {
    const [one, other] = [await server().client(), await server().client()]
    expect(await create(one, 'Ab-9')).toMatchObject({ roomId: 'room_ab-9' })
    expect(await other.ask('join:room', { roomCode: 'aB-9' })).toMatchObject({
      roomId: 'room_ab-9',
      peers: [{ id: one.id, polite: false }],
    })
  })

  it('is not found by a code that nobody made, unless it is to be made', async () => {
    const client = await server().client()
    expect(codeOf(await client.ask('join:room', { roomCode: 'nobody' }))).toBe('room-not-found')
    expect(codeOf(await client.ask('join:room', { roomCode: 'nobody', create: false }))).toBe(
      'room-not-found',
    )
    expect(server().log).toEqual([])
    expect(await create(client, 'nobody')).toMatchObject({ success: true })
  })

  it.each([[''], ['a'.repeat(33)], ['ä'], ['a b'], ['a_b'], [7], [null]])(
    'has no code like %j',
    async (roomCode) => {
      const client = await server().client()
      for (const event of ['create:room', 'join:room']) {
        expect(await client.ask(event, { roomCode, create: true })).toMatchObject({
          error: { code: 'invalid-payload', path: 'roomCode', event },
        })
      }
      expect(server().log).toEqual([])
    },
  )

  it('tells the one who enters of the others, and the others of it, with who gives way', async () => {
    const [ann, bob, cy] = [
      await server().client('/', { name: 'Ann', userId: 'u-ann' }),
      await server().client('/', { name: 'Bob' }),
      await server().client(),
    ]
    await create(ann, 'call')
    await create(bob, 'call')
    const joined = await create(cy, 'call')
    const iceServers = [{ urls: 'stun:stun.example.org' }]
    const peers = [
      { id: ann.id, userId: 'u-ann', userInfo: { username: 'Ann' }, polite: false },
      { id: bob.id, userInfo: { username: 'Bob' }, polite: false },
    ]
    expect(joined).toEqual({ success: true, roomId: 'room_call', peerId: cy.id, peers, iceServers })
    const { seq, at } = await cy.hears('room:joined')
    expect(cy.heard).toEqual([
      [
        'room:joined',
        { roomId: 'room_call', peerId: cy.id, peers, iceServers, room: 'room_call', seq: 4, at },
      ],
    ])
    const place = { room: 'room_call', seq, at }
    expect(await ann.hears('peer:joined', ({ peerId }) => peerId === cy.id)).toEqual({
      peerId: cy.id,
      polite: true,
      ...place,
    })
    expect(await bob.hears('peer:joined')).toMatchObject({ peerId: cy.id, polite: true })
    expect(ann.of('peer:joined')).toHaveLength(2)
  })

  it('is told by room:joined whether or not an acknowledgement is asked for', async () => {
    const client = await server().client()
    client.socket.emit('join:room', { roomCode: 'quiet', create: true })
    expect(await client.hears('room:joined')).toMatchObject({ roomId: 'room_quiet', peers: [] })
    client.socket.emit('join:room', { roomCode: 'nowhere' })
    expect(await client.hears('error')).toMatchObject({ code: 'room-not-found', event: 'join:room' })
  })

  it('is one at a time: who enters another leaves the first, and who is refused stays', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'first')
    expect(codeOf(await ann.ask('join:room', { roomCode: 'unknown' }))).toBe('room-not-found')
    expect(bob.of('peer:left')).toEqual([])
    expect(await create(ann, 'second')).toMatchObject({ roomId: 'room_second', peers: [] })
    expect(await bob.hears('peer:left')).toMatchObject({ peerId: ann.id, reason: 'left', room: 'room_first' })
    await bob.ask('leave:room')
    await ann.fence()
    expect(ann.of('peer:left')).toEqual([])
  })

  it('is left once, however often one says so', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    for (let time = 0; time < 3; time++) expect(await ann.ask('leave:room')).toEqual({ success: true })
    await bob.fence()
    expect(bob.of('peer:left')).toMatchObject([{ peerId: ann.id, reason: 'left' }])
    expect(codeOf(await ann.ask('webrtc:offer', { targetPeerId: bob.id, offer: 'v=0' }))).toBe('not-in-room')
    await create(ann, 'call')
    expect((await ann.hears('room:joined', ({ seq }) => seq === 5))['peers']).toMatchObject([
      { id: bob.id, polite: false },
    ])
    expect(await bob.hears('peer:joined')).toMatchObject({ peerId: ann.id, polite: true })
  })

  it('says the same to a peer that enters again, and nothing to the others', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    const length = server().log.length
    const again = await create(ann, 'call')
    expect(again).toMatchObject({ peerId: ann.id, peers: [{ id: bob.id, polite: true }] })
    await bob.fence()
    expect(bob.of('peer:joined', 'peer:left')).toEqual([])
    expect(server().log).toHaveLength(length)
  })

  it('is entered with its token alone, where it has one', async () => {
    const client = await server().client()
    await new Promise<void>((resolve) => {
      server().engine.submit(roomId('room_private'), {
        command: { type: 'create', token: 'open sesame', rules: { maxPeers: 10, history: 'own' } },
        by: null,
        cause: null,
        reply: () => resolve(),
      })
    })
    for (const token of [undefined, 'open sesam', 'OPEN SESAME']) {
      expect(codeOf(await client.ask('join:room', { roomCode: 'private', token }))).toBe('access-denied')
    }
    expect(codeOf(await client.ask('join:room', { roomCode: 'private', token: '' }))).toBe('invalid-payload')
    expect(await client.ask('join:room', { roomCode: 'private', token: 'open sesame' })).toMatchObject({
      peers: [],
    })
  })
})

describe('a peer that loses its connection', () => {
  const server = withServer()

  it('is told to nobody as long as it may come back, and keeps its id', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    for (let time = 0; time < 3; time++) {
      await server().loses(time === 0 ? ann : (server().clients.at(-1) ?? ann))
      server().clock.advance(14_999)
      const back = await server().client('/', { sessionId: ann.session.sessionId })
      expect(back.session.memberships).toMatchObject([{ room: 'room_call', memberId: ann.id, role: 'peer' }])
      expect(await back.ask('webrtc:offer', { targetPeerId: bob.id, offer: `v=${time}` })).toEqual({
        success: true,
      })
      expect(await bob.hears('webrtc:offer', ({ offer }) => offer === `v=${time}`)).toMatchObject({
        from: ann.id,
      })
    }
    expect(bob.of('peer:left', 'peer:joined')).toEqual([])
  })

  it('is told once when its grace is over', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    await server().loses(ann)
    server().clock.advance(15_000)
    expect(await bob.hears('peer:left')).toMatchObject({ peerId: ann.id, reason: 'expired' })
    await bob.fence()
    expect(bob.of('peer:left')).toHaveLength(1)
  })

  it('hears who came and went meanwhile, if it says what it has heard', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    const { seq } = await ann.hears('peer:joined')
    await server().loses(ann)
    const cy = await server().client()
    await create(cy, 'call')
    await bob.ask('leave:room')
    const back = await server().client('/', { sessionId: ann.session.sessionId, offsets: { room_call: seq } })
    await back.hears('peer:left')
    expect(back.heard.map(([event, { peerId }]) => [event, peerId])).toEqual([
      ['peer:joined', cy.id],
      ['peer:left', bob.id],
    ])
  })
})

describe('a full room', () => {
  const server = withServer({ maxPeers: 3 })

  const full = async (): Promise<readonly [Client, Client, Client]> => {
    const peers = [await server().client(), await server().client(), await server().client()] as const
    for (const peer of peers) await create(peer, 'call')
    return peers
  }

  it('refuses one more peer, and says that an SFU is the way', async () => {
    const [ann] = await full()
    const late = await server().client()
    const log = server().log.length
    expect(await create(late, 'call')).toEqual({
      success: false,
      error: {
        code: 'room-full',
        message: expect.any(String),
        timestamp: expect.any(String),
        event: 'join:room',
        route: 'sfu',
      },
    })
    expect(server().log).toHaveLength(log)
    await ann.ask('leave:room')
    expect(await create(late, 'call')).toMatchObject({ success: true })
  })

  it('gives the place of a peer that is away to a newcomer, who never hears of the one before', async () => {
    const [ann, bob, cy] = await full()
    await server().loses(ann)
    const late = await server().client()
    const joined = await create(late, 'call')
    expect(joined['peers']).toMatchObject([{ id: bob.id }, { id: cy.id }])
    expect(await bob.hears('peer:left')).toMatchObject({ peerId: ann.id, reason: 'displaced' })
    await late.fence()
    expect(late.heard.map(([event]) => event)).toEqual(['room:joined'])
    const back = await server().client('/', { sessionId: ann.session.sessionId })
    expect(back.session.memberships).toEqual([])
    expect(codeOf(await create(back, 'call'))).toBe('room-full')
  })

  it('has fewer places where its maker wants it so, and never more', async () => {
    const client = await server().client()
    for (const maxPeers of [0, -1, 11, 2.5, '3']) {
      expect(await client.ask('create:room', { roomCode: 'few', maxPeers })).toMatchObject({
        error: { code: 'invalid-payload', path: 'maxPeers' },
      })
    }
    await client.ask('create:room', { roomCode: 'two', maxPeers: 2 })
    await client.ask('create:room', { roomCode: 'ten', maxPeers: 10 })
    expect(server().log).toMatchObject([{ data: { maxPeers: 2 } }, { data: { maxPeers: 3 } }])
  })
})

describe('an eleventh peer', () => {
  const asked: Array<unknown> = []
  const sfu: Sfu = {
    accessFor: (room, member, name) => {
      asked.push([room, member, name])
      return Promise.resolve({ type: 'livekit', url: 'wss://sfu.example.org', token: 'for this one' })
    },
  }
  const server = withServer({ sfu })

  it('is told how the SFU is reached, where one is set up', async () => {
    for (let n = 0; n < 10; n++)
      expect(await create(await server().client(), 'call')).toMatchObject({ success: true })
    const late = await server().client('/', { name: 'Late' })
    expect((await create(late, 'call')).error).toMatchObject({
      code: 'room-full',
      route: 'sfu',
      sfu: { type: 'livekit', url: 'wss://sfu.example.org', token: 'for this one' },
    })
    expect(asked).toEqual([['room_call', late.id, 'Late']])
    expect(await create(late, 'elsewhere')).toMatchObject({ success: true })
  })
})
