import { describe, expect, it } from 'vitest'
import { checkDraw } from '../../../../src/client/fairness/check-draw.js'
import { bundledHashing } from '../../../../src/client/fairness/hashing.js'
import type { Payload } from '../../../kit/live-client.js'
import { withServer } from '../server-kit.js'

const hex = (digits: number) => expect.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`))

/** The commitment in the acknowledgement of a join. */
const commitmentIn = ({ next }: Payload): string =>
  typeof next === 'object' && next !== null && 'commitment' in next ? String(next.commitment) : ''

describe('a draw in a picker room', () => {
  const server = withServer()

  it('is the same for the broadcaster and all viewers, field by field', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    const joined = await broadcaster.ask('broadcaster-join', { name: 'Lea' })
    await viewer.ask('viewer-join')
    const startedAt = server().clock.now()
    const started = await broadcaster.ask('startRandom', {
      members: ['Ann', { id: 'b', name: 'Bob' }, 'Cléo'],
    })
    expect(started).toEqual({
      success: true,
      drawId: expect.any(String),
      drawNo: 1,
      commitment: commitmentIn(joined),
    })
    const { drawId, commitment } = started
    const members = [
      { id: '#1', name: 'Ann' },
      { id: 'b', name: 'Bob' },
      { id: '#3', name: 'Cléo' },
    ]
    server().clock.advance(4_999)
    await viewer.flush()
    expect(viewer.payloadsOf('randomHighlight').length).toBe(49)
    expect(viewer.payloadsOf('randomComplete')).toEqual([])
    server().clock.advance(1)
    await viewer.waitFor('randomCommitted', ({ drawNo }) => drawNo === 2)
    await broadcaster.waitFor('randomCommitted', ({ drawNo }) => drawNo === 2)
    const draw = viewer.events.filter(([event]) => event.startsWith('random'))
    expect(broadcaster.events.filter(([event]) => event.startsWith('random')).slice(1)).toEqual(draw)

    const [begun, ...shown] = draw
    const room = 'main'
    expect(begun).toEqual([
      'randomStarted',
      { drawId, drawNo: 1, members, ticks: 50, intervalMs: 100, commitment, room, seq: 6, at: startedAt },
    ])
    expect(shown.slice(0, 50)).toEqual(
      Array.from({ length: 50 }, (_, index) => [
        'randomHighlight',
        {
          drawId,
          tick: index + 1,
          index: expect.any(Number),
          member: expect.toSatisfy((member) => members.some(({ id }) => id === member.id)),
          room,
          seq: 7 + index,
          at: startedAt + (index + 1) * 100,
        },
      ]),
    )
    const last = shown[49]?.[1]
    expect(shown.slice(50)).toEqual([
      [
        'randomComplete',
        {
          drawId,
          index: last?.['index'],
          winner: last?.['member'],
          proof: {
            algorithm: 'draw/1',
            room,
            drawNo: 1,
            serverSeed: hex(64),
            commitment,
            members,
            contributions: [],
            ticks: 50,
          },
          room,
          seq: 57,
          at: startedAt + 5_000,
        },
      ],
      ['randomCommitted', { drawNo: 2, commitment: hex(64), room, seq: 58, at: startedAt + 5_000 }],
    ])
  })

  it('passes the check of what a client saw, with contributions and a nonce', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join', { room: 'checked' })
    const joined = await viewer.ask('viewer-join', { room: 'checked' })
    const entropy = '00112233445566778899AABBCCDDEEFF'
    expect(await viewer.ask('contribute-entropy', { entropy })).toEqual({ success: true, drawNo: 1 })
    await broadcaster.ask('start-random', { members: ['Ann', 'Bob', 'Cy', 'Dee'], nonce: 'lucky é' })
    server().clock.advance(5_000)
    const complete = await viewer.waitFor('randomComplete')
    const nonce = Buffer.from('lucky é').toString('hex')
    expect(complete['proof']).toMatchObject({
      contributions: [
        { by: viewer.id, entropy: entropy.toLowerCase() },
        { by: broadcaster.id, entropy: nonce },
      ],
    })
    const seen = {
      room: 'checked',
      drawNo: 1,
      announcedCommitment: commitmentIn(joined),
      startedCommitment: String(viewer.payloadsOf('randomStarted')[0]?.['commitment']),
      ownContributions: [{ by: viewer.id, entropy: entropy.toLowerCase() }],
    }
    const check = await checkDraw(complete['proof'], seen, bundledHashing)
    expect(check).toMatchObject({ holds: true, firstFailed: null })
    expect(check.recomputed?.highlights).toEqual(
      viewer.payloadsOf('randomHighlight').map(({ index }) => index),
    )
    expect(check.recomputed?.winner).toEqual(complete['winner'])
  })

  it('has kebab-case event names for clients that request them (P-23)', async () => {
    const camel = await server().client()
    const kebab = await server().client('/', { names: 'kebab' })
    const snake = await server().client('/', { names: 'snake' })
    for (const client of [camel, kebab, snake]) await client.ask('viewer-join')
    await kebab.ask('start-random', ['Ann'])
    server().clock.advance(100)
    await kebab.ask('cancel-random', {})
    for (const client of [camel, kebab, snake]) await client.flush()
    const names = ['random-started', 'random-highlight', 'random-cancelled', 'random-committed']
    const draws = (client: typeof camel) =>
      client.events.filter(([event]) => event.startsWith('random')).slice(-4)
    expect(draws(kebab).map(([event]) => event)).toEqual(names)
    expect(draws(camel).map(([event]) => event)).toEqual([
      'randomStarted',
      'randomHighlight',
      'randomCancelled',
      'randomCommitted',
    ])
    expect(draws(snake)).toEqual(draws(camel))
    expect(draws(kebab).map(([, payload]) => payload)).toEqual(draws(camel).map(([, payload]) => payload))
    expect(kebab.events.map(([event]) => event)).toContain('viewer-count-update')
  })

  it('is cancelled by the broadcaster with its proof, and the next draw has the next number', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    expect(await broadcaster.ask('cancelRandom')).toMatchObject({
      error: { code: 'no-draw', event: 'cancelRandom' },
    })
    const { drawId, commitment } = await broadcaster.ask('startRandom', ['Ann', 'Bob'])
    expect(await broadcaster.ask('startRandom', ['Cy'])).toMatchObject({ error: { code: 'draw-running' } })
    expect(await broadcaster.ask('contribute-entropy', { entropy: 'ab'.repeat(16) })).toMatchObject({
      error: { code: 'draw-running' },
    })
    server().clock.advance(250)
    expect(await broadcaster.ask('cancelRandom', {})).toEqual({ success: true, drawId })
    expect(await broadcaster.waitFor('randomCancelled')).toEqual({
      drawId,
      reason: 'cancelled',
      proof: {
        algorithm: 'draw/1',
        room: 'main',
        drawNo: 1,
        serverSeed: hex(64),
        commitment,
        members: [
          { id: '#1', name: 'Ann' },
          { id: '#2', name: 'Bob' },
        ],
        contributions: [],
        ticks: 50,
      },
      room: 'main',
      seq: expect.any(Number),
      at: server().clock.now(),
    })
    server().clock.advance(10_000)
    expect(await broadcaster.ask('startRandom', ['Ann'])).toMatchObject({ success: true, drawNo: 2 })
    expect(broadcaster.payloadsOf('randomHighlight').map(({ tick }) => tick)).toEqual([1, 2])
  })

  it('accepts one contribution of 16 to 32 bytes from each member', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    expect(await viewer.ask('contribute-entropy', { entropy: 'ab'.repeat(16) })).toMatchObject({
      error: { code: 'not-in-room' },
    })
    await viewer.ask('viewer-join')
    for (const entropy of [
      '',
      'ab'.repeat(15),
      `${'ab'.repeat(16)}a`,
      'ab'.repeat(33),
      'zz'.repeat(16),
      7,
      null,
    ]) {
      expect(await viewer.ask('contribute-entropy', { entropy })).toMatchObject({
        error: { code: 'invalid-payload', path: 'entropy' },
      })
    }
    expect(await viewer.ask('contribute-entropy', { entropy: 'AB'.repeat(32) })).toEqual({
      success: true,
      drawNo: 1,
    })
    expect(await viewer.ask('contribute-entropy', { entropy: 'cd'.repeat(16) })).toMatchObject({
      error: { code: 'entropy-given' },
    })
    expect(await broadcaster.ask('contribute-entropy', { entropy: 'cd'.repeat(16) })).toMatchObject({
      success: true,
    })
  })

  it('is controlled by any member without a broadcaster, and only by the broadcaster with one (P-18)', async () => {
    const [viewer, broadcaster] = [await server().client(), await server().client()]
    await viewer.ask('viewer-join')
    expect(await viewer.ask('startRandom', ['Ann'])).toMatchObject({ success: true })
    await broadcaster.ask('broadcaster-join')
    expect(await viewer.ask('cancelRandom')).toMatchObject({ error: { code: 'not-broadcaster' } })
    expect(await broadcaster.ask('cancelRandom')).toMatchObject({ success: true })
    expect(await viewer.ask('startRandom', ['Ann'])).toMatchObject({ error: { code: 'not-broadcaster' } })
  })

  it('continues when all members have left, and its state is in the acknowledgement of a join (P-20, P-22)', async () => {
    const [broadcaster, viewer] = [await server().client(), await server().client()]
    await broadcaster.ask('broadcaster-join')
    await viewer.ask('viewer-join')
    const startedAt = server().clock.now()
    const { drawId } = await broadcaster.ask('startRandom', ['Ann', 'Bob'])
    const members = [
      { id: '#1', name: 'Ann' },
      { id: '#2', name: 'Bob' },
    ]
    const early = await server().client()
    expect(await early.ask('viewer-join')).toMatchObject({
      draw: { drawId, members, tick: 0, member: null, startedAt },
    })
    server().clock.advance(250)
    for (const client of [broadcaster, viewer, early]) await client.ask('leave')
    server().clock.advance(1_000)
    const late = await server().client()
    const joined = await late.ask('viewer-join')
    expect(joined['draw']).toEqual({
      drawId,
      members,
      tick: 12,
      member: expect.toSatisfy((member) => members.some(({ id }) => id === member.id)),
      startedAt,
    })
    expect(joined).not.toHaveProperty('next')
    server().clock.advance(5_000)
    await late.waitFor('randomComplete')
    expect(late.payloadsOf('randomHighlight').map(({ tick }) => tick)).toEqual(
      Array.from({ length: 38 }, (_, n) => n + 13),
    )
  })

  it('rejects an invalid list, and names the invalid member', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const invalid: ReadonlyArray<readonly [unknown, string | undefined]> = [
      [[], 'members'],
      [{ members: [] }, 'members'],
      [undefined, 'members'],
      [{}, 'members'],
      ['Ann', undefined],
      [{ members: 'Ann' }, 'members'],
      [{ members: ['Ann', 7] }, 'members.1'],
      [['Ann', null], '1'],
      [{ members: ['Ann', ''] }, 'members.1.name'],
      [{ members: ['x'.repeat(201)] }, 'members.0.name'],
      [{ members: [{ id: '', name: 'Ann' }] }, 'members.0.id'],
      [{ members: [{ id: 'x'.repeat(201), name: 'Ann' }] }, 'members.0.id'],
      [{ members: ['Ann', { id: '#1', name: 'Bob' }] }, 'members.1.id'],
      [{ members: ['Ann'], nonce: 7 }, 'nonce'],
      [{ members: ['Ann'], nonce: 'é'.repeat(65) }, 'nonce'],
      [Array.from({ length: 10_001 }, () => 'Ann'), undefined],
      [{ members: Array.from({ length: 10_001 }, () => 'Ann') }, 'members'],
    ]
    const before = server().log.length
    for (const [payload, path] of invalid) {
      const { error } = await broadcaster.ask('startRandom', payload)
      expect({ ...error, path: error?.['path'], payload }).toMatchObject({
        code: 'invalid-payload',
        path,
        payload,
      })
    }
    expect(server().log.length).toBe(before)
    const validMembers = [
      'x'.repeat(200),
      { id: 'y'.repeat(200), name: 'Ann', more: 'is dropped' },
      'Ann',
      'Ann',
    ]
    expect(await broadcaster.ask('startRandom', { members: validMembers, nonce: '' })).toMatchObject({
      success: true,
    })
    expect(broadcaster.payloadsOf('randomStarted')[0]?.['members']).toEqual([
      { id: '#1', name: 'x'.repeat(200) },
      { id: 'y'.repeat(200), name: 'Ann' },
      { id: '#3', name: 'Ann' },
      { id: '#4', name: 'Ann' },
    ])
  })

  it('selects one of ten thousand members', async () => {
    const broadcaster = await server().client()
    await broadcaster.ask('broadcaster-join')
    const members = Array.from({ length: 10_000 }, (_, index) => `Member number ${index}`)
    expect(await broadcaster.ask('startRandom', members)).toMatchObject({ success: true })
    server().clock.advance(5_000)
    const { winner, proof } = await broadcaster.waitFor('randomComplete')
    expect((proof as { members: ReadonlyArray<unknown> }).members.length).toBe(10_000)
    expect(members).toContain((winner as { name: string }).name)
  })
})
