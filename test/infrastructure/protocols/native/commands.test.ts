import { describe, expect, it } from 'vitest'
import type { Client, Payload } from '../../../kit/live-client.js'
import { withServer } from '../server-kit.js'

describe('a native command', () => {
  const server = withServer()
  const join = async (): Promise<Client> => {
    const client = await server().client('/rooms')
    await client.ask('join', { room: 'r', create: true })
    return client
  }
  let ids = 0
  const send = (client: Client, type: unknown, payload?: unknown, id: unknown = `c${ids++}`) =>
    client.ask('command', { room: 'r', id, type, payload })
  /** `done`, or the code and the path of the error. */
  const outcomeOf = async (answer: Promise<Payload>): Promise<string> => {
    const { error } = await answer
    if (error === undefined) return 'done'
    return typeof error['path'] === 'string'
      ? `${String(error['code'])} ${error['path']}`
      : String(error['code'])
  }

  it('activates and deactivates activities, and runs a draw', async () => {
    const client = await join()
    expect(await send(client, 'room.activate', { activity: 'random-picker', options: { any: 1 } })).toEqual({
      success: true,
      seq: 4,
    })
    expect(await send(client, 'room.activate', { activity: 'random-picker' })).toEqual({
      success: true,
      seq: 4,
    })
    expect(await send(client, 'random-picker.contribute', { entropy: 'ab'.repeat(16) })).toEqual({
      success: true,
      seq: 5,
    })
    expect(await send(client, 'random-picker.start', ['Ann'])).toEqual({ success: true, seq: 6 })
    server().clock.advance(100)
    expect(await send(client, 'random-picker.cancel')).toEqual({ success: true, seq: 9 })
    expect(await send(client, 'random-picker.start', { members: ['Ann'], nonce: 'x' })).toEqual({
      success: true,
      seq: 11,
    })
    expect(await send(client, 'room.deactivate', { activity: 'random-picker' })).toEqual({
      success: true,
      seq: 14,
    })
    await client.flush()
    expect(
      client.payloadsOf('event').map(({ type, data }) => [type, isObject(data) ? data['reason'] : undefined]),
    ).toEqual([
      ['room.activity-activated', undefined],
      ['random-picker.committed', undefined],
      ['random-picker.contributed', undefined],
      ['random-picker.started', undefined],
      ['random-picker.highlight', undefined],
      ['random-picker.cancelled', 'cancelled'],
      ['random-picker.committed', undefined],
      ['random-picker.contributed', undefined],
      ['random-picker.started', undefined],
      ['random-picker.cancelled', 'deactivated'],
      ['random-picker.committed', undefined],
      ['room.activity-deactivated', undefined],
    ])
    expect(client.payloadsOf('event')[0]?.['data']).toMatchObject({
      activity: 'random-picker',
      options: { any: 1 },
    })
  })

  it('is relayed under the name of its module if no activity has that name', async () => {
    const [client, other] = [await join(), await join()]
    const names = ['poll', 'A-b_9', 'toString', 'hasOwnProperty', 'x'.repeat(64)]
    for (const activity of names) {
      expect(await outcomeOf(send(client, `${activity}.vote`, 1))).toBe('activity-inactive')
      expect(await outcomeOf(send(client, 'room.deactivate', { activity }))).toBe('activity-inactive')
      expect(await outcomeOf(send(client, 'room.activate', { activity }))).toBe('done')
      const payload = { for: ['tea', { deep: null }], n: 1.5, '': true }
      expect(await outcomeOf(send(client, `${activity}.vote`, payload))).toBe('done')
      const record = server().log.at(-1)
      expect(record).toMatchObject({
        type: 'relay.event',
        data: { module: activity, event: 'vote', payload },
      })
      expect(await other.waitFor('event', ({ type }) => type === `${activity}.vote`)).toEqual({
        room: 'r',
        seq: record?.seq,
        at: record?.at,
        type: `${activity}.vote`,
        by: client.id,
        data: payload,
      })
      expect(await outcomeOf(send(client, 'room.deactivate', { activity }))).toBe('done')
      expect(await outcomeOf(send(client, `${activity}.vote`, 1))).toBe('activity-inactive')
    }
    expect(await outcomeOf(send(client, 'room.activate', { activity: 'poll' }))).toBe('done')
    expect(await outcomeOf(send(client, 'poll.nothing'))).toBe('done')
    expect((await other.waitFor('event', ({ type }) => type === 'poll.nothing'))['data']).toBeNull()
  })

  it('is rejected for an activity that is unknown, is inactive or has no such command', async () => {
    const client = await join()
    const before = server().log.length
    for (const type of ['chat.send', 'relay.event', 'relay.relay']) {
      expect(await send(client, type, {})).toMatchObject({
        error: { code: 'unknown-activity', activity: type.split('.')[0] },
      })
    }
    for (const activity of ['chat', 'relay', 'room']) {
      expect(await outcomeOf(send(client, 'room.activate', { activity }))).toBe('unknown-activity')
      expect(await outcomeOf(send(client, 'room.deactivate', { activity }))).toBe('unknown-activity')
    }
    expect(await send(client, 'random-picker.start', ['Ann'])).toMatchObject({
      error: { code: 'activity-inactive', activity: 'random-picker' },
    })
    for (const type of [
      'room.close',
      'room.created',
      'room.activated',
      'random-picker.tick',
      'random-picker.nothing',
    ]) {
      expect(await outcomeOf(send(client, type, {}))).toBe('invalid-payload type')
    }
    for (const type of [
      '',
      'start',
      '.',
      'a.',
      '.b',
      'a.b.c',
      'a b.c',
      'ä.b',
      `${'x'.repeat(65)}.b`,
      7,
      null,
      ['a.b'],
    ]) {
      expect(await outcomeOf(send(client, type, {}))).toBe('invalid-payload type')
    }
    for (const activity of ['', 'a b', 'x'.repeat(65), 7, null, undefined]) {
      expect(await outcomeOf(send(client, 'room.activate', { activity }))).toBe('invalid-payload activity')
    }
    for (const id of ['', 'x'.repeat(201), 7, null]) {
      expect(await outcomeOf(send(client, 'poll.vote', {}, id))).toBe('invalid-payload id')
    }
    expect(server().log.length).toBe(before)
  })

  it('is rejected in a room of which its client is no member', async () => {
    const client = await join()
    for (const room of ['other', 'toString', '__proto__']) {
      expect(
        await client.ask('command', { room, id: '1', type: 'room.activate', payload: {} }),
      ).toMatchObject({
        error: { code: 'not-in-room', event: 'command' },
      })
    }
  })

  it('may have 64 KiB, or 512 KiB for the start of a draw (E-15)', async () => {
    const client = await join()
    await send(client, 'room.activate', { activity: 'poll' })
    await send(client, 'room.activate', { activity: 'random-picker' })
    expect(await outcomeOf(send(client, 'poll.vote', 'x'.repeat(65_000)))).toBe('done')
    expect(await outcomeOf(send(client, 'poll.vote', 'x'.repeat(66_000)))).toBe('payload-too-large')
    expect(await outcomeOf(send(client, 'poll.vote', 'é'.repeat(33_000)))).toBe('payload-too-large')
    expect(
      await outcomeOf(send(client, 'random-picker.start', { members: ['Ann'], more: 'x'.repeat(400_000) })),
    ).toBe('done')
    expect(await outcomeOf(send(client, 'random-picker.start', 'x'.repeat(530_000)))).toBe(
      'payload-too-large',
    )
  })

  it('has no further effect with a repeated id, and gets the first answer again', async () => {
    const client = await join()
    await send(client, 'room.activate', { activity: 'poll' })
    const first = await send(client, 'poll.vote', { a: 1, b: { c: 2, d: [3] } }, 'same')
    await send(client, 'poll.vote', { other: true })
    const before = server().log.length
    expect(await send(client, 'poll.vote', { b: { d: [3], c: 2 }, a: 1 }, 'same')).toEqual(first)
    expect(await outcomeOf(send(client, 'poll.vote', { a: 1, b: { c: 2, d: [4] } }, 'same'))).toBe(
      'command-id-reused',
    )
    expect(await outcomeOf(send(client, 'poll.unvote', { a: 1, b: { c: 2, d: [3] } }, 'same'))).toBe(
      'command-id-reused',
    )
    expect(server().log.length).toBe(before)
    const other = await join()
    expect(await outcomeOf(send(other, 'poll.vote', { mine: true }, 'same'))).toBe('done')
  })

  it('is executed once if it is sent several times at once, and decided again after a rejection', async () => {
    const client = await join()
    expect(await outcomeOf(send(client, 'poll.vote', 1, 'early'))).toBe('activity-inactive')
    await send(client, 'room.activate', { activity: 'poll' })
    const answers = await Promise.all([
      send(client, 'poll.vote', 1, 'early'),
      send(client, 'poll.vote', 1, 'early'),
      send(client, 'poll.vote', 2, 'late'),
      send(client, 'poll.vote', 1, 'early'),
    ])
    expect(answers.map(({ seq }) => seq)).toEqual([4, 4, 5, 4])
  })

  it('is deduplicated across a lost connection, until its member leaves', async () => {
    const client = await join()
    await send(client, 'room.activate', { activity: 'poll' })
    await send(client, 'poll.vote', 1, 'same')
    await server().loseConnection(client)
    const back = await server().client('/rooms', { sessionId: client.session.sessionId })
    expect(await send(back, 'poll.vote', 1, 'same')).toEqual({ success: true, seq: 4 })
    await back.ask('leave', { room: 'r' })
    await back.ask('join', { room: 'r', create: true })
    expect(await send(back, 'poll.vote', 1, 'same')).toMatchObject({ success: true })
    expect(await outcomeOf(send(back, 'poll.vote', 2, 'same'))).toBe('command-id-reused')
    expect(server().log.filter(({ type }: { type: string }) => type === 'relay.event').length).toBe(2)
  })

  it('is deduplicated within the last thousand commands that wrote events', async () => {
    const client = await join()
    await send(client, 'room.activate', { activity: 'poll' }, 'first')
    for (let n = 0; n < 999; n++) await send(client, 'poll.vote', n, `n${n}`)
    expect(await send(client, 'room.activate', { activity: 'poll' }, 'first')).toEqual({
      success: true,
      seq: 3,
    })
    expect(await send(client, 'poll.vote', 0, 'n0')).toEqual({ success: true, seq: 4 })
  })
})

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null
