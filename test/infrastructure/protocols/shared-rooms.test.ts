import { describe, expect, it } from 'vitest'
import { withServer } from './server-kit.js'

describe('a room with members of several protocols', () => {
  const server = withServer()

  it('sends each member the emits of its own protocols, and counts only viewers', async () => {
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
    const complete = await viewer.waitFor('randomComplete')
    await native.waitFor('event', ({ type }) => type === 'random-picker.complete')
    expect(new Set(native.events.map(([event]) => event))).toEqual(new Set(['event']))
    expect(new Set(viewer.events.map(([event]) => event))).toEqual(
      new Set([
        'viewer-count-update',
        'randomCommitted',
        'randomStarted',
        'randomHighlight',
        'randomComplete',
      ]),
    )
    expect(viewer.payloadsOf('viewer-count-update').map(({ count }) => count)).toEqual([1])
    const shown = native.payloadsOf('event').find(({ seq }) => seq === complete['seq'])
    expect(shown).toMatchObject({ type: 'random-picker.complete', at: complete['at'] })
    expect(shown?.['data']).toMatchObject({ winner: complete['winner'], proof: complete['proof'] })
  })

  it('lets only its broadcaster start a draw, in every protocol', async () => {
    const [native, broadcaster] = [await server().client('/rooms'), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await native.ask('join', { room: 'main' })
    const command = { room: 'main', id: '1', type: 'random-picker.start', payload: ['Ann'] }
    expect(await native.ask('command', command)).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await broadcaster.ask('remove-member', { memberId: native.id })).toMatchObject({
      error: { code: 'target-not-found' },
    })
    await broadcaster.ask('leave')
    expect(await native.ask('command', command)).toMatchObject({ success: true })
  })

  it('emits the error of a request without an acknowledgement only to its sender', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    broadcaster.socket.emit('broadcaster-join')
    await broadcaster.waitFor('broadcaster-joined')
    await viewer.ask('viewer-join')
    viewer.socket.emit('startRandom', { members: ['Ann'] })
    viewer.socket.emit('remove-member', {})
    expect(await viewer.waitFor('error', ({ code }) => code === 'invalid-payload')).toEqual({
      code: 'invalid-payload',
      message: expect.any(String),
      timestamp: '2026-01-01T00:00:00.000Z',
      event: 'remove-member',
      path: 'memberId',
    })
    expect(await viewer.waitFor('error')).toMatchObject({ code: 'not-broadcaster', event: 'startRandom' })
    broadcaster.socket.emit('startRandom', ['Ann'])
    await viewer.waitFor('randomStarted')
    broadcaster.socket.emit('cancelRandom')
    await viewer.waitFor('randomCancelled')
    await broadcaster.flush()
    expect(broadcaster.payloadsOf('error')).toEqual([])
    expect(viewer.payloadsOf('error').length).toBe(2)
  })
})

describe('join-activity-request', () => {
  const server = withServer()
  const event = 'join-activity-request'

  it('returns the state of the random picker, with its past draws, to a member', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const started = await broadcaster.ask('startRandom', ['Ann', 'Bob'])
    server().clock.advance(100)
    await broadcaster.ask('cancelRandom')
    const second = await broadcaster.ask('startRandom', ['Ann'])
    server().clock.advance(5_000)
    const { commitment } = await broadcaster.waitFor('randomCommitted', ({ drawNo }) => drawNo === 3)
    const { drawId } = await broadcaster.waitFor('randomComplete')
    expect(drawId).toBe(second['drawId'])
    expect(await broadcaster.ask(event, { activity: 'random-picker' })).toEqual({
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
    await broadcaster.ask('startRandom', ['Ann'])
    expect(await broadcaster.ask(event, { activity: 'random-picker' })).toMatchObject({
      state: { phase: { type: 'running', draw: { tick: 0, index: null } } },
    })
  })

  it('is rejected outside a room, and for unknown and inactive activities', async () => {
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
