import { describe, expect, it } from 'vitest'
import type { Client, Payload } from '../../../kit/live-client.js'
import { withServer } from '../server-kit.js'

const seqsOf = (events: unknown): ReadonlyArray<unknown> =>
  Array.isArray(events) ? events.map((event: { readonly seq: number }) => event.seq) : []

const range = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

const afterOf = ({ epoch, seq }: Payload) => ({ epoch, seq })

describe('a native join', () => {
  const server = withServer({ maxPeers: 2 })
  const resume = (client: Client) => server().client('/rooms', { sessionId: client.session.sessionId })
  const relay = async (client: Client, count: number, room = 'r') => {
    for (let n = 0; n < count; n++) {
      await client.ask('command', {
        room,
        id: `${client.id} ${n} ${Math.random()}`,
        type: 'poll.vote',
        payload: n,
      })
    }
  }

  it('of an unknown room is rejected, or creates the room if `create` is true', async () => {
    const client = await server().client('/rooms')
    expect(await client.ask('join', { room: 'r' })).toMatchObject({
      success: false,
      error: { code: 'room-not-found', event: 'join' },
    })
    const epoch = expect.stringMatching(/^[0-9a-f]{32}$/)
    const at = server().clock.now()
    expect(await client.ask('join', { room: 'r', create: true, name: 'Ann' })).toEqual({
      success: true,
      room: 'r',
      memberId: client.id,
      epoch,
      seq: 2,
      recovered: 'new',
      state: expect.objectContaining({
        phase: 'open',
        id: 'r',
        createdAt: at,
        isPrivate: false,
        maxPeers: 2,
        history: 'own',
        members: {
          [client.id]: {
            id: client.id,
            name: 'Ann',
            userId: null,
            entries: { native: { role: 'member', since: 2 } },
            presence: { type: 'connected' },
            since: 2,
          },
        },
        away: [],
        modules: {},
      }),
      missed: [
        {
          room: 'r',
          seq: 2,
          at,
          type: 'room.member-joined',
          by: client.id,
          data: { memberId: client.id, dialect: 'native', role: 'member', name: 'Ann', userId: null },
        },
      ],
    })
    await client.flush()
    expect(client.events).toEqual([])
  })

  it('rejects an invalid payload with the path of its field', async () => {
    const client = await server().client('/rooms')
    for (const [payload, path] of [
      [undefined, 'room'],
      [{}, 'room'],
      [{ room: '' }, 'room'],
      [{ room: 'a b' }, 'room'],
      [{ room: 'x'.repeat(129) }, 'room'],
      ['r', undefined],
      [{ room: 'r', create: 'yes' }, 'create'],
      [{ room: 'r', role: 'broadcaster' }, 'role'],
      [{ room: 'r', name: 'x'.repeat(201) }, 'name'],
      [{ room: 'r', after: 7 }, 'after'],
      [{ room: 'r', after: { epoch: 'e', seq: -1 } }, 'after.seq'],
    ] as const) {
      const { error } = await client.ask('join', payload)
      expect({ code: error?.['code'], path: error?.['path'], payload }).toEqual({
        code: 'invalid-payload',
        path,
        payload,
      })
    }
    expect(server().log).toEqual([])
  })

  it('takes a peer slot only in the role of a peer, and is rejected if none is free', async () => {
    const clients = await Promise.all(range(1, 4).map(() => server().client('/rooms')))
    const [first, second, third, member] = clients
    await first?.ask('join', { room: 'r', create: true, role: 'peer' })
    await second?.ask('join', { room: 'r', role: 'peer' })
    expect(await third?.ask('join', { room: 'r', role: 'peer' })).toMatchObject({
      error: { code: 'room-full', route: 'sfu' },
    })
    expect(await member?.ask('join', { room: 'r' })).toMatchObject({ success: true })
    if (first !== undefined) await server().loseConnection(first)
    expect(await third?.ask('join', { room: 'r', role: 'peer' })).toMatchObject({ success: true })
  })

  it('of a private room needs its token, whatever protocol created the room', async () => {
    const [broadcaster, client] = [await server().client(), await server().client('/rooms')]
    await broadcaster.ask('broadcaster-join', { room: 'r', token: 'sesame' })
    for (const token of [undefined, 'barley', 'sesam', 'sesame ']) {
      expect(await client.ask('join', { room: 'r', create: true, token })).toMatchObject({
        error: { code: 'access-denied' },
      })
    }
    expect(await client.ask('join', { room: 'r', token: 'sesame' })).toMatchObject({ success: true })
    expect(await client.ask('join', { room: 'r' })).toMatchObject({ success: true, recovered: 'resumed' })
  })

  it('is followed by every later event, also those of picker members', async () => {
    const [client, broadcaster] = [await server().client('/rooms'), await server().client()]
    const { seq } = await client.ask('join', { room: 'main', create: true })
    await broadcaster.ask('broadcaster-join')
    await broadcaster.ask('startRandom', ['Ann'])
    server().clock.advance(5_000)
    await client.waitFor('event', ({ type, data }) => type === 'random-picker.committed' && hasDrawNo2(data))
    const events = client.payloadsOf('event')
    expect(events.map((event) => event['seq'])).toEqual(range(Number(seq) + 1, Number(seq) + events.length))
    expect(events.map(({ type }) => type)).toEqual([
      'room.member-joined',
      'room.activity-activated',
      'random-picker.committed',
      'random-picker.started',
      ...range(1, 50).map(() => 'random-picker.highlight'),
      'random-picker.complete',
      'random-picker.committed',
    ])
    expect(events[3]).toEqual({
      room: 'main',
      seq: 6,
      at: expect.any(Number),
      type: 'random-picker.started',
      by: broadcaster.id,
      data: expect.objectContaining({ drawNo: 1, members: [{ id: '#1', name: 'Ann' }] }),
    })
    expect(events[4]).not.toHaveProperty('by')
    await broadcaster.flush()
    // The picker protocol has no emit for native members.
    expect(broadcaster.events.map(([event]) => event).slice(0, 3)).toEqual([
      'broadcaster-joined',
      'randomCommitted',
      'randomStarted',
    ])
  })

  it('returns exactly the missed events after a lost connection, before live ones', async () => {
    const [client, other] = [await server().client('/rooms'), await server().client('/rooms')]
    await client.ask('join', { room: 'r', create: true })
    await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
    const first = await other.ask('join', { room: 'r' })
    await server().loseConnection(other)
    await relay(client, 5)
    const back = await resume(other)
    expect(back.session).toMatchObject({ resumed: true, rooms: ['r'], memberships: [{ memberId: other.id }] })
    await relay(client, 2)
    await back.flush()
    expect(back.events).toEqual([])
    const joined = await back.ask('join', { room: 'r', after: afterOf(first) })
    expect(joined).toMatchObject({ recovered: 'resumed', memberId: other.id, epoch: first['epoch'], seq: 13 })
    expect(seqsOf(joined['missed'])).toEqual(range(5, 13))
    expect(back.events).toEqual([])
    await relay(client, 1)
    await back.flush()
    expect(back.payloadsOf('event').map((event) => event['seq'])).toEqual([14])
  })

  it('returns the last 500 missed events, after the earlier ones as `events` (R-5)', async () => {
    const [client, other] = [await server().client('/rooms'), await server().client('/rooms')]
    await client.ask('join', { room: 'r', create: true })
    await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
    const first = await other.ask('join', { room: 'r' })
    await server().loseConnection(other)
    await relay(client, 1_203)
    const back = await resume(other)
    const joining = back.ask('join', { room: 'r', after: afterOf(first) })
    // Events during the catch-up follow after it.
    const live = relay(client, 3)
    const joined = await joining
    await live
    await back.flush()
    const { seq } = joined
    const earlier = back.payloadsOf('events').flatMap((events) => seqsOf(events))
    expect([...earlier, ...seqsOf(joined['missed'])]).toEqual(range(Number(first['seq']) + 1, Number(seq)))
    expect(seqsOf(joined['missed']).length).toBe(500)
    const order = back.seen.map(([event]) => event)
    expect(new Set(order.slice(1, order.indexOf('answer join')))).toEqual(new Set(['events']))
    const last = server().log.at(-1)?.seq ?? 0
    expect(back.payloadsOf('event').map((event) => event['seq'])).toEqual(range(Number(seq) + 1, last))
    expect(last).toBe(4 + 1 + 1_203 + 3 + 1)
  })

  it('is answered with `reset` and the state if the offset belongs to another log', async () => {
    const client = await server().client('/rooms')
    const first = await client.ask('join', { room: 'r', create: true })
    for (const after of [
      { epoch: 'another', seq: 1 },
      { epoch: first['epoch'], seq: 3 },
      { epoch: first['epoch'], seq: 1_000_000 },
    ]) {
      expect(await client.ask('join', { room: 'r', after })).toMatchObject({
        recovered: 'reset',
        missed: [],
        seq: 2,
        state: { phase: 'open' },
      })
    }
    expect(await client.ask('join', { room: 'r', after: { epoch: first['epoch'], seq: 2 } })).toMatchObject({
      recovered: 'resumed',
      missed: [],
    })
    expect(await client.ask('join', { room: 'r' })).toMatchObject({ recovered: 'resumed', missed: [] })
  })

  it('shows no events from before the first join, and none after leaving', async () => {
    const [client, other] = [await server().client('/rooms'), await server().client('/rooms')]
    await client.ask('join', { room: 'r', create: true })
    const first = await other.ask('join', { room: 'r', after: { epoch: '', seq: 0 } })
    expect(first).toMatchObject({ recovered: 'reset', missed: [] })
    await other.ask('leave', { room: 'r' })
    await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
    await relay(client, 3)
    await other.flush()
    expect(other.events).toEqual([])
    expect(await other.ask('command', { room: 'r', id: '1', type: 'poll.vote' })).toMatchObject({
      error: { code: 'not-in-room' },
    })
    const again = await other.ask('join', { room: 'r', after: { epoch: first['epoch'], seq: 1 } })
    expect(again).toMatchObject({ recovered: 'new', seq: 9 })
    expect(seqsOf(again['missed'])).toEqual([9])
  })

  it('ends its subscription when another socket resumes the session', async () => {
    const client = await server().client('/rooms')
    await client.ask('join', { room: 'r', create: true })
    expect(server().sessions.load().subscribers).toBe(1)
    const again = await resume(client)
    expect(server().sessions.load()).toMatchObject({ rooms: 0, subscribers: 0, connections: 1 })
    expect(await again.ask('join', { room: 'r' })).toMatchObject({
      recovered: 'resumed',
      memberId: client.id,
    })
    expect(server().sessions.load().subscribers).toBe(1)
  })

  it('may enter several rooms, which are left one by one', async () => {
    const client = await server().client('/rooms')
    for (const room of ['a', 'b', 'c']) await client.ask('join', { room, create: true })
    expect(await client.ask('leave', { room: 'b' })).toEqual({ success: true })
    expect(await client.ask('leave', { room: 'b' })).toMatchObject({ error: { code: 'not-in-room' } })
    expect(await client.ask('leave', {})).toMatchObject({ error: { code: 'invalid-payload', path: 'room' } })
    await server().loseConnection(client)
    const back = await resume(client)
    expect([...back.session.rooms].sort()).toEqual(['a', 'c'])
    // A resumed member can leave without joining again.
    expect(await back.ask('leave', { room: 'a' })).toEqual({ success: true })
    expect(await back.ask('join', { room: 'a' })).toMatchObject({ memberId: back.id, recovered: 'new' })
  })

  it('is acknowledged before live events, also when it is repeated', async () => {
    const [client, other] = [await server().client('/rooms'), await server().client('/rooms')]
    await client.ask('join', { room: 'r', create: true })
    await client.ask('command', { room: 'r', id: 'on', type: 'room.activate', payload: { activity: 'poll' } })
    await other.ask('join', { room: 'r' })
    const joins = range(1, 5).map(() => other.ask('join', { room: 'r' }))
    await Promise.all([...joins, relay(client, 20)])
    await other.flush()
    const seqs = other.seen.flatMap(([event, { seq }]) =>
      event === 'event' || event === 'answer join' ? [Number(seq)] : [],
    )
    expect(seqs).toEqual([...seqs].sort((left, right) => left - right))
    expect(other.payloadsOf('event').map(({ seq }) => seq)).toEqual(range(5, 24))
  })
})

const hasDrawNo2 = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'drawNo' in data && data.drawNo === 2
