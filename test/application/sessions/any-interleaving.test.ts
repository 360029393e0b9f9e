import * as E from '#fp/Either'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'
import type { MemberId, RoomId } from '../../../src/domain/kernel/ids.js'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { eventOf, moduleCommand } from '../../../src/domain/room/index.js'
import type { FakeLink } from './fake-links.js'
import type { SessionScene } from './scene.js'
import { asPeer, asViewer, graceMs, sessionEventOf, sessionScene } from './scene.js'

const rooms = [roomId('a'), roomId('b')]
const people = 3

/** One client over all its connections, and what it must have received. */
interface Client {
  readonly name: string
  link: FakeLink | null
  links: number
  sessionId: string | null
  /** Emits of the current membership of each room, over all links since its join. */
  readonly emits: Map<RoomId, Array<Placed>>
  readonly signals: Array<number>
  readonly lost: Map<RoomId, number>
  /** How many packets of the current link were looked at. */
  seen: number
}

interface Placed {
  readonly seq: number
  readonly more: boolean
  readonly event: string
}

type Step =
  | { readonly type: 'connect' | 'lose' | 'notice' | 'goodbye' | 'read' | 'draw'; readonly who: number }
  | { readonly type: 'join' | 'leave'; readonly who: number; readonly room: number }
  | { readonly type: 'signal'; readonly who: number; readonly to: number; readonly room: number }
  | { readonly type: 'wait'; readonly ms: number }

const who = fc.nat(people - 1)
const room = fc.nat(rooms.length - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('connect' as const), who }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('lose' as const, 'notice', 'goodbye', 'read', 'draw'),
      who,
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constantFrom('join' as const, 'join', 'leave'), who, room }) },
  {
    weight: 8,
    arbitrary: fc.record({ type: fc.constant('signal' as const), who, to: who, room: fc.constant(0) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.constantFrom(10, 100, 5_000, graceMs + 1),
    }),
  },
)

const isPlaced = (payload: object): payload is { room: RoomId; seq: number; more?: true } =>
  'seq' in payload && 'room' in payload

/** Takes in what the client has read since the last time. */
const takeIn = (client: Client): void => {
  const { link } = client
  if (link === null) return
  for (const { event, payload } of link.received.slice(client.seen)) {
    client.seen += 1
    if (event === 'session') {
      const session = sessionEventOf(link)
      client.sessionId = session?.sessionId ?? null
      for (const { room: of, count } of session?.signalsLost ?? []) {
        client.lost.set(of, (client.lost.get(of) ?? 0) + count)
      }
      // Where it is no member any more, nothing is to come.
      for (const known of client.emits.keys()) {
        if (!session?.rooms.includes(known)) client.emits.delete(known)
      }
      // A record that was cut off in the middle is sent again as a whole (E-29).
      for (const [known, emits] of client.emits) client.emits.set(known, completeOf(emits))
      continue
    }
    if ('candidate' in payload) {
      client.signals.push(Number(payload.candidate))
      continue
    }
    if (!isPlaced(payload)) continue
    const emits = client.emits.get(payload.room)
    expect(emits, `${event} of a room that ${client.name} is not in`).toBeDefined()
    const last = emits?.at(-1)
    const isNext = last === undefined || payload.seq > last.seq || (last.more && payload.seq === last.seq)
    expect(isNext, `${event} ${payload.seq} after ${last?.seq}`).toBe(true)
    emits?.push({ seq: payload.seq, more: payload.more === true, event })
  }
}

const completeOf = (emits: ReadonlyArray<Placed>): Array<Placed> => {
  const offset = emits.findLast(({ more }) => !more)?.seq ?? 0
  return emits.filter(({ seq }) => seq <= offset)
}

const run = async (scene: SessionScene, steps: ReadonlyArray<Step>): Promise<void> => {
  const { clock, kit, sessions, network } = scene
  const clients: ReadonlyArray<Client> = Array.from({ length: people }, (_, place) => ({
    name: `client-${place}`,
    link: null,
    links: 0,
    sessionId: null,
    emits: new Map(),
    signals: [],
    lost: new Map(),
    seen: 0,
  }))
  const cut = new Set<FakeLink>()
  let signals = 0
  /** Accepted signals, by the member that they are for. */
  const accepted: Array<{
    readonly to: Client
    readonly member: MemberId
    readonly room: RoomId
    readonly n: number
  }> = []

  const connect = async (client: Client): Promise<void> => {
    if (client.link !== null && client.link.isOpen() && !cut.has(client.link)) return
    const offsets = new Map(
      [...client.emits].map(([of, emits]) => [of as string, completeOf(emits).at(-1)?.seq ?? 0]),
    )
    client.links += 1
    client.seen = 0
    client.link = scene.connect(`${client.name}-${client.links}`, {
      ...(client.sessionId === null ? {} : { sessionId: client.sessionId }),
      offsets,
    })
    await scene.settle()
    client.link.read()
    takeIn(client)
  }

  const usable = (client: Client | undefined): client is Client & { readonly link: FakeLink } =>
    client?.link?.isOpen() === true && !cut.has(client.link) && client.seen > 0

  const take = async (next: Step): Promise<void> => {
    if (next.type === 'wait') return clock.advanceSettled(next.ms)
    const client = clients[next.who]
    if (client === undefined) return
    switch (next.type) {
      case 'connect':
        return connect(client)
      case 'lose':
        if (!usable(client)) return
        cut.add(client.link)
        return client.link.cut()
      case 'notice':
        if (client.link !== null && cut.has(client.link)) client.link.close()
        return scene.settle()
      case 'goodbye': {
        if (!usable(client)) return
        client.link.read()
        takeIn(client)
        cut.add(client.link)
        sessions.close(client.link, false)
        client.link.cut()
        client.emits.clear()
        return scene.settle()
      }
      case 'read':
        if (usable(client)) client.link.read()
        return takeIn(client)
      case 'join': {
        const into = rooms[next.room]
        if (into === undefined || !usable(client)) return
        if (sessions.connectionOf(client.link).memberships.has(into)) return
        if (!client.emits.has(into)) client.emits.set(into, [])
        const results = [
          await scene.join(client.link, into, asPeer),
          await scene.join(client.link, into, asViewer),
        ]
        expect(results.every(E.isRight)).toBe(true)
        return scene.settle()
      }
      case 'leave': {
        const from = rooms[next.room]
        if (from === undefined || !usable(client)) return
        if (!sessions.connectionOf(client.link).memberships.has(from)) return
        await scene.leave(client.link, from, 'mesh')
        await scene.leave(client.link, from, 'picker')
        await scene.settle()
        client.link.read()
        takeIn(client)
        client.emits.delete(from)
        return
      }
      case 'signal': {
        const [at, to] = [rooms[next.room], clients[next.to]]
        if (at === undefined || to === undefined || to === client || !usable(client) || to.link === null)
          return
        const member = memberOf(to, at)
        if (member === undefined) return
        const n = signals++
        if (await scene.signal(client.link, member, at, n)) accepted.push({ to, member, room: at, n })
        return
      }
      case 'draw': {
        if (!usable(client)) return
        for (const [at, by] of sessions.connectionOf(client.link).memberships) {
          await scene.submit(
            at,
            by,
            moduleCommand(randomPicker, { type: 'start', members: [{ name: 'Ann' }] }),
          )
          await scene.submit(at, by, moduleCommand(randomPicker, { type: 'cancel' }))
        }
        return scene.settle()
      }
    }
  }

  const members = new Map<string, MemberId>()
  const memberOf = ({ name }: Client, at: RoomId): MemberId | undefined => members.get(`${name} ${at}`)
  const noteMembers = (): void => {
    for (const { name, link } of clients) {
      if (link === null || !link.isOpen()) continue
      for (const [at, member] of sessions.connectionOf(link).memberships) members.set(`${name} ${at}`, member)
    }
  }

  for (const next of steps) {
    await take(next)
    noteMembers()
  }
  // All come back and read everything; those whose memberships lasted have missed nothing.
  for (const client of clients) await connect(client)
  await clock.advanceSettled(1_000)
  for (let round = 0; round < 4; round++) {
    for (const client of clients) {
      client.link?.read()
      takeIn(client)
    }
    await clock.advanceSettled(100)
  }
  for (const client of clients) {
    for (const [at, emits] of client.emits) {
      const starts = kit
        .delivered(at)
        .filter((record) => eventOf(randomPicker, record)?.type === 'random-picker.started')
      const first = emits[0]?.seq ?? Infinity
      const expected = starts.filter(({ seq }) => seq > first).map(({ seq }) => seq)
      const received = emits.filter(({ event }) => event === 'randomStarted').map(({ seq }) => seq)
      expect(
        received.filter((seq) => seq > first),
        `${client.name} in ${at}`,
      ).toEqual(expected)
    }
    const firsts = [...new Set(client.signals)]
    expect(firsts, 'signals in order, apart from those sent again').toEqual(
      firsts.toSorted((left, right) => left - right),
    )
  }
  for (const { to, member, room: at, n } of accepted) {
    const hasLeft = kit
      .delivered(at)
      .some((record) => record.type === 'room.member-left' && record.data.memberId === member)
    const isNamed = (to.lost.get(at) ?? 0) > 0
    expect(hasLeft || isNamed || to.signals.includes(n), `signal ${n} for ${to.name}`).toBe(true)
  }
  expect(kit.monitorCalls.defects).toEqual([])

  for (const { link } of clients) link?.close()
  await clock.advanceSettled(graceMs + 11 * 60_000)
  expect(sessions.load()).toEqual({
    rooms: 0,
    subscribers: 0,
    cachedBytes: 0,
    connections: 0,
    disconnected: 0,
    notified: 0,
    undeliveredBytes: 0,
    replays: 0,
  })
  expect(network.subscriptions()).toBe(0)
  expect(kit.engine.load()).toEqual({ rooms: 0, undecided: 0, undurable: 0 })
}

const everyoneJoins: ReadonlyArray<Step> = Array.from({ length: people }, (_, place) => [
  { type: 'connect' as const, who: place },
  { type: 'join' as const, who: place, room: 0 },
]).flat()

it('any interleaving of connect, lose, resume, join, leave, expiry and redelivery loses and repeats nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      await run(await sessionScene(), [...everyoneJoins, ...steps])
    }),
    { numRuns: 100 },
  )
}, 60_000)
it('a signal to a client whose loss is not noticed yet arrives on the next link of its session', async () => {
  await run(await sessionScene(), [
    ...everyoneJoins,
    { type: 'lose', who: 1 },
    { type: 'signal', who: 0, to: 1, room: 0 },
    { type: 'notice', who: 1 },
  ])
})
