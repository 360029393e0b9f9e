import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { loseIncoming, withServer } from '../server-kit.js'

const candidateOf = (n: number) => ({ candidate: `candidate-${n}` })

const candidates = (client: Client): ReadonlyArray<unknown> =>
  client.payloadsOf('webrtc:ice').map(({ candidate }) => candidate)

describe('signals to a half-open connection', () => {
  const server = withServer()

  const pair = async (): Promise<
    readonly [ann: Client, bob: Client, send: (n: number) => Promise<unknown>]
  > => {
    const [ann, bob] = [await server().client(), await server().client()]
    await ann.ask('join:room', { roomCode: 'abc', create: true })
    await bob.ask('join:room', { roomCode: 'abc' })
    await ann.flush()
    return [ann, bob, (n) => bob.ask('webrtc:ice', { targetPeerId: ann.id, candidate: candidateOf(n) })]
  }
  const reconnect = (client: Client) => server().client('/', { sessionId: client.session.sessionId })

  it('are delivered in order on the next connection, before newer signals', async () => {
    const [ann, , send] = await pair()
    loseIncoming(ann)
    for (const n of [1, 2, 3]) expect(await send(n)).toEqual({ success: true })
    await server().loseConnection(ann)
    await send(4)
    const back = await reconnect(ann)
    await send(5)
    await back.waitFor(
      'webrtc:ice',
      ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(candidateOf(5)),
    )
    expect(candidates(ann)).toEqual([])
    expect(candidates(back)).toEqual([1, 2, 3, 4, 5].map(candidateOf))
  })

  it('are delivered if the client reconnects before the server notices the loss', async () => {
    const [ann, bob, send] = await pair()
    loseIncoming(ann)
    await send(1)
    const back = await reconnect(ann)
    await send(2)
    await back.waitFor(
      'webrtc:ice',
      ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(candidateOf(2)),
    )
    expect(candidates(back)).toEqual([candidateOf(1), candidateOf(2)])
    expect(bob.payloadsOf('peer:left')).toEqual([])
  })

  it('are redelivered on each connection until they arrive', async () => {
    const [ann, , send] = await pair()
    loseIncoming(ann)
    await send(1)
    await server().loseConnection(ann)
    const second = await reconnect(ann)
    loseIncoming(second)
    await send(2)
    await server().loseConnection(second)
    const third = await reconnect(ann)
    await send(3)
    await third.waitFor(
      'webrtc:ice',
      ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(candidateOf(3)),
    )
    expect(candidates(third).at(-1)).toEqual(candidateOf(3))
    expect(candidates(third)).toContainEqual(candidateOf(2))
  })

  it('are not redelivered if they have arrived', async () => {
    const [ann, , send] = await pair()
    await send(1)
    await ann.waitFor('webrtc:ice')
    // The pong that confirms the signal precedes this request.
    await ann.flush()
    await server().loseConnection(ann)
    const back = await reconnect(ann)
    await back.flush()
    expect(candidates(back)).toEqual([])
  })

  it('are confirmed together if many are sent at once', async () => {
    const [ann, , send] = await pair()
    for (let n = 0; n < 50; n++) await send(n)
    await ann.flush()
    server().clock.advance(20)
    await ann.flush()
    await ann.flush()
    await server().loseConnection(ann)
    const back = await reconnect(ann)
    await back.flush()
    expect(candidates(ann)).toHaveLength(50)
    expect(candidates(back)).toEqual([])
  })

  it('are discarded at the end of the grace period, and reach no other user', async () => {
    const [ann, bob, send] = await pair()
    loseIncoming(ann)
    await send(1)
    await server().loseConnection(ann)
    const stranger = await server().client('/', { sessionId: bob.session.sessionId, userId: 'x' })
    await stranger.ask('join:room', { roomCode: 'abc' })
    server().clock.advance(15_000)
    await server().waitForRecord(
      (record) => record.type === 'room.member-left' && record.data.memberId === ann.id,
    )
    const back = await reconnect(ann)
    await back.ask('join:room', { roomCode: 'abc' })
    await Promise.all([back.flush(), stranger.flush()])
    expect([...candidates(back), ...candidates(stranger)]).toEqual([])
  })

  it('are named in signalsLost if they exceed the delivery queue', async () => {
    const [ann, bob, send] = await pair()
    loseIncoming(ann)
    const count = 4_200
    await Promise.all(Array.from({ length: count }, (_, n) => send(n)))
    await server().loseConnection(ann)
    const back = await reconnect(ann)
    await send(count)
    await back.waitFor(
      'webrtc:ice',
      ({ candidate }) => JSON.stringify(candidate) === JSON.stringify(candidateOf(count)),
    )
    const [lost] = (back.session as unknown as { signalsLost: ReadonlyArray<{ count: number }> }).signalsLost
    expect(lost).toMatchObject({ room: 'room_abc', from: bob.id, kind: 'candidate' })
    const received = candidates(back)
    expect((lost?.count ?? 0) + received.length).toBe(count + 1)
    expect(received).toEqual(
      Array.from({ length: received.length }, (_, n) => candidateOf(count + 1 - received.length + n)),
    )
  })
})
