import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../../kit/live-client.js'
import { withServer } from '../with-server.js'
import { builtIn } from '../../../kit/index.js'

const codeOf = (reply: Heard): unknown => reply.error?.['code']
const ok = { success: true }

describe('the modules of a party', () => {
  const server = withServer()

  const join = async (id: string): Promise<Client> => {
    const client = await server().client()
    await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
    return client
  }
  const place = { room: 'friday', seq: expect.any(Number), at: expect.any(Number) }

  it('are turned on and off by any member, and all hear by whom', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    expect(await bob.ask('ACTIVATE_MODULE', { module: 'poll', options: { theme: 'dark' } })).toEqual(ok)
    for (const client of [ann, bob]) {
      expect(await client.hears('ACTIVATE_MODULE')).toEqual({
        module: 'poll',
        by: 'bob',
        state: { module: 'poll' },
        ...place,
      })
    }
    const log = server().log.length
    expect(await ann.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual(ok)
    expect(server().log).toHaveLength(log)
    expect(await ann.ask('DEACTIVATE_MODULE', { module: 'poll' })).toEqual(ok)
    expect(await bob.hears('DEACTIVATE_MODULE')).toEqual({ module: 'poll', by: 'ann', ...place })
    expect(await ann.ask('DEACTIVATE_MODULE', { module: 'poll' })).toMatchObject({
      error: { code: 'activity-inactive', activity: 'poll' },
    })
  })

  it('that are of the clients’ own relay what they are told, in order, logged, to all', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    await ann.ask('ACTIVATE_MODULE', { module: 'poll' })
    const payloads = [1, 'two', null, { three: [3] }, ['x'.repeat(60_000)]]
    for (const payload of payloads) {
      expect(await bob.ask('CUSTOM_MODULE_EVENT', { module: 'poll', event: 'vote', payload })).toEqual(ok)
    }
    expect(await bob.ask('CUSTOM_MODULE_EVENT', { module: 'poll', event: 'clear' })).toEqual(ok)
    for (const client of [ann, bob]) {
      await client.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'clear')
      expect(client.of('CUSTOM_MODULE_EVENT')).toEqual([
        ...payloads.map((payload) => ({ module: 'poll', event: 'vote', payload, by: 'bob', ...place })),
        { module: 'poll', event: 'clear', payload: null, by: 'bob', ...place },
      ])
    }
    const relayed = server()
      .log.map(builtIn)
      .flatMap((record) => (record.type === 'relay.event' ? [record.data] : []))
    expect(relayed.map(({ payload }) => payload)).toEqual([...payloads, null])
  })

  it('are refused what is too large, too deep or of another name, and then nobody hears anything', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    await ann.ask('ACTIVATE_MODULE', { module: 'poll' })
    const log = server().log.length
    const said = { module: 'poll', event: 'vote' }
    const deep: unknown = JSON.parse(`${'['.repeat(33)}${']'.repeat(33)}`)
    const refused: ReadonlyArray<readonly [payload: unknown, code: string]> = [
      [{ ...said, payload: 'x'.repeat(64 * 1_024) }, 'payload-too-large'],
      [{ ...said, payload: deep }, 'invalid-payload'],
      [{ ...said, payload: JSON.parse('{"__proto__":1}') }, 'invalid-payload'],
      [{ ...said, payload: '\ud800' }, 'invalid-payload'],
      [{ ...said, event: '' }, 'invalid-payload'],
      [{ ...said, event: 'a.b' }, 'invalid-payload'],
      [{ ...said, event: 'x'.repeat(65) }, 'invalid-payload'],
      [{ ...said, module: 'ä' }, 'invalid-payload'],
      [{ ...said, module: 'other' }, 'activity-inactive'],
      [{ module: 'poll' }, 'invalid-payload'],
    ]
    for (const [payload, code] of refused) {
      expect(codeOf(await bob.ask('CUSTOM_MODULE_EVENT', payload))).toBe(code)
    }
    expect(server().log).toHaveLength(log)
    await ann.fence()
    expect(ann.of('CUSTOM_MODULE_EVENT')).toEqual([])
  })

  it.each(['room', 'relay', 'chat'])('never relay under the name of %s', async (module) => {
    const ann = await join('ann')
    const log = server().log.length
    for (const event of ['ACTIVATE_MODULE', 'DEACTIVATE_MODULE']) {
      expect(codeOf(await ann.ask(event, { module }))).toBe('unknown-activity')
    }
    const said = { module, event: 'activate', payload: { activity: 'poll' } }
    expect(codeOf(await ann.ask('CUSTOM_MODULE_EVENT', said))).toBe('unknown-activity')
    expect(server().log).toHaveLength(log)
  })

  it('play the random picker by its native commands, and tell of it by its native events', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    const say = (event: string, payload?: unknown) =>
      ann.ask('CUSTOM_MODULE_EVENT', { module: 'random-picker', event, payload })
    expect(codeOf(await say('start', ['Ann']))).toBe('activity-inactive')
    await ann.ask('ACTIVATE_MODULE', { module: 'random-picker' })
    expect(await say('contribute', { entropy: 'ab'.repeat(16) })).toEqual(ok)
    expect(codeOf(await say('contribute', { entropy: 'ab'.repeat(16) }))).toBe('entropy-given')
    expect(codeOf(await say('cancel'))).toBe('no-draw')
    expect(codeOf(await say('spin', []))).toBe('invalid-payload')
    expect(codeOf(await say('start', { members: 7 }))).toBe('invalid-payload')
    expect(await say('start', { members: ['Ann', 'Bob'] })).toEqual(ok)
    expect(codeOf(await say('start', ['Ann']))).toBe('draw-running')
    server().clock.advance(5_000)
    await bob.hears('CUSTOM_MODULE_EVENT', ({ event }) => event === 'complete')
    await bob.fence()
    const told = bob.of('CUSTOM_MODULE_EVENT').map(({ module, event, by }) => [module, event, by])
    expect(told).toEqual([
      ['random-picker', 'committed', 'ann'],
      ['random-picker', 'contributed', 'ann'],
      ['random-picker', 'started', 'ann'],
      ...Array.from({ length: 50 }, () => ['random-picker', 'highlight', undefined]),
      ['random-picker', 'complete', undefined],
      ['random-picker', 'committed', undefined],
    ])
    const complete = bob.of('CUSTOM_MODULE_EVENT').find(({ event }) => event === 'complete')
    expect(complete?.['payload']).toMatchObject({
      winner: { name: expect.any(String) },
      proof: expect.any(Object),
    })
  })

  it('show their state to a member that asks, and to nobody else', async () => {
    const [ann, stranger] = [await join('ann'), await server().client()]
    await ann.ask('ACTIVATE_MODULE', { module: 'random-picker' })
    const event = 'join-activity-request'
    expect(await ann.ask(event, { activity: 'random-picker' })).toMatchObject({
      activity: 'random-picker',
      state: { phase: { type: 'committed' } },
    })
    expect(codeOf(await ann.ask(event, { activity: 'poll' }))).toBe('activity-inactive')
    expect(codeOf(await ann.ask(event, { activity: 'room' }))).toBe('unknown-activity')
    expect(codeOf(await stranger.ask(event, { activity: 'random-picker' }))).toBe('not-in-room')
    for (const [name, payload] of [
      ['ACTIVATE_MODULE', { module: 'poll' }],
      ['DEACTIVATE_MODULE', { module: 'random-picker' }],
      ['CUSTOM_MODULE_EVENT', { module: 'random-picker', event: 'cancel' }],
    ] as const) {
      expect(codeOf(await stranger.ask(name, payload))).toBe('not-in-room')
    }
  })
})

describe('a signal between users', () => {
  const server = withServer()

  it('goes to that user alone, as it is, from whom the server says', async () => {
    const clients: Array<Client> = []
    for (const id of ['ann', 'bob', 'cy']) {
      const client = await server().client()
      await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
      clients.push(client)
    }
    const [ann, bob, cy] = clients
    const signals = [
      { type: 'offer', sdp: 'v=0' },
      { type: 'candidate', candidate: { candidate: 'candidate:1', sdpMid: '0' } },
      { type: 'transceiverRequest', transceiverRequest: { kind: 'video' } },
      { renegotiate: true },
      'anything',
    ]
    for (const signalData of signals) {
      const said = { targetUser: 'bob', signalData, senderUser: 'cy', from: cy?.id }
      expect(await ann?.ask('PEER_RELAY_SIGNAL', said)).toEqual(ok)
    }
    await bob?.fence()
    expect(bob?.of('PEER_RELAY_SIGNAL')).toEqual(
      signals.map((signalData) => ({ senderUser: 'ann', signalData })),
    )
    for (const [targetUser, code] of [
      ['ann', 'self-signal'],
      ['dee', 'target-not-found'],
      [bob?.id, 'target-not-found'],
      ['__proto__', 'target-not-found'],
      ['', 'invalid-payload'],
    ]) {
      expect(codeOf((await ann?.ask('PEER_RELAY_SIGNAL', { targetUser, signalData: {} })) ?? {})).toBe(code)
    }
    for (const signalData of [
      undefined,
      null,
      7,
      '',
      { type: 'offer', sdp: 7 },
      { sdp: 'v=0', type: 'other' },
    ]) {
      const reply = await ann?.ask('PEER_RELAY_SIGNAL', { targetUser: 'bob', signalData })
      expect(reply).toMatchObject({ error: { code: 'invalid-payload' } })
    }
    for (const client of [ann, cy]) {
      await client?.fence()
      expect(client?.of('PEER_RELAY_SIGNAL')).toEqual([])
    }
    expect(bob?.of('PEER_RELAY_SIGNAL')).toHaveLength(signals.length)
    const stranger = await server().client()
    expect(codeOf(await stranger.ask('PEER_RELAY_SIGNAL', { targetUser: 'bob', signalData: {} }))).toBe(
      'not-in-room',
    )
  })
})
