import * as E from '#fp/Either'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Column, ConnectFourCommand } from '../../../src/domain/activities/connect-four/index.js'
import { connectFour } from '../../../src/domain/activities/connect-four/index.js'
import type { Effect, EffectContext } from '../../../src/domain/kernel/activity.js'
import { defineActivity } from '../../../src/domain/kernel/activity.js'
import { accept } from '../../../src/domain/kernel/decision.js'
import type { DomainEvent } from '../../../src/domain/kernel/domain-event.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import { roomModel } from '../../../src/plugins.js'
import { builtIn } from '../../kit/built-in-events.js'
import type { EngineKit } from '../../kit/engine-kit.js'
import { engineKit } from '../../kit/engine-kit.js'
import { entering } from '../../kit/people.js'
import { settled } from '../../kit/virtual-clock.js'
import type { FakeComputer } from './fake-computer.js'
import { fakeComputer } from './fake-computer.js'
import { ann, leaves, refusalOf } from './scenarios.js'

const act = (command: ConnectFourCommand): RoomCommand => moduleCommand(connectFour, command)
const drop = (column: Column): RoomCommand => act({ type: 'drop', column })

const enters = (first: 'me' | 'them'): RoomCommand =>
  entering(ann, 'connect-four', 'player', {
    activates: 'connect-four',
    acts: moduleCommand(connectFour, { type: 'create', opponent: { kind: 'ai', level: 4 }, first }),
  })

const byAnn = { by: ann.memberId }

/** A game in which the computer, or Ann, moves first. */
const game = async (first: 'me' | 'them'): Promise<readonly [EngineKit, FakeComputer]> => {
  const computer = fakeComputer()
  const kit = engineKit({ model: computer.model })
  await kit.ask(enters(first), byAnn)
  await settled()
  return [kit, computer]
}

const movesIn = (records: ReadonlyArray<RoomRecord>): ReadonlyArray<readonly [number, Column]> =>
  records
    .map(builtIn)
    .flatMap((record) =>
      record.type === 'connect-four.moved' ? [[record.data.ply, record.data.column] as const] : [],
    )

const lastOf = async (kit: EngineKit): Promise<RoomRecord | undefined> => (await kit.log()).at(-1)

describe('an effect of a room', () => {
  test('runs once on the computer’s turn, and its result is a command without actor', async () => {
    const [kit, computer] = await game('me')
    expect(computer.attempts).toEqual([])
    await kit.ask(drop(3), byAnn)
    await settled()
    expect(
      computer.attempts.map(({ effect, context: { deadlineMs } }) => [effect, deadlineMs]),
    ).toMatchObject([[{ ply: 2, level: 4 }, 4_000]])
    computer.attempts[0]?.move(2)
    await settled()
    expect(movesIn(kit.delivered())).toEqual([
      [1, 3],
      [2, 2],
    ])
    expect(await lastOf(kit)).toMatchObject({ by: null, cause: null, type: 'connect-four.moved' })
    expect(computer.attempts).toHaveLength(1)
    expect(kit.monitorCalls.defects).toEqual([])
  })

  test('gets a new random fraction for each attempt', async () => {
    const [kit, computer] = await game('them')
    computer.open()[0]?.move(3)
    await settled()
    await kit.ask(drop(3), byAnn)
    await settled()
    const randoms = computer.attempts.map(({ context: { random } }) => random)
    expect(randoms).toHaveLength(2)
    expect(new Set(randoms).size).toBe(2)
    for (const random of randoms) expect(random >= 0 && random < 1).toBe(true)
  })

  test('runs once, also while other commands are decided', async () => {
    const [kit, computer] = await game('them')
    for (const activity of ['poll', 'random-picker']) {
      await kit.ask({ type: 'activate', activity, options: null }, byAnn)
      await settled()
    }
    expect(computer.attempts).toHaveLength(1)
    expect(computer.open()).toHaveLength(1)
  })

  test('runs again after a crash, and keeps its room in memory until it has a result', async () => {
    const [kit, computer] = await game('them')
    const next = kit.crash()
    await next.engine.start()
    await settled()
    expect(computer.attempts).toHaveLength(2)
    // The first engine has crashed, so its result is ignored.
    computer.attempts[0]?.move(6)
    await settled()
    expect(movesIn(await next.log())).toEqual([])
    computer.attempts[1]?.move(3)
    await settled()
    expect(movesIn(await next.log())).toEqual([[1, 3]])
  })

  test('is aborted when the game is over, and a late result changes nothing', async () => {
    const [kit, computer] = await game('them')
    await kit.ask(act({ type: 'resign' }), byAnn)
    await settled()
    expect(computer.attempts[0]?.context.signal.aborted).toBe(true)
    const length = (await kit.log()).length
    computer.attempts[0]?.move(3)
    await settled()
    expect(await kit.log()).toHaveLength(length)
    await kit.ask(act({ type: 'rematch' }), byAnn)
    await settled()
    expect(computer.open()).toEqual([])
  })

  test('is aborted when the player leaves, and the room is passivated', async () => {
    const [kit, computer] = await game('them')
    await kit.ask(leaves, byAnn)
    await settled()
    expect(computer.open()).toEqual([])
    expect(kit.monitorCalls.defects).toEqual([])
    await kit.clock.advanceSettled(60_000)
    expect(computer.attempts).toHaveLength(1)
    expect(kit.engine.load().rooms).toBe(0)
    expect(kit.clock.pending()).toEqual([])
  })

  test('is aborted when the engine stops', async () => {
    const [kit, computer] = await game('them')
    await kit.engine.stop()
    expect(computer.attempts[0]?.context.signal.aborted).toBe(true)
    expect(kit.clock.pending()).toEqual([])
    const length = (await kit.log()).length
    computer.attempts[0]?.move(3)
    await settled()
    expect(await kit.log()).toHaveLength(length)
  })

  test('that fails runs again after a pause that grows each time', async () => {
    const [kit, computer] = await game('them')
    for (const pauseMs of [200, 400, 800]) {
      const before = computer.attempts.length
      computer.open()[0]?.fail()
      await kit.clock.advanceSettled(pauseMs - 1)
      expect(computer.attempts).toHaveLength(before)
      await kit.clock.advanceSettled(1)
      expect(computer.attempts).toHaveLength(before + 1)
    }
    computer.open()[0]?.move(3)
    await settled()
    expect(movesIn(await kit.log())).toEqual([[1, 3]])
    expect(kit.monitorCalls.defects).toHaveLength(3)
  })

  test('that fails each time gives its fallback command: the computer resigns', async () => {
    const [kit, computer] = await game('them')
    for (let attempt = 0; attempt < 4; attempt++) {
      computer.open()[0]?.fail()
      await kit.clock.advanceSettled(1_000)
    }
    expect(computer.attempts).toHaveLength(4)
    expect(await lastOf(kit)).toMatchObject({
      type: 'connect-four.over',
      data: { winner: 2, reason: 'resigned' },
    })
    expect(kit.monitorCalls.defects).toHaveLength(4)
  })

  test('without a result by its deadline is aborted and counts as failed', async () => {
    const [kit, computer] = await game('them')
    await kit.clock.advanceSettled(4_499)
    expect(computer.attempts[0]?.context.signal.aborted).toBe(false)
    await kit.clock.advanceSettled(1)
    expect(computer.attempts[0]?.context.signal.aborted).toBe(true)
    await kit.clock.advanceSettled(60_000)
    expect(computer.attempts).toHaveLength(4)
    expect(await lastOf(kit)).toMatchObject({ type: 'connect-four.over', data: { winner: 2 } })
  })

  test('whose result is rejected counts as failed', async () => {
    const [kit, computer] = await game('me')
    for (let move = 0; move < 3; move++) {
      await kit.ask(drop(0), byAnn)
      await settled()
      computer.open()[0]?.move(0)
      await settled()
    }
    await kit.ask(drop(1), byAnn)
    await settled()
    computer.open()[0]?.move(0)
    await kit.clock.advanceSettled(200)
    expect(kit.monitorCalls.defects).toHaveLength(1)
    computer.open()[0]?.move(1)
    await settled()
    expect(movesIn(await kit.log()).at(-1)).toEqual([8, 1])
  })

  test('of an engine without effect handler gives its fallback command', async () => {
    const kit = engineKit()
    await kit.ask(enters('them'), byAnn)
    await kit.clock.advanceSettled(10_000)
    expect(await lastOf(kit)).toMatchObject({
      type: 'connect-four.over',
      data: { winner: 2, reason: 'resigned' },
    })
  })
})

describe('several effects of a module', () => {
  interface Job extends Effect<{ readonly type: 'done'; readonly job: string }> {
    readonly job: string
  }
  type JobCommand = Job['fallback']
  type JobDone = DomainEvent<'jobs.done', { readonly job: string }>

  /** It wants each of its jobs done once. */
  const jobsWith = (runEffect: (job: Job, context: EffectContext) => Promise<JobCommand>) =>
    defineActivity<ReadonlyArray<string>, JobCommand, JobDone, never, Job>({
      name: 'jobs',
      commands: ['done'],
      clientCommands: { done: (payload) => E.right({ type: 'done', job: String(payload) }) },
      errors: {},
      foldVersion: 1,
      schemas: { 'jobs.done': { v: 1, personalPaths: [] } },
      initial: () => ['a', 'b', 'c'],
      open: () => [],
      close: () => accept(),
      decide: ({ command: { job } }, jobs) =>
        jobs.includes(job) ? accept({ type: 'jobs.done', data: { job } }) : accept(),
      evolve: (jobs, { data }) => jobs.filter((job) => job !== data.job),
      nextTimer: () => undefined,
      effects: (jobs) => jobs.map((job) => ({ key: job, job, fallback: { type: 'done', job } })),
      runEffect,
      redactState: (_viewer, jobs) => jobs,
      redactEvent: (_viewer, event) => event,
    })

  test('run at once, and each is aborted alone when the state no longer has it', async () => {
    const attempts = new Map<string, { signal: AbortSignal; finish: () => void }>()
    const jobs = jobsWith(
      ({ job }, { signal }) =>
        new Promise((resolve) => {
          attempts.set(job, { signal, finish: () => resolve({ type: 'done', job }) })
        }),
    )
    const kit = engineKit({ model: roomModel({ activities: [jobs] }) })
    await kit.ask(entering(ann, 'native', 'member', { activates: 'jobs' }), byAnn)
    await settled()
    expect([...attempts.keys()]).toEqual(['a', 'b', 'c'])
    attempts.get('b')?.finish()
    await settled()
    await kit.ask(moduleCommand(jobs, { type: 'done', job: 'c' }), byAnn)
    await settled()
    expect((await kit.log()).flatMap(({ type, data }) => (type.startsWith('jobs.') ? [data] : []))).toEqual([
      { job: 'b' },
      { job: 'c' },
    ])
    expect([...attempts.values()].map(({ signal }) => signal.aborted)).toEqual([false, false, true])
    attempts.get('a')?.finish()
    await settled()
    expect((await kit.log()).at(-1)).toMatchObject({ by: null, data: { job: 'a' } })
    expect(attempts.size).toBe(3)
    expect(kit.monitorCalls.defects).toEqual([])
  })
})

type Turn =
  | { readonly type: 'drop'; readonly column: Column }
  | { readonly type: 'answer'; readonly which: number; readonly column: Column }
  | { readonly type: 'fail'; readonly which: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'say'; readonly what: 'resign' | 'rematch' }
  | { readonly type: 'crash' }

const columns = fc.constantFrom<Column>(0, 1, 2, 3, 4, 5, 6)
const which = fc.nat(3)

const turns: fc.Arbitrary<Turn> = fc.oneof(
  { weight: 5, arbitrary: columns.map((column): Turn => ({ type: 'drop', column })) },
  {
    weight: 6,
    arbitrary: fc.record({ type: fc.constant('answer' as const), which, column: columns }),
  },
  { weight: 1, arbitrary: which.map((each): Turn => ({ type: 'fail', which: each })) },
  { weight: 1, arbitrary: fc.constantFrom(1, 250, 900, 5_000).map((ms): Turn => ({ type: 'wait', ms })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Turn>({ type: 'say', what: 'resign' }, { type: 'say', what: 'rematch' }),
  },
  { weight: 1, arbitrary: fc.constant<Turn>({ type: 'crash' }) },
)

test('each computer move is made once, whether results come late, twice, after a crash or never', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(turns, { maxLength: 40, size: 'max' }), async (session) => {
      const computer = fakeComputer()
      let kit = engineKit({ model: computer.model })
      await kit.ask(enters('me'), byAnn)
      for (const turn of session) {
        switch (turn.type) {
          case 'drop':
            refusalOf(await kit.ask(drop(turn.column), byAnn))
            break
          case 'say':
            refusalOf(await kit.ask(act({ type: turn.what }), byAnn))
            break
          case 'answer':
            computer.attempts.at(-1 - turn.which)?.move(turn.column)
            break
          case 'fail':
            computer.attempts.at(-1 - turn.which)?.fail()
            break
          case 'wait':
            await kit.clock.advanceSettled(turn.ms)
            break
          case 'crash':
            kit = kit.crash()
            await kit.engine.start()
        }
        await settled()
        expect(computer.open().length).toBeLessThanOrEqual(
          1 + session.filter(({ type }) => type === 'crash').length,
        )
      }
      let ply = 0
      for (const record of (await kit.log()).map(builtIn)) {
        if (record.type === 'connect-four.started') ply = 0
        if (record.type === 'connect-four.moved') expect(record.data.ply).toBe(++ply)
      }
      // Without results the game still ends, because the fallback command resigns.
      await kit.clock.advanceSettled(10_000)
      const phase = (await kit.log())
        .map(builtIn)
        .filter(({ type }) => type.startsWith('connect-four.'))
        .at(-1)
      if (phase?.type === 'connect-four.moved') expect(phase.data.next).toBeOneOf([1, 2])
    }),
    { numRuns: 60 },
  )
})
