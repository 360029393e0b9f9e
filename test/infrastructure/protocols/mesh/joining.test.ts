import { describe, expect, it } from 'vitest'
import { roomId } from '../../../../src/domain/kernel/ids.js'
import type { Sfu } from '../../../../src/application/ports/sfu.js'
import type { Client, Payload } from '../../../kit/live-client.js'
import { codeOf, withServer } from '../server-kit.js'

const create = (client: Client, roomCode: string): Promise<Payload> =>
  client.ask('join:room', { roomCode, create: true })

describe('a mesh room', () => {
  const server = withServer()

  it('is created by create:room without being joined', async () => {
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

  it('gets a generated code if none is given', async () => {
    const client = await server().client()
    const created = await client.ask('create:room')
    expect(created).toMatchObject({ success: true, roomCode: expect.stringMatching(/^\w{4}-\w{4}$/) })
    expect(await client.ask('join:room', { roomCode: created['roomCode'] })).toMatchObject({
      roomId: created['roomId'],
      peerId: client.id,
      peers: [],
    })
  })

  it('is the same room for its code in upper and lower case', async () => {
    const [one, other] = [await server().client(), await server().client()]
    expect(await create(one, 'Ab-9')).toMatchObject({ roomId: 'room_ab-9' })
    expect(await other.ask('join:room', { roomCode: 'aB-9' })).toMatchObject({
      roomId: 'room_ab-9',
      peers: [{ id: one.id, polite: false }],
    })
  })

  it('is not found under an unknown code, unless `create` is true', async () => {
    const client = await server().client()
    expect(codeOf(await client.ask('join:room', { roomCode: 'nobody' }))).toBe('room-not-found')
    expect(codeOf(await client.ask('join:room', { roomCode: 'nobody', create: false }))).toBe(
      'room-not-found',
    )
    expect(server().log).toEqual([])
    expect(await create(client, 'nobody')).toMatchObject({ success: true })
  })

  it.each([[''], ['a'.repeat(33)], ['ä'], ['a b'], ['a_b'], [7], [null]])(
    'rejects the code %j',
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

  it('announces the peers to a newcomer and the newcomer to the peers, with who is polite', async () => {
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
    const { seq, at } = await cy.waitFor('room:joined')
    expect(cy.events).toEqual([
      [
        'room:joined',
        { roomId: 'room_call', peerId: cy.id, peers, iceServers, room: 'room_call', seq: 4, at },
      ],
    ])
    const position = { room: 'room_call', seq, at }
    expect(await ann.waitFor('peer:joined', ({ peerId }) => peerId === cy.id)).toEqual({
      peerId: cy.id,
      polite: true,
      ...position,
    })
    expect(await bob.waitFor('peer:joined')).toMatchObject({ peerId: cy.id, polite: true })
    expect(ann.payloadsOf('peer:joined')).toHaveLength(2)
  })

  it('emits room:joined also without an acknowledgement', async () => {
    const client = await server().client()
    client.socket.emit('join:room', { roomCode: 'quiet', create: true })
    expect(await client.waitFor('room:joined')).toMatchObject({ roomId: 'room_quiet', peers: [] })
    client.socket.emit('join:room', { roomCode: 'nowhere' })
    expect(await client.waitFor('error')).toMatchObject({ code: 'room-not-found', event: 'join:room' })
  })

  it('is left when its peer joins another room, and not if that join fails', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'first')
    expect(codeOf(await ann.ask('join:room', { roomCode: 'unknown' }))).toBe('room-not-found')
    expect(bob.payloadsOf('peer:left')).toEqual([])
    expect(await create(ann, 'second')).toMatchObject({ roomId: 'room_second', peers: [] })
    expect(await bob.waitFor('peer:left')).toMatchObject({
      peerId: ann.id,
      reason: 'left',
      room: 'room_first',
    })
    await bob.ask('leave:room')
    await ann.flush()
    expect(ann.payloadsOf('peer:left')).toEqual([])
  })

  it('is left once if leave:room is repeated', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    for (let time = 0; time < 3; time++) expect(await ann.ask('leave:room')).toEqual({ success: true })
    await bob.flush()
    expect(bob.payloadsOf('peer:left')).toMatchObject([{ peerId: ann.id, reason: 'left' }])
    expect(codeOf(await ann.ask('webrtc:offer', { targetPeerId: bob.id, offer: 'v=0' }))).toBe('not-in-room')
    await create(ann, 'call')
    expect((await ann.waitFor('room:joined', ({ seq }) => seq === 5))['peers']).toMatchObject([
      { id: bob.id, polite: false },
    ])
    expect(await bob.waitFor('peer:joined')).toMatchObject({ peerId: ann.id, polite: true })
  })

  it('replies the same to a repeated join, and emits nothing to the others', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    const length = server().log.length
    const again = await create(ann, 'call')
    expect(again).toMatchObject({ peerId: ann.id, peers: [{ id: bob.id, polite: true }] })
    await bob.flush()
    expect(bob.payloadsOf('peer:joined', 'peer:left')).toEqual([])
    expect(server().log).toHaveLength(length)
  })

  it('is entered only with its token if it has one', async () => {
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

  it('keeps its id during the grace period, and the others are not notified', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    for (let time = 0; time < 3; time++) {
      await server().loseConnection(time === 0 ? ann : (server().clients.at(-1) ?? ann))
      server().clock.advance(14_999)
      const back = await server().client('/', { sessionId: ann.session.sessionId })
      expect(back.session.memberships).toMatchObject([{ room: 'room_call', memberId: ann.id, role: 'peer' }])
      expect(await back.ask('webrtc:offer', { targetPeerId: bob.id, offer: `v=${time}` })).toEqual({
        success: true,
      })
      expect(await bob.waitFor('webrtc:offer', ({ offer }) => offer === `v=${time}`)).toMatchObject({
        from: ann.id,
      })
    }
    expect(bob.payloadsOf('peer:left', 'peer:joined')).toEqual([])
  })

  it('leaves once at the end of its grace period', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    await server().loseConnection(ann)
    server().clock.advance(15_000)
    expect(await bob.waitFor('peer:left')).toMatchObject({ peerId: ann.id, reason: 'expired' })
    await bob.flush()
    expect(bob.payloadsOf('peer:left')).toHaveLength(1)
  })

  it('receives who joined and left meanwhile when it resumes with its offset', async () => {
    const [ann, bob] = [await server().client(), await server().client()]
    for (const client of [ann, bob]) await create(client, 'call')
    const { seq } = await ann.waitFor('peer:joined')
    await server().loseConnection(ann)
    const cy = await server().client()
    await create(cy, 'call')
    await bob.ask('leave:room')
    const back = await server().client('/', { sessionId: ann.session.sessionId, offsets: { room_call: seq } })
    await back.waitFor('peer:left')
    expect(back.events.map(([event, { peerId }]) => [event, peerId])).toEqual([
      ['peer:joined', cy.id],
      ['peer:left', bob.id],
    ])
  })
})

describe('a full room', () => {
  const server = withServer({ maxPeers: 3 })

  const fillRoom = async (): Promise<readonly [Client, Client, Client]> => {
    const peers = [await server().client(), await server().client(), await server().client()] as const
    for (const peer of peers) await create(peer, 'call')
    return peers
  }

  it('rejects another peer with room-full and the route to an SFU', async () => {
    const [ann] = await fillRoom()
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

  it('gives the slot of an away peer to a newcomer, which receives nothing about that peer', async () => {
    const [ann, bob, cy] = await fillRoom()
    await server().loseConnection(ann)
    const late = await server().client()
    const joined = await create(late, 'call')
    expect(joined['peers']).toMatchObject([{ id: bob.id }, { id: cy.id }])
    expect(await bob.waitFor('peer:left')).toMatchObject({ peerId: ann.id, reason: 'displaced' })
    await late.flush()
    expect(late.events.map(([event]) => event)).toEqual(['room:joined'])
    const back = await server().client('/', { sessionId: ann.session.sessionId })
    expect(back.session.memberships).toEqual([])
    expect(codeOf(await create(back, 'call'))).toBe('room-full')
  })

  it('has fewer slots if create:room says so, and never more than the server allows', async () => {
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
  const requests: Array<unknown> = []
  const sfu: Sfu = {
    accessFor: (room, member, name) => {
      requests.push([room, member, name])
      return Promise.resolve({ type: 'livekit', url: 'wss://sfu.example.org', token: 'sfu-token' })
    },
  }
  const server = withServer({ sfu })

  it('receives the address of the SFU if one is configured', async () => {
    for (let n = 0; n < 10; n++)
      expect(await create(await server().client(), 'call')).toMatchObject({ success: true })
    const late = await server().client('/', { name: 'Late' })
    expect((await create(late, 'call')).error).toMatchObject({
      code: 'room-full',
      route: 'sfu',
      sfu: { type: 'livekit', url: 'wss://sfu.example.org', token: 'sfu-token' },
    })
    expect(requests).toEqual([['room_call', late.id, 'Late']])
    expect(await create(late, 'elsewhere')).toMatchObject({ success: true })
  })
})
