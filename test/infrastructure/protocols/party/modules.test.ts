import { describe, expect, it } from 'vitest'
import type { Client } from '../../../kit/live-client.js'
import { codeOf, ok, withServer } from '../server-kit.js'
import { builtIn } from '../../../kit/index.js'

describe('a party module', () => {
  const server = withServer()

  const join = async (id: string): Promise<Client> => {
    const client = await server().client()
    await client.ask('JOIN_USER_REQUEST', { roomId: 'friday', user: { id, name: id }, token: 't' })
    return client
  }
  const position = { room: 'friday', seq: expect.any(Number), at: expect.any(Number) }

  it('is activated and deactivated by any member, and the emit names that member', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    expect(await bob.ask('ACTIVATE_MODULE', { module: 'poll', options: { theme: 'dark' } })).toEqual(ok)
    for (const client of [ann, bob]) {
      expect(await client.waitFor('ACTIVATE_MODULE')).toEqual({
        module: 'poll',
        by: 'bob',
        state: { module: 'poll' },
        ...position,
      })
    }
    const log = server().log.length
    expect(await ann.ask('ACTIVATE_MODULE', { module: 'poll' })).toEqual(ok)
    expect(server().log).toHaveLength(log)
    expect(await ann.ask('DEACTIVATE_MODULE', { module: 'poll' })).toEqual(ok)
    expect(await bob.waitFor('DEACTIVATE_MODULE')).toEqual({ module: 'poll', by: 'ann', ...position })
    expect(await ann.ask('DEACTIVATE_MODULE', { module: 'poll' })).toMatchObject({
      error: { code: 'activity-inactive', activity: 'poll' },
    })
  })

  it('relays events to all members in order and logs them if no activity has its name (Y-13)', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    await ann.ask('ACTIVATE_MODULE', { module: 'poll' })
    const payloads = [1, 'two', null, { three: [3] }, ['x'.repeat(60_000)]]
    for (const payload of payloads) {
      expect(await bob.ask('CUSTOM_MODULE_EVENT', { module: 'poll', event: 'vote', payload })).toEqual(ok)
    }
    expect(await bob.ask('CUSTOM_MODULE_EVENT', { module: 'poll', event: 'clear' })).toEqual(ok)
    for (const client of [ann, bob]) {
      await client.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'clear')
      expect(client.payloadsOf('CUSTOM_MODULE_EVENT')).toEqual([
        ...payloads.map((payload) => ({ module: 'poll', event: 'vote', payload, by: 'bob', ...position })),
        { module: 'poll', event: 'clear', payload: null, by: 'bob', ...position },
      ])
    }
    const relayed = server()
      .log.map(builtIn)
      .flatMap((record) => (record.type === 'relay.event' ? [record.data] : []))
    expect(relayed.map(({ payload }) => payload)).toEqual([...payloads, null])
  })

  it('rejects events that are too large, too deep or of an invalid name, and emits nothing', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    await ann.ask('ACTIVATE_MODULE', { module: 'poll' })
    const log = server().log.length
    const base = { module: 'poll', event: 'vote' }
    const deep: unknown = JSON.parse(`${'['.repeat(33)}${']'.repeat(33)}`)
    const invalid: ReadonlyArray<readonly [payload: unknown, code: string]> = [
      [{ ...base, payload: 'x'.repeat(64 * 1_024) }, 'payload-too-large'],
      [{ ...base, payload: deep }, 'invalid-payload'],
      [{ ...base, payload: JSON.parse('{"__proto__":1}') }, 'invalid-payload'],
      [{ ...base, payload: '\ud800' }, 'invalid-payload'],
      [{ ...base, event: '' }, 'invalid-payload'],
      [{ ...base, event: 'a.b' }, 'invalid-payload'],
      [{ ...base, event: 'x'.repeat(65) }, 'invalid-payload'],
      [{ ...base, module: 'ä' }, 'invalid-payload'],
      [{ ...base, module: 'other' }, 'activity-inactive'],
      [{ module: 'poll' }, 'invalid-payload'],
    ]
    for (const [payload, code] of invalid) {
      expect(codeOf(await bob.ask('CUSTOM_MODULE_EVENT', payload))).toBe(code)
    }
    expect(server().log).toHaveLength(log)
    await ann.flush()
    expect(ann.payloadsOf('CUSTOM_MODULE_EVENT')).toEqual([])
  })

  it.each(['room', 'relay', 'chat'])('is never a relay with the name %s (Y-15)', async (module) => {
    const ann = await join('ann')
    const log = server().log.length
    for (const event of ['ACTIVATE_MODULE', 'DEACTIVATE_MODULE']) {
      expect(codeOf(await ann.ask(event, { module }))).toBe('unknown-activity')
    }
    const payload = { module, event: 'activate', payload: { activity: 'poll' } }
    expect(codeOf(await ann.ask('CUSTOM_MODULE_EVENT', payload))).toBe('unknown-activity')
    expect(server().log).toHaveLength(log)
  })

  it('runs the random picker with its native commands and events (Y-9, Y-10)', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')]
    const send = (event: string, payload?: unknown) =>
      ann.ask('CUSTOM_MODULE_EVENT', { module: 'random-picker', event, payload })
    expect(codeOf(await send('start', ['Ann']))).toBe('activity-inactive')
    await ann.ask('ACTIVATE_MODULE', { module: 'random-picker' })
    expect(await send('contribute', { entropy: 'ab'.repeat(16) })).toEqual(ok)
    expect(codeOf(await send('contribute', { entropy: 'ab'.repeat(16) }))).toBe('entropy-given')
    expect(codeOf(await send('cancel'))).toBe('no-draw')
    expect(codeOf(await send('spin', []))).toBe('invalid-payload')
    expect(codeOf(await send('start', { members: 7 }))).toBe('invalid-payload')
    expect(await send('start', { members: ['Ann', 'Bob'] })).toEqual(ok)
    expect(codeOf(await send('start', ['Ann']))).toBe('draw-running')
    server().clock.advance(5_000)
    await bob.waitFor('CUSTOM_MODULE_EVENT', ({ event }) => event === 'complete')
    await bob.flush()
    const emits = bob.payloadsOf('CUSTOM_MODULE_EVENT').map(({ module, event, by }) => [module, event, by])
    expect(emits).toEqual([
      ['random-picker', 'committed', 'ann'],
      ['random-picker', 'contributed', 'ann'],
      ['random-picker', 'started', 'ann'],
      ...Array.from({ length: 50 }, () => ['random-picker', 'highlight', undefined]),
      ['random-picker', 'complete', undefined],
      ['random-picker', 'committed', undefined],
    ])
    const complete = bob.payloadsOf('CUSTOM_MODULE_EVENT').find(({ event }) => event === 'complete')
    expect(complete?.['payload']).toMatchObject({
      winner: { name: expect.any(String) },
      proof: expect.any(Object),
    })
  })

  it('shows its state to members only', async () => {
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

  it('reaches only its target, unchanged, with the sender that the server knows', async () => {
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
      const payload = { targetUser: 'bob', signalData, senderUser: 'cy', from: cy?.id }
      expect(await ann?.ask('PEER_RELAY_SIGNAL', payload)).toEqual(ok)
    }
    await bob?.flush()
    expect(bob?.payloadsOf('PEER_RELAY_SIGNAL')).toEqual(
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
      await client?.flush()
      expect(client?.payloadsOf('PEER_RELAY_SIGNAL')).toEqual([])
    }
    expect(bob?.payloadsOf('PEER_RELAY_SIGNAL')).toHaveLength(signals.length)
    const stranger = await server().client()
    expect(codeOf(await stranger.ask('PEER_RELAY_SIGNAL', { targetUser: 'bob', signalData: {} }))).toBe(
      'not-in-room',
    )
  })
})
