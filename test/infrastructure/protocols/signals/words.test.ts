import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../../kit/live-client.js'
import { withServer } from '../with-server.js'

const codeOf = (reply: Heard): unknown => reply.error?.['code']
const ok = { success: true }

const room = 'call'

describe('in the words of the picker', () => {
  const server = withServer()

  const watch = async (event: 'viewer-join' | 'broadcaster-join'): Promise<Client> => {
    const client = await server().client()
    await client.ask(event, { room })
    return client
  }

  it('a viewer that names nobody means the broadcaster', async () => {
    const [leader, viewer] = [await watch('broadcaster-join'), await watch('viewer-join')]
    expect(await viewer.ask('offer', { offer: 'v=0', negotiation: 'n' })).toEqual(ok)
    expect(await leader.hears('offer')).toEqual({
      from: viewer.id,
      target: leader.id,
      offer: 'v=0',
      negotiation: 'n',
    })
    expect(await viewer.ask('answer', { answer: { type: 'answer', sdp: 'v=0' } })).toEqual(ok)
    expect(await leader.hears('answer')).toEqual({
      from: viewer.id,
      target: leader.id,
      answer: { type: 'answer', sdp: 'v=0' },
    })
    expect(await viewer.ask('ice-candidate', { candidate: null })).toEqual(ok)
    expect(await leader.hears('ice-candidate')).toEqual({
      from: viewer.id,
      target: leader.id,
      candidate: null,
    })
  })

  it('the broadcaster names whom it means, and a viewer may mean another', async () => {
    const [leader, viewer, other] = [
      await watch('broadcaster-join'),
      await watch('viewer-join'),
      await watch('viewer-join'),
    ]
    for (const [event, field] of [
      ['offer', 'offer'],
      ['answer', 'answer'],
      ['ice-candidate', 'candidate'],
    ] as const) {
      expect(await leader.ask(event, { [field]: 'v=0' })).toMatchObject({
        error: { code: 'invalid-payload', path: 'target', event },
      })
    }
    expect(await leader.ask('offer', { target: viewer.id, offer: 'of the leader' })).toEqual(ok)
    expect(await viewer.ask('offer', { target: other.id, offer: 'of a viewer' })).toEqual(ok)
    expect(await viewer.hears('offer')).toMatchObject({ from: leader.id, offer: 'of the leader' })
    expect(await other.hears('offer')).toMatchObject({ from: viewer.id, offer: 'of a viewer' })
    await leader.fence()
    expect(leader.of('offer')).toEqual([])
    expect(codeOf(await leader.ask('offer', { target: leader.id, offer: 'v=0' }))).toBe('self-signal')
    expect(codeOf(await leader.ask('offer', { target: 'nobody', offer: 'v=0' }))).toBe('target-not-found')
  })

  it('there is nobody to mean where nobody leads, and nobody who may without being in', async () => {
    const [viewer, stranger] = [await watch('viewer-join'), await server().client()]
    expect(codeOf(await viewer.ask('offer', { offer: 'v=0' }))).toBe('target-not-found')
    expect(codeOf(await stranger.ask('offer', { offer: 'v=0' }))).toBe('not-in-room')
  })

  it('what a viewer has for a broadcaster that is away waits for it', async () => {
    const [leader, viewer] = [await watch('broadcaster-join'), await watch('viewer-join')]
    await server().loses(leader)
    for (const candidate of ['1', '2']) expect(await viewer.ask('ice-candidate', { candidate })).toEqual(ok)
    const back = await server().client('/', { sessionId: leader.session.sessionId })
    await back.hears('ice-candidate', ({ candidate }) => candidate === '2')
    expect(back.of('ice-candidate')).toMatchObject([
      { candidate: '1', target: leader.id },
      { candidate: '2' },
    ])
  })
})

describe('in the native words', () => {
  const server = withServer()

  const enter = async (): Promise<Client> => {
    const client = await server().client('/rooms')
    await client.ask('join', { room, create: true })
    return client
  }

  it('a signal has any kind and any data', async () => {
    const [ann, bob, cy] = [await enter(), await enter(), await enter()]
    for (const data of [{ deep: [{ down: null }] }, 'text', 0, null]) {
      expect(await ann.ask('signal', { room, to: bob.id, kind: 'my-kind', data, from: cy.id })).toEqual(ok)
    }
    expect(await ann.ask('signal', { room, to: bob.id, kind: 'empty', negotiation: 3 })).toEqual(ok)
    await bob.fence()
    const told = { room, from: ann.id }
    expect(bob.of('signal')).toEqual([
      ...[{ deep: [{ down: null }] }, 'text', 0, null].map((data) => ({ ...told, kind: 'my-kind', data })),
      { ...told, kind: 'empty', data: null, negotiation: 3 },
    ])
    await cy.fence()
    expect([...ann.of('signal'), ...cy.of('signal')]).toEqual([])
  })

  it('it is refused by the contract’s codes', async () => {
    const [ann, bob] = [await enter(), await enter()]
    const said = { room, to: bob.id, kind: 'offer', data: 1 }
    const refused: ReadonlyArray<readonly [wrong: object, code: string, path?: string]> = [
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
    for (const [wrong, code, path] of refused) {
      expect((await ann.ask('signal', { ...said, ...wrong })).error).toMatchObject({
        code,
        ...(path && { path }),
      })
    }
    await bob.fence()
    expect(bob.of('signal')).toEqual([])
    expect(server().log.filter(({ type }) => type === 'room.signalled')).toEqual([])
  })

  it('it waits for a member that has come back until that has joined again, behind what it missed', async () => {
    const [ann, bob] = [await enter(), await enter()]
    await server().loses(bob)
    await ann.ask('signal', { room, to: bob.id, kind: 'x', data: 1 })
    const back = await server().client('/rooms', { sessionId: bob.session.sessionId })
    await ann.ask('signal', { room, to: bob.id, kind: 'x', data: 2 })
    await back.fence()
    expect(back.heard).toEqual([])
    await back.ask('join', { room })
    await ann.ask('signal', { room, to: bob.id, kind: 'x', data: 3 })
    await back.hears('signal', ({ data }) => data === 3)
    expect(back.of('signal').map(({ data }) => data)).toEqual([1, 2, 3])
    expect(back.seen.map(([event]) => event).indexOf('answer join')).toBeLessThan(
      back.seen.findIndex(([event]) => event === 'signal'),
    )
  })
})

describe('across vocabularies', () => {
  const server = withServer()
  const offer = { type: 'offer', sdp: 'v=0' }
  const candidate = { candidate: 'candidate:1', sdpMid: '0' }

  /** One of each, in one room; `room_call` is what the mesh calls `call`. */
  const everybody = async () => {
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

  it('each hears a signal in its own words', async () => {
    const { mesh, viewer, user, native } = await everybody()
    const from = native.id
    for (const to of [mesh.id, viewer.id, user.id]) {
      await native.ask('signal', { room: 'room_call', to, kind: 'offer', data: offer, negotiation: 1 })
      await native.ask('signal', { room: 'room_call', to, kind: 'candidate', data: candidate })
    }
    for (const client of [mesh, viewer, user]) await client.fence()
    const own = (client: Client) =>
      client.heard.filter(([, payload]) => 'from' in payload || 'senderUser' in payload)
    expect(own(mesh)).toEqual([
      ['webrtc:offer', { from, targetPeerId: mesh.id, offer, negotiation: 1 }],
      ['webrtc:ice', { from, targetPeerId: mesh.id, candidate }],
    ])
    expect(own(viewer)).toEqual([
      ['offer', { from, target: viewer.id, offer, negotiation: 1 }],
      ['ice-candidate', { from, target: viewer.id, candidate }],
    ])
    expect(own(user)).toEqual([
      ['PEER_RELAY_SIGNAL', { senderUser: from, signalData: offer }],
      ['PEER_RELAY_SIGNAL', { senderUser: from, signalData: { type: 'candidate', candidate } }],
    ])
  })

  it('a native member hears all of them as signals', async () => {
    const { mesh, viewer, user, native } = await everybody()
    await mesh.ask('webrtc:offer', { targetPeerId: native.id, offer: 'v=0' })
    await viewer.ask('ice-candidate', { target: native.id, candidate })
    // By the name under which it is heard in the party.
    await user.ask('PEER_RELAY_SIGNAL', { targetUser: native.id, signalData: offer })
    await native.fence()
    const told = { room: 'room_call' }
    expect(native.of('signal')).toEqual([
      { ...told, from: mesh.id, kind: 'offer', data: 'v=0' },
      { ...told, from: viewer.id, kind: 'candidate', data: candidate },
      { ...told, from: user.id, kind: 'offer', data: offer },
    ])
  })

  it('a party’s user answers whoever signalled to it, in the other’s words and without its own wrapping', async () => {
    const { mesh, viewer, user, native } = await everybody()
    const signalData = { type: 'candidate', candidate }
    for (const { id } of [mesh, viewer]) {
      expect(await user.ask('PEER_RELAY_SIGNAL', { targetUser: id, signalData })).toEqual(ok)
    }
    expect(await mesh.hears('webrtc:ice')).toEqual({ from: user.id, targetPeerId: mesh.id, candidate })
    expect(await viewer.hears('ice-candidate')).toEqual({ from: user.id, target: viewer.id, candidate })
    expect(codeOf(await user.ask('PEER_RELAY_SIGNAL', { targetUser: 'u', signalData }))).toBe('self-signal')
    expect(native.of('signal')).toEqual([])
  })

  it('a signal of a kind that the other has no word for finds nobody', async () => {
    const { mesh, viewer, user, native } = await everybody()
    const say = (to: string) => native.ask('signal', { room: 'room_call', to, kind: 'wave', data: 1 })
    expect(codeOf(await say(mesh.id))).toBe('target-not-found')
    expect(codeOf(await say(viewer.id))).toBe('target-not-found')
    expect(await say(user.id)).toEqual(ok)
    expect(await user.hears('PEER_RELAY_SIGNAL')).toEqual({ senderUser: native.id, signalData: 1 })
  })

  it('whoever is there by several hears a signal once, in its sender’s words if it speaks them', async () => {
    const { viewer, mesh } = await everybody()
    await mesh.ask('viewer-join', { room: 'room_call' })
    await viewer.ask('offer', { target: mesh.id, offer: 'v=0' })
    await mesh.fence()
    expect(mesh.of('offer')).toHaveLength(1)
    expect(mesh.of('webrtc:offer')).toEqual([])
    const native = server().clients[3]
    await native?.ask('signal', { room: 'room_call', to: mesh.id, kind: 'offer', data: 'v=1' })
    await mesh.fence()
    expect(mesh.of('offer')).toHaveLength(1)
    expect(mesh.of('webrtc:offer')).toMatchObject([{ offer: 'v=1' }])
  })
})
