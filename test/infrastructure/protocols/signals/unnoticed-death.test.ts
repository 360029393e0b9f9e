import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { deafen } from '../deafened.js'
import { withServer } from '../with-server.js'

const at = (n: number) => ({ candidate: `candidate-${n}` })

const candidates = (client: Client): ReadonlyArray<unknown> =>
  client.of('webrtc:ice').map(({ candidate }) => candidate)

describe('signals to a connection that is dead and not noticed yet', () => {
  const server = withServer()

  const pair = async (): Promise<
    readonly [ann: Client, bob: Client, send: (n: number) => Promise<unknown>]
  > => {
    const [ann, bob] = [await server().client(), await server().client()]
    await ann.ask('join:room', { roomCode: 'abc', create: true })
    await bob.ask('join:room', { roomCode: 'abc' })
    await ann.fence()
    return [ann, bob, (n) => bob.ask('webrtc:ice', { targetPeerId: ann.id, candidate: at(n) })]
  }
  const returns = (client: Client) => server().client('/', { sessionId: client.session.sessionId })

  it('come by the next connection, in order, before what was signalled since', async () => {
    const [ann, , send] = await pair()
    deafen(ann)
    for (const n of [1, 2, 3]) expect(await send(n)).toEqual({ success: true })
    await server().loses(ann)
    await send(4)
    const back = await returns(ann)
    await send(5)
    await back.hears('webrtc:ice', ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(at(5)))
    expect(candidates(ann)).toEqual([])
    expect(candidates(back)).toEqual([1, 2, 3, 4, 5].map(at))
  })

  it('come also where the client is back before the server has noticed', async () => {
    const [ann, bob, send] = await pair()
    deafen(ann)
    await send(1)
    const back = await returns(ann)
    await send(2)
    await back.hears('webrtc:ice', ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(at(2)))
    expect(candidates(back)).toEqual([at(1), at(2)])
    expect(bob.of('peer:left')).toEqual([])
  })

  it('are handed on as often as the connection dies, until one gets them', async () => {
    const [ann, , send] = await pair()
    deafen(ann)
    await send(1)
    await server().loses(ann)
    const second = await returns(ann)
    deafen(second)
    await send(2)
    await server().loses(second)
    const third = await returns(ann)
    await send(3)
    await third.hears('webrtc:ice', ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(at(3)))
    expect(candidates(third).at(-1)).toEqual(at(3))
    expect(candidates(third)).toContainEqual(at(2))
  })

  it('do not come again where they have arrived', async () => {
    const [ann, , send] = await pair()
    await send(1)
    await ann.hears('webrtc:ice')
    // Its pong is on its way in front of this.
    await ann.fence()
    await server().loses(ann)
    const back = await returns(ann)
    await back.fence()
    expect(candidates(back)).toEqual([])
  })

  it('are confirmed together where many come at once, a moment later', async () => {
    const [ann, , send] = await pair()
    for (let n = 0; n < 50; n++) await send(n)
    await ann.fence()
    server().clock.advance(20)
    await ann.fence()
    await ann.fence()
    await server().loses(ann)
    const back = await returns(ann)
    await back.fence()
    expect(candidates(ann)).toHaveLength(50)
    expect(candidates(back)).toEqual([])
  })

  it('are nobody else’s, and gone with a goodbye or at the end of the grace', async () => {
    const [ann, bob, send] = await pair()
    deafen(ann)
    await send(1)
    await server().loses(ann)
    const stranger = await server().client('/', { sessionId: bob.session.sessionId, userId: 'x' })
    await stranger.ask('join:room', { roomCode: 'abc' })
    server().clock.advance(15_000)
    await server().happens((record) => record.type === 'room.member-left' && record.data.memberId === ann.id)
    const back = await returns(ann)
    await back.ask('join:room', { roomCode: 'abc' })
    await Promise.all([back.fence(), stranger.fence()])
    expect([...candidates(back), ...candidates(stranger)]).toEqual([])
  })

  it('that are too many to be kept are named', async () => {
    const [ann, bob, send] = await pair()
    deafen(ann)
    const many = 4_200
    await Promise.all(Array.from({ length: many }, (_, n) => send(n)))
    await server().loses(ann)
    const back = await returns(ann)
    await send(many)
    await back.hears('webrtc:ice', ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(at(many)))
    const [lost] = (back.session as unknown as { signalsLost: ReadonlyArray<{ count: number }> }).signalsLost
    expect(lost).toMatchObject({ room: 'room_abc', from: bob.id, kind: 'candidate' })
    const came = candidates(back)
    expect((lost?.count ?? 0) + came.length).toBe(many + 1)
    expect(came).toEqual(Array.from({ length: came.length }, (_, n) => at(many + 1 - came.length + n)))
  })
})
