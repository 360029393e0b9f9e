import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { codeOf, ok, withServer } from '../server-kit.js'

const room = 'call'

describe('a picker signal', () => {
  const server = withServer()

  const join = async (event: 'viewer-join' | 'broadcaster-join'): Promise<Client> => {
    const client = await server().client()
    await client.ask(event, { room })
    return client
  }

  it('goes to the broadcaster if a viewer names no target', async () => {
    const [broadcaster, viewer] = [await join('broadcaster-join'), await join('viewer-join')]
    expect(await viewer.ask('offer', { offer: 'v=0', negotiation: 'n' })).toEqual(ok)
    expect(await broadcaster.waitFor('offer')).toEqual({
      from: viewer.id,
      target: broadcaster.id,
      offer: 'v=0',
      negotiation: 'n',
    })
    expect(await viewer.ask('answer', { answer: { type: 'answer', sdp: 'v=0' } })).toEqual(ok)
    expect(await broadcaster.waitFor('answer')).toEqual({
      from: viewer.id,
      target: broadcaster.id,
      answer: { type: 'answer', sdp: 'v=0' },
    })
    expect(await viewer.ask('ice-candidate', { candidate: null })).toEqual(ok)
    expect(await broadcaster.waitFor('ice-candidate')).toEqual({
      from: viewer.id,
      target: broadcaster.id,
      candidate: null,
    })
  })

  it('needs a target from the broadcaster, and may go from one viewer to another', async () => {
    const [broadcaster, viewer, other] = [
      await join('broadcaster-join'),
      await join('viewer-join'),
      await join('viewer-join'),
    ]
    for (const [event, field] of [
      ['offer', 'offer'],
      ['answer', 'answer'],
      ['ice-candidate', 'candidate'],
    ] as const) {
      expect(await broadcaster.ask(event, { [field]: 'v=0' })).toMatchObject({
        error: { code: 'invalid-payload', path: 'target', event },
      })
    }
    expect(await broadcaster.ask('offer', { target: viewer.id, offer: 'from the broadcaster' })).toEqual(ok)
    expect(await viewer.ask('offer', { target: other.id, offer: 'from a viewer' })).toEqual(ok)
    expect(await viewer.waitFor('offer')).toMatchObject({
      from: broadcaster.id,
      offer: 'from the broadcaster',
    })
    expect(await other.waitFor('offer')).toMatchObject({ from: viewer.id, offer: 'from a viewer' })
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('offer')).toEqual([])
    expect(codeOf(await broadcaster.ask('offer', { target: broadcaster.id, offer: 'v=0' }))).toBe(
      'self-signal',
    )
    expect(codeOf(await broadcaster.ask('offer', { target: 'nobody', offer: 'v=0' }))).toBe(
      'target-not-found',
    )
  })

  it('is rejected without a broadcaster in the room, and from a client outside the room', async () => {
    const [viewer, stranger] = [await join('viewer-join'), await server().client()]
    expect(codeOf(await viewer.ask('offer', { offer: 'v=0' }))).toBe('target-not-found')
    expect(codeOf(await stranger.ask('offer', { offer: 'v=0' }))).toBe('not-in-room')
  })

  it('waits for an away broadcaster', async () => {
    const [broadcaster, viewer] = [await join('broadcaster-join'), await join('viewer-join')]
    await server().loseConnection(broadcaster)
    for (const candidate of ['1', '2']) expect(await viewer.ask('ice-candidate', { candidate })).toEqual(ok)
    const back = await server().client('/', { sessionId: broadcaster.session.sessionId })
    await back.waitFor('ice-candidate', ({ candidate }) => candidate === '2')
    expect(back.payloadsOf('ice-candidate')).toMatchObject([
      { candidate: '1', target: broadcaster.id },
      { candidate: '2' },
    ])
  })
})

describe('a native signal', () => {
  const server = withServer()

  const enter = async (): Promise<Client> => {
    const client = await server().client('/rooms')
    await client.ask('join', { room, create: true })
    return client
  }

  it('may have any kind and any data', async () => {
    const [ann, bob, cy] = [await enter(), await enter(), await enter()]
    for (const data of [{ deep: [{ down: null }] }, 'text', 0, null]) {
      expect(await ann.ask('signal', { room, to: bob.id, kind: 'my-kind', data, from: cy.id })).toEqual(ok)
    }
    expect(await ann.ask('signal', { room, to: bob.id, kind: 'empty', negotiation: 3 })).toEqual(ok)
    await bob.flush()
    const common = { room, from: ann.id }
    expect(bob.payloadsOf('signal')).toEqual([
      ...[{ deep: [{ down: null }] }, 'text', 0, null].map((data) => ({ ...common, kind: 'my-kind', data })),
      { ...common, kind: 'empty', data: null, negotiation: 3 },
    ])
    await cy.flush()
    expect([...ann.payloadsOf('signal'), ...cy.payloadsOf('signal')]).toEqual([])
  })

  it('reaches no client and writes nothing if it is rejected', async () => {
    const [ann, bob] = [await enter(), await enter()]
    const payload = { room, to: bob.id, kind: 'offer', data: 1 }
    const invalid: ReadonlyArray<readonly [fields: object, code: string, path?: string]> = [
      [{ to: ann.id }, 'self-signal'],
      [{ to: 'nobody' }, 'target-not-found'],
      [{ to: '__proto__' }, 'target-not-found'],
      [{ room: 'elsewhere' }, 'not-in-room'],
      [{ room: 'a b' }, 'invalid-payload', 'room'],
      [{ to: '' }, 'invalid-payload', 'to'],
      [{ to: 7 }, 'invalid-payload', 'to'],
      [{ kind: '' }, 'invalid-payload', 'kind'],
      [{ kind: 'a kind' }, 'invalid-payload', 'kind'],
      [{ kind: 'x'.repeat(65) }, 'invalid-payload', 'kind'],
      [{ negotiation: {} }, 'invalid-payload', 'negotiation'],
      [{ data: 'x'.repeat(65_536) }, 'payload-too-large'],
    ]
    for (const [fields, code, path] of invalid) {
      expect((await ann.ask('signal', { ...payload, ...fields })).error).toMatchObject({
        code,
        ...(path && { path }),
      })
    }
    await bob.flush()
    expect(bob.payloadsOf('signal')).toEqual([])
    expect(server().log.filter(({ type }) => type === 'room.signalled')).toEqual([])
  })

  it('waits until a resumed member has joined again, and is delivered after the missed events', async () => {
    const [ann, bob] = [await enter(), await enter()]
    await server().loseConnection(bob)
    await ann.ask('signal', { room, to: bob.id, kind: 'x', data: 1 })
    const back = await server().client('/rooms', { sessionId: bob.session.sessionId })
    await ann.ask('signal', { room, to: bob.id, kind: 'x', data: 2 })
    await back.flush()
    expect(back.events).toEqual([])
    await back.ask('join', { room })
    await ann.ask('signal', { room, to: bob.id, kind: 'x', data: 3 })
    await back.waitFor('signal', ({ data }) => data === 3)
    expect(back.payloadsOf('signal').map(({ data }) => data)).toEqual([1, 2, 3])
    expect(back.seen.map(([event]) => event).indexOf('answer join')).toBeLessThan(
      back.seen.findIndex(([event]) => event === 'signal'),
    )
  })
})

describe('a signal between members of different protocols', () => {
  const server = withServer()
  const offer = { type: 'offer', sdp: 'v=0' }
  const candidate = { candidate: 'candidate:1', sdpMid: '0' }

  /** One member of each protocol in one room; `room_call` has the mesh code `call`. */
  const joinAll = async () => {
    const [mesh, viewer, user, native] = [
      await server().client(),
      await server().client(),
      await server().client(),
      await server().client('/rooms'),
    ]
    await mesh.ask('join:room', { roomCode: 'call', create: true })
    await viewer.ask('viewer-join', { room: 'room_call' })
    await user.ask('JOIN_USER_REQUEST', { roomId: 'room_call', user: { id: 'u', name: 'U' } })
    await native.ask('join', { room: 'room_call' })
    return { mesh, viewer, user, native }
  }

  it('arrives as an event of the receiver’s protocol', async () => {
    const { mesh, viewer, user, native } = await joinAll()
    const from = native.id
    for (const to of [mesh.id, viewer.id, user.id]) {
      await native.ask('signal', { room: 'room_call', to, kind: 'offer', data: offer, negotiation: 1 })
      await native.ask('signal', { room: 'room_call', to, kind: 'candidate', data: candidate })
    }
    for (const client of [mesh, viewer, user]) await client.flush()
    const signalsOf = (client: Client) =>
      client.events.filter(([, payload]) => 'from' in payload || 'senderUser' in payload)
    expect(signalsOf(mesh)).toEqual([
      ['webrtc:offer', { from, targetPeerId: mesh.id, offer, negotiation: 1 }],
      ['webrtc:ice', { from, targetPeerId: mesh.id, candidate }],
    ])
    expect(signalsOf(viewer)).toEqual([
      ['offer', { from, target: viewer.id, offer, negotiation: 1 }],
      ['ice-candidate', { from, target: viewer.id, candidate }],
    ])
    expect(signalsOf(user)).toEqual([
      ['PEER_RELAY_SIGNAL', { senderUser: from, signalData: offer }],
      ['PEER_RELAY_SIGNAL', { senderUser: from, signalData: { type: 'candidate', candidate } }],
    ])
  })

  it('arrives as `signal` at a native member', async () => {
    const { mesh, viewer, user, native } = await joinAll()
    await mesh.ask('webrtc:offer', { targetPeerId: native.id, offer: 'v=0' })
    await viewer.ask('ice-candidate', { target: native.id, candidate })
    // A member without a user id has its member id in the party.
    await user.ask('PEER_RELAY_SIGNAL', { targetUser: native.id, signalData: offer })
    await native.flush()
    const common = { room: 'room_call' }
    expect(native.payloadsOf('signal')).toEqual([
      { ...common, from: mesh.id, kind: 'offer', data: 'v=0' },
      { ...common, from: viewer.id, kind: 'candidate', data: candidate },
      { ...common, from: user.id, kind: 'offer', data: offer },
    ])
  })

  it('from a party user arrives without the wrapper of simple-peer', async () => {
    const { mesh, viewer, user, native } = await joinAll()
    const signalData = { type: 'candidate', candidate }
    for (const { id } of [mesh, viewer]) {
      expect(await user.ask('PEER_RELAY_SIGNAL', { targetUser: id, signalData })).toEqual(ok)
    }
    expect(await mesh.waitFor('webrtc:ice')).toEqual({ from: user.id, targetPeerId: mesh.id, candidate })
    expect(await viewer.waitFor('ice-candidate')).toEqual({ from: user.id, target: viewer.id, candidate })
    expect(codeOf(await user.ask('PEER_RELAY_SIGNAL', { targetUser: 'u', signalData }))).toBe('self-signal')
    expect(native.payloadsOf('signal')).toEqual([])
  })

  it('of a kind that the receiver’s protocol does not support is target-not-found', async () => {
    const { mesh, viewer, user, native } = await joinAll()
    const send = (to: string) => native.ask('signal', { room: 'room_call', to, kind: 'wave', data: 1 })
    expect(codeOf(await send(mesh.id))).toBe('target-not-found')
    expect(codeOf(await send(viewer.id))).toBe('target-not-found')
    expect(await send(user.id)).toEqual(ok)
    expect(await user.waitFor('PEER_RELAY_SIGNAL')).toEqual({ senderUser: native.id, signalData: 1 })
  })

  it('arrives once at a member of several protocols, in the sender’s protocol if the member has it', async () => {
    const { viewer, mesh } = await joinAll()
    await mesh.ask('viewer-join', { room: 'room_call' })
    await viewer.ask('offer', { target: mesh.id, offer: 'v=0' })
    await mesh.flush()
    expect(mesh.payloadsOf('offer')).toHaveLength(1)
    expect(mesh.payloadsOf('webrtc:offer')).toEqual([])
    const native = server().clients[3]
    await native?.ask('signal', { room: 'room_call', to: mesh.id, kind: 'offer', data: 'v=1' })
    await mesh.flush()
    expect(mesh.payloadsOf('offer')).toHaveLength(1)
    expect(mesh.payloadsOf('webrtc:offer')).toMatchObject([{ offer: 'v=1' }])
  })

  it('is answered by a party user to the sender that it received', async () => {
    const party = await server().client()
    const joined = await party.ask('JOIN_USER_REQUEST', {
      roomId: 'room_call',
      user: { id: 'u1', name: 'Lea' },
      token: 'open sesame',
    })
    expect(joined).toMatchObject({ success: true, joinToken: 'open sesame' })
    const token = 'open sesame'
    const nameless = await server().client()
    const named = await server().client('/', { userId: 'u2' })
    for (const peer of [nameless, named]) {
      expect(await peer.ask('join:room', { roomCode: 'CALL', token })).toMatchObject({ success: true })
      const ownOffer = { type: 'offer', sdp: `from ${peer.id}` }
      expect(await peer.ask('webrtc:offer', { targetPeerId: party.id, offer: ownOffer })).toEqual({
        success: true,
      })
      const { senderUser } = await party.waitFor(
        'PEER_RELAY_SIGNAL',
        ({ signalData }) => (signalData as { sdp?: string }).sdp === ownOffer.sdp,
      )
      const answer = { type: 'answer', sdp: `for ${peer.id}` }
      expect(await party.ask('PEER_RELAY_SIGNAL', { targetUser: senderUser, signalData: answer })).toEqual({
        success: true,
      })
      expect(await peer.waitFor('webrtc:answer')).toEqual({ from: party.id, targetPeerId: peer.id, answer })
    }
  })
})
