import { describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import type { EngineKit, EngineOutput } from '../../kit/engine-kit.js'
import { engineKit } from '../../kit/engine-kit.js'
import { testRoom } from '../../kit/recording.js'
import { settled, virtualClock } from '../../kit/virtual-clock.js'
import { ann, annEnters, bob, cause, opened, refusalOf, saidIn, say, start } from './scenarios.js'
import type { Mood } from './unreliable-store.js'
import { unreliableStore } from './unreliable-store.js'
import { builtIn } from '../../kit/index.js'

const inWords = (heard: EngineOutput): string => {
  switch (heard.type) {
    case 'answered':
      return `answer ${heard.ask}: ${refusalOf(heard.result)}`
    case 'delivered':
      return `record ${heard.record.seq}`
    case 'settled':
      return `settled ${heard.ask}`
  }
}

/** The output since a position, one line each. */
const since = (kit: EngineKit, length: number): ReadonlyArray<string> =>
  kit.outputs.slice(length).map(inWords)

describe('the output of a room', () => {
  test('is, for each request in order, the reply, its records and afterPublish', async () => {
    const kit = engineKit()
    kit.send(annEnters, { by: ann.memberId })
    kit.send(null)
    kit.send(start, { by: bob.memberId })
    kit.send(annEnters, { by: ann.memberId })
    await settled()
    expect(since(kit, 0)).toEqual([
      'answer 0: none',
      'record 1',
      'record 2',
      'record 3',
      'record 4',
      'settled 0',
      'answer 1: none',
      'settled 1',
      'answer 2: not-in-room',
      'settled 2',
      'answer 3: none',
      'settled 3',
    ])
  })

  test('reads, rejections, repeated commands and no-ops wait for the state they were decided on', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store })
    await opened(kit)
    const hello = { by: bob.memberId, cause: cause('hello') }
    await kit.ask(say('hello'), hello)
    const length = kit.outputs.length
    store.hang()
    kit.send(start, { by: ann.memberId })
    kit.send(null)
    kit.send(start, { by: ann.memberId })
    kit.send(say('hello'), hello)
    kit.send(annEnters, { by: ann.memberId })
    await settled()
    expect(since(kit, length)).toEqual([])

    store.heal()
    await settled()
    expect(since(kit, length)).toEqual([
      'answer 3: none',
      expect.stringMatching(/^record/),
      'settled 3',
      'answer 4: none',
      'settled 4',
      'answer 5: draw-running',
      'settled 5',
      'answer 7: none',
      'settled 7',
      'answer 6: none',
      'settled 6',
    ])
  })

  test('a request from inside a reply is decided after the records of that reply', async () => {
    const kit = engineKit()
    await opened(kit)
    const length = kit.outputs.length
    const told: Array<string> = []
    kit.engine.submit(testRoom, {
      command: say('first'),
      by: bob.memberId,
      cause: null,
      reply: () => {
        told.push('first answered')
        kit.engine.submit(testRoom, {
          command: null,
          by: null,
          cause: null,
          reply: () => told.push(`looked after ${since(kit, length).length}`),
        })
        kit.send(say('second'), { by: bob.memberId })
      },
      afterPublish: () => told.push(`settled after ${since(kit, length).length}`),
    })
    await settled()
    expect(told).toEqual(['first answered', 'settled after 1', 'looked after 1'])
    expect(saidIn(kit.delivered())).toEqual(['first', 'second'])
  })

  test('a request from inside a publisher does not overtake the current decision', async () => {
    const asked: Array<number> = []
    const kit: EngineKit = engineKit({
      publisher: (noting) => ({
        prepare: (record, before, after) => {
          if (builtIn(record).type === 'relay.event' && asked.length === 0) {
            asked.push(kit.send(say('from inside'), { by: bob.memberId }))
          }
          return noting.prepare(record, before, after)
        },
      }),
    })
    await opened(kit)
    kit.send(say('first'), { by: bob.memberId })
    await settled()
    expect(saidIn(kit.delivered())).toEqual(['first', 'from inside'])
    expect(kit.delivered()).toEqual(await kit.log())
    expect(kit.outputs.filter(({ type }) => type === 'answered')).toHaveLength(4)
  })
})

describe('while the events of a repeated command are read from the store', () => {
  const well = (delayMs: number): Mood => ({ delayMs, way: 'well' })

  test.each([
    ['conflicts', 'none'],
    ['fails', 'store-unavailable'],
    ['fails-afterwards', 'store-unavailable'],
  ] as const)('other answers are not delayed, also if an append %s meanwhile', async (way, last) => {
    const clock = virtualClock()
    // Two entries, "hello" and "one" succeed; "two" gets the fault. The very first query looks up the room.
    const commits = [well(0), well(0), well(0), well(0), { delayMs: 0, way }]
    const kit = engineKit({ clock, store: unreliableStore(clock, commits, [well(0), well(500)]) })
    kit.engine.hold(testRoom)
    await opened(kit)
    const hello = { by: bob.memberId, cause: cause('hello') }
    await kit.ask(say('hello'), hello)
    const length = kit.outputs.length
    kit.send(say('hello'), hello)
    await settled()
    kit.send(say('one'), { by: bob.memberId })
    await settled()
    kit.send(say('two'), { by: bob.memberId })
    await settled()
    const answers = (): ReadonlyArray<string> =>
      kit.outputs.slice(length).flatMap((heard) => (heard.type === 'answered' ? [inWords(heard)] : []))
    expect(answers()).toContain('answer 4: none')
    expect(answers()).not.toContain('answer 3: none')
    await clock.advanceSettled(5_000)

    expect(answers()).toEqual(['answer 4: none', `answer 5: ${last}`, 'answer 3: none'])
    expect(saidIn(await kit.log())).toEqual(['hello', 'one', 'two'].slice(0, way === 'fails' ? 2 : 3))
    expect(kit.delivered()).toEqual(await kit.log())
  })
})

describe('group commit', () => {
  const rooms = Array.from({ length: 50 }, (_, place) => roomId(`room-${place}`))

  test('writes the decisions of one turn in one commit, and those made meanwhile in the next', async () => {
    const clock = virtualClock()
    const store = unreliableStore(clock)
    const kit = engineKit({ clock, store })
    for (const room of rooms) await opened(kit, room)
    const before = store.groups.length
    store.hang()
    for (const word of ['one', 'two', 'three']) {
      for (const room of rooms) kit.send(say(word), { room, by: bob.memberId })
      await settled()
    }
    store.heal()
    await settled()

    expect(store.groups.slice(before).map((group) => group.length)).toEqual([50, 50])
    expect(store.groups.slice(before).map((group) => group[0]?.records.length)).toEqual([1, 2])
    expect(store.commitsAtOnce()).toBe(1)
    for (const room of rooms) expect(saidIn(await kit.log(room))).toEqual(['one', 'two', 'three'])
    expect(kit.monitorCalls.commits.slice(-2)).toEqual([
      { rooms: 50, records: 50 },
      { rooms: 50, records: 100 },
    ])
  })

  test('a failed append of one room fails no other room of its group', async () => {
    const clock = virtualClock()
    const ways = ['fails', 'well', 'conflicts', 'fails-afterwards', 'well', 'overtaken'] as const
    const sound = Array.from({ length: 12 }, () => ({ delayMs: 0, way: 'well' as const }))
    const store = unreliableStore(clock, [...sound, ...ways.map((way) => ({ delayMs: 0, way }))])
    const kit = engineKit({ clock, store })
    const some = rooms.slice(0, ways.length)
    for (const room of some) kit.engine.hold(room)
    for (const room of some) await opened(kit, room)
    const answers = some.map((room) => kit.ask(say('hello'), { room, by: bob.memberId }))
    await settled()

    const told = await Promise.all(answers)
    expect(told.map(refusalOf)).toEqual([
      'store-unavailable',
      'none',
      'none',
      'store-unavailable',
      'none',
      'none',
    ])
    const kept = some.map((room) => saidIn(store.kept(room)))
    expect(kept).toEqual([[], ['hello'], ['hello'], ['hello'], ['hello'], [null, 'hello']])
    for (const room of some) expect(kit.delivered(room)).toEqual(store.kept(room))
  })
})
