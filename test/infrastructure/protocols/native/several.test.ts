import { describe, expect, it } from 'vitest'
import type { Client, Heard } from '../../../kit/live-client.js'
import { withServer } from '../with-server.js'

const server = withServer()

const join = (client: Client, after?: object): Promise<Heard> =>
  client.ask('join', { room: 'busy', create: true, ...(after === undefined ? {} : { after }) })

/** All events of the log that a client was told, in the order in which it was. */
const told = (client: Client): ReadonlyArray<Heard> =>
  client.heard.flatMap(([event, payload]) => {
    if (event === 'events') return Array.isArray(payload) ? payload : []
    return event === 'event' ? [payload] : []
  })

const seqsOf = (client: Client): ReadonlyArray<unknown> => told(client).map(({ seq }) => seq)

const say = (client: Client, text: string): Promise<Heard> =>
  client.ask('command', { room: 'busy', id: text, type: 'notes.say', payload: { text } })

const opened = async (): Promise<{ readonly single: Client; readonly several: Client }> => {
  const single = await server().client('/rooms')
  await join(single)
  await single.ask('command', {
    room: 'busy',
    id: 'on',
    type: 'room.activate',
    payload: { activity: 'notes' },
  })
  const several = await server().client('/rooms', { batch: true })
  await join(several)
  await single.fence()
  return { single, several }
}

describe('a client that takes several events at a time', () => {
  it('hears those of a moment together, as the others hear them one by one', async () => {
    const { single, several } = await opened()
    const from = told(single).length
    for (const text of ['a', 'b', 'c']) await say(single, text)
    await several.fence()
    expect(several.of('events', 'event')).toEqual([])
    await server().clock.advanceSettled(50)
    await several.fence()
    expect(several.of('event')).toEqual([])
    expect(several.of('events')).toEqual([told(single).slice(from)])
    await server().clock.advanceSettled(1_000)
    await several.fence()
    expect(several.of('events')).toHaveLength(1)
  })

  it('that comes in the midst of a moment hears from its own join on, each once', async () => {
    const { single, several } = await opened()
    await say(single, 'before')
    const late = await server().client('/rooms', { batch: true })
    const joined = await join(late)
    await say(single, 'after')
    const missed = joined['missed'] as ReadonlyArray<Heard>
    await server().clock.advanceSettled(50)
    await Promise.all([late.fence(), several.fence()])
    const own = Number(joined['seq'])
    expect(missed.map(({ seq }) => seq)).toEqual([own])
    expect(seqsOf(late)).toEqual([own + 1])
    expect(seqsOf(several).slice(-3)).toEqual([own - 1, own, own + 1])
    await say(single, 'later')
    await server().clock.advanceSettled(50)
    await late.fence()
    expect(seqsOf(late)).toEqual([own + 1, own + 2])
  })

  it('that leaves has heard all that was said before', async () => {
    const { single, several } = await opened()
    await say(single, 'last')
    const { seq } = (await say(single, 'words')) as { readonly seq: number }
    expect(await several.ask('leave', { room: 'busy' })).toMatchObject({ success: true })
    await several.fence()
    expect(seqsOf(several).slice(-2)).toEqual([seq - 1, seq])
    await server().clock.advanceSettled(50)
    await several.fence()
    expect(seqsOf(several).at(-1)).toBe(seq)
  })

  it('hears a signal behind the events before it', async () => {
    const { single, several } = await opened()
    const [, joined] = several.seen.find(([event]) => event === 'answer join') ?? []
    await say(single, 'first')
    await single.ask('signal', { room: 'busy', to: joined?.['memberId'], kind: 'hello', data: 1 })
    await several.fence()
    const order = several.heard.map(([event]) => event).filter((event) => event !== 'session')
    expect(order.slice(-2)).toEqual(['events', 'signal'])
  })

  it('that joins again hears nothing twice and misses nothing', async () => {
    const { single, several } = await opened()
    const { seq } = (await say(single, 'one')) as { readonly seq: number }
    const again = await join(several)
    await say(single, 'two')
    await server().clock.advanceSettled(50)
    await several.fence()
    expect(again).toMatchObject({ success: true, seq })
    const all = seqsOf(several)
    expect(all).toEqual([...new Set(all)])
    expect(all.slice(-2)).toEqual([seq, seq + 1])
  })
})
