import { describe, expect, it } from 'vitest'
import type { Client, Payload } from '../../../kit/live-client.js'
import { withServer } from '../server-kit.js'

const server = withServer()

const join = (client: Client, after?: object): Promise<Payload> =>
  client.ask('join', { room: 'busy', create: true, ...(after === undefined ? {} : { after }) })

/** The events of the log that a client has received, in order. */
const eventsOf = (client: Client): ReadonlyArray<Payload> =>
  client.events.flatMap(([event, payload]) => {
    if (event === 'events') return Array.isArray(payload) ? payload : []
    return event === 'event' ? [payload] : []
  })

const seqsOf = (client: Client): ReadonlyArray<unknown> => eventsOf(client).map(({ seq }) => seq)

const send = (client: Client, text: string): Promise<Payload> =>
  client.ask('command', { room: 'busy', id: text, type: 'notes.send', payload: { text } })

const joinBoth = async (): Promise<{ readonly single: Client; readonly batching: Client }> => {
  const single = await server().client('/rooms')
  await join(single)
  await single.ask('command', {
    room: 'busy',
    id: 'on',
    type: 'room.activate',
    payload: { activity: 'notes' },
  })
  const batching = await server().client('/rooms', { batch: true })
  await join(batching)
  await single.flush()
  return { single, batching }
}

describe('a client with `batch` in its handshake', () => {
  it('receives the events of 50 ms as one array, in the order of single events', async () => {
    const { single, batching } = await joinBoth()
    const from = eventsOf(single).length
    for (const text of ['a', 'b', 'c']) await send(single, text)
    await batching.flush()
    expect(batching.payloadsOf('events', 'event')).toEqual([])
    await server().clock.advanceSettled(50)
    await batching.flush()
    expect(batching.payloadsOf('event')).toEqual([])
    expect(batching.payloadsOf('events')).toEqual([eventsOf(single).slice(from)])
    await server().clock.advanceSettled(1_000)
    await batching.flush()
    expect(batching.payloadsOf('events')).toHaveLength(1)
  })

  it('receives each event after its join once if it joins during a batch', async () => {
    const { single, batching } = await joinBoth()
    await send(single, 'before')
    const late = await server().client('/rooms', { batch: true })
    const joined = await join(late)
    await send(single, 'after')
    const missed = joined['missed'] as ReadonlyArray<Payload>
    await server().clock.advanceSettled(50)
    await Promise.all([late.flush(), batching.flush()])
    const own = Number(joined['seq'])
    expect(missed.map(({ seq }) => seq)).toEqual([own])
    expect(seqsOf(late)).toEqual([own + 1])
    expect(seqsOf(batching).slice(-3)).toEqual([own - 1, own, own + 1])
    await send(single, 'later')
    await server().clock.advanceSettled(50)
    await late.flush()
    expect(seqsOf(late)).toEqual([own + 1, own + 2])
  })

  it('receives all earlier events before it leaves', async () => {
    const { single, batching } = await joinBoth()
    await send(single, 'last')
    const { seq } = (await send(single, 'words')) as { readonly seq: number }
    expect(await batching.ask('leave', { room: 'busy' })).toMatchObject({ success: true })
    await batching.flush()
    expect(seqsOf(batching).slice(-2)).toEqual([seq - 1, seq])
    await server().clock.advanceSettled(50)
    await batching.flush()
    expect(seqsOf(batching).at(-1)).toBe(seq)
  })

  it('receives a signal after the events before it', async () => {
    const { single, batching } = await joinBoth()
    const [, joined] = batching.seen.find(([event]) => event === 'answer join') ?? []
    await send(single, 'first')
    await single.ask('signal', { room: 'busy', to: joined?.['memberId'], kind: 'hello', data: 1 })
    await batching.flush()
    const order = batching.events.map(([event]) => event).filter((event) => event !== 'session')
    expect(order.slice(-2)).toEqual(['events', 'signal'])
  })

  it('receives each event once if it joins again', async () => {
    const { single, batching } = await joinBoth()
    const { seq } = (await send(single, 'one')) as { readonly seq: number }
    const again = await join(batching)
    await send(single, 'two')
    await server().clock.advanceSettled(50)
    await batching.flush()
    expect(again).toMatchObject({ success: true, seq })
    const all = seqsOf(batching)
    expect(all).toEqual([...new Set(all)])
    expect(all.slice(-2)).toEqual([seq, seq + 1])
  })
})
