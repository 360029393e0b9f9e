import { describe, expect, it } from 'vitest'
import { withServer } from './with-server.js'

describe('one room of several vocabularies', () => {
  const server = withServer()

  it('tells each member by the dialects by which it came in, and counts only its own', async () => {
    const [native, viewer] = [await server().client('/rooms'), await server().client()]
    expect(await viewer.ask('viewer-join', { room: 'both' })).toMatchObject({ viewers: 1 })
    expect(await native.ask('join', { room: 'both', name: 'Nat' })).toMatchObject({ success: true })
    const command = { room: 'both', id: '1', type: 'random-picker.start', payload: ['Ann', 'Bob'] }
    expect(await native.ask('command', command)).toMatchObject({ success: true })
    await native.ask('command', {
      room: 'both',
      id: '2',
      type: 'room.activate',
      payload: { activity: 'poll' },
    })
    await native.ask('command', { room: 'both', id: '3', type: 'poll.vote', payload: 1 })
    server().clock.advance(5_000)
    const complete = await viewer.hears('randomComplete')
    await native.hears('event', ({ type }) => type === 'random-picker.complete')
    expect(new Set(native.heard.map(([event]) => event))).toEqual(new Set(['event']))
    expect(new Set(viewer.heard.map(([event]) => event))).toEqual(
      new Set([
        'viewer-count-update',
        'randomCommitted',
        'randomStarted',
        'randomHighlight',
        'randomComplete',
      ]),
    )
    expect(viewer.of('viewer-count-update').map(({ count }) => count)).toEqual([1])
    const shown = native.of('event').find(({ seq }) => seq === complete['seq'])
    expect(shown).toMatchObject({ type: 'random-picker.complete', at: complete['at'] })
    expect(shown?.['data']).toMatchObject({ winner: complete['winner'], proof: complete['proof'] })
  })

  it('is led by its broadcaster in every dialect', async () => {
    const [native, leader] = [await server().client('/rooms'), await server().client()]
    await leader.ask('broadcaster-join')
    await native.ask('join', { room: 'main' })
    const command = { room: 'main', id: '1', type: 'random-picker.start', payload: ['Ann'] }
    expect(await native.ask('command', command)).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await leader.ask('remove-member', { memberId: native.id })).toMatchObject({
      error: { code: 'target-not-found' },
    })
    await leader.ask('leave')
    expect(await native.ask('command', command)).toMatchObject({ success: true })
  })

  it('tells a socket alone what it did wrong when it asked for no answer', async () => {
    const [leader, viewer] = [await server().client(), await server().client()]
    leader.socket.emit('broadcaster-join')
    await leader.hears('broadcaster-joined')
    await viewer.ask('viewer-join')
    viewer.socket.emit('startRandom', { members: ['Ann'] })
    viewer.socket.emit('remove-member', {})
    expect(await viewer.hears('error', ({ code }) => code === 'invalid-payload')).toEqual({
      code: 'invalid-payload',
      message: expect.any(String),
      timestamp: '2026-01-01T00:00:00.000Z',
      event: 'remove-member',
      path: 'memberId',
    })
    expect(await viewer.hears('error')).toMatchObject({ code: 'not-broadcaster', event: 'startRandom' })
    leader.socket.emit('startRandom', ['Ann'])
    await viewer.hears('randomStarted')
    leader.socket.emit('cancelRandom')
    await viewer.hears('randomCancelled')
    await leader.fence()
    expect(leader.of('error')).toEqual([])
    expect(viewer.of('error').length).toBe(2)
  })
})

describe('the state of an activity', () => {
  const server = withServer()
  const event = 'join-activity-request'

  it('is shown to a member of the room, draws that are over among it', async () => {
    const leader = await server().client()
    await leader.ask('broadcaster-join')
    const started = await leader.ask('startRandom', ['Ann', 'Bob'])
    server().clock.advance(100)
    await leader.ask('cancelRandom')
    const second = await leader.ask('startRandom', ['Ann'])
    server().clock.advance(5_000)
    const { commitment } = await leader.hears('randomCommitted', ({ drawNo }) => drawNo === 3)
    const { drawId } = await leader.hears('randomComplete')
    expect(drawId).toBe(second['drawId'])
    expect(await leader.ask(event, { activity: 'random-picker' })).toEqual({
      success: true,
      activity: 'random-picker',
      state: {
        phase: { type: 'committed', next: { drawNo: 3, commitment, contributions: [] } },
        lastDrawNo: 3,
        draws: [
          {
            drawNo: 1,
            drawId: started['drawId'],
            at: server().clock.now() - 5_000,
            members: 2,
            winner: null,
            cancelled: true,
          },
          {
            drawNo: 2,
            drawId,
            at: server().clock.now(),
            members: 1,
            winner: { id: '#1', name: 'Ann' },
            cancelled: false,
          },
        ],
      },
    })
    await leader.ask('startRandom', ['Ann'])
    expect(await leader.ask(event, { activity: 'random-picker' })).toMatchObject({
      state: { phase: { type: 'running', draw: { tick: 0, index: null } } },
    })
  })

  it('is refused to who is in no room, and for what is not there or off', async () => {
    const client = await server().client()
    expect(await client.ask(event, { activity: 'random-picker' })).toMatchObject({
      error: { code: 'not-in-room', event },
    })
    await client.ask('viewer-join')
    for (const [activity, code] of [
      ['chat', 'unknown-activity'],
      ['room', 'unknown-activity'],
      ['a b', 'unknown-activity'],
      ['poll', 'activity-inactive'],
      ['toString', 'activity-inactive'],
      ['', 'invalid-payload'],
      [7, 'invalid-payload'],
      [undefined, 'invalid-payload'],
    ]) {
      expect(await client.ask(event, { activity })).toMatchObject({ error: { code } })
    }
    const native = await server().client('/rooms')
    await native.ask('join', { room: 'main' })
    const off = { room: 'main', id: '1', type: 'room.deactivate', payload: { activity: 'random-picker' } }
    await native.ask('command', off)
    expect(await client.ask(event, { activity: 'random-picker' })).toMatchObject({
      error: { code: 'activity-inactive', activity: 'random-picker' },
    })
    expect(await client.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'activity-inactive' } })
    await client.ask('leave')
    expect(await client.ask(event, { activity: 'random-picker' })).toMatchObject({
      error: { code: 'not-in-room' },
    })
  })
})
