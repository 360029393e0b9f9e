import { Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import fc from 'fast-check'
import {
  moduleCommand,
  ENGINE,
  memoryEventStore,
  roomModel,
  RoomreelModule,
  roomId,
  type Engine,
  type EventStore,
  type RoomreelOptions,
} from 'roomreel'
import { entering, openRules, person, settled, virtualClock } from 'roomreel/testing'
import { activityContract } from 'roomreel/testing/contract/activity'
import { afterEach, describe, expect, test } from 'vitest'
import { dictionaryWith, type DictionaryCommand, type LookUp } from './index.js'

const room = roomId('library')
const ann = person('ann')
const closing: Array<() => Promise<void>> = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Library {
  readonly clock: ReturnType<typeof virtualClock>
  readonly say: (command: Parameters<Engine['submit']>[1]['command']) => Promise<unknown>
  /** The questions and answers, in order. */
  readonly log: () => Promise<ReadonlyArray<readonly [type: string, data: unknown]>>
  readonly close: () => Promise<void>
}

/** An application with a dictionary, in a room that Ann is in. */
const library = async (lookUp: LookUp, store: EventStore = memoryEventStore()): Promise<Library> => {
  const clock = virtualClock()
  const options: RoomreelOptions = {
    store,
    clock,
    model: roomModel({ activities: [dictionaryWith(lookUp)] }),
  }
  class AppModule {}
  Module({ imports: [RoomreelModule.forRoot(options)] })(AppModule)
  const app = await NestFactory.create(AppModule, { logger: false })
  await app.init()
  closing.push(() => app.close())
  const engine = app.get<Engine>(ENGINE)
  const say: Library['say'] = (command) =>
    new Promise((resolve) => {
      engine.submit(room, { command, by: ann.memberId, cause: null, reply: resolve })
    })
  await say(entering(ann, 'native', 'member', { rules: openRules, activates: 'dictionary' }))
  return {
    clock,
    say,
    log: async () => {
      await settled()
      const records = await engine.records(room, 0, 100)()
      if (records._tag === 'Left') throw new Error('the store does not answer')
      return records.right.flatMap(({ type, data }) =>
        type.startsWith('dictionary.') ? [[type, data] as const] : [],
      )
    },
    close: async () => {
      closing.length = 0
      await app.close()
    },
  }
}

const lookUp = (word: string) =>
  moduleCommand(
    dictionaryWith(() => Promise.resolve(null)),
    { type: 'look-up', word },
  )

const asked = (number: number, word: string) => ['dictionary.asked', { number, word }] as const
const answered = (number: number, meaning: string | null) =>
  ['dictionary.answered', { number, meaning }] as const

test('a word is looked up outside the room, and the result is a command', async () => {
  const { say, log } = await library((word) => Promise.resolve(`what ${word} means`))
  await say(lookUp('serendipity'))
  expect(await log()).toEqual([asked(1, 'serendipity'), answered(1, 'what serendipity means')])
})

test('a failed look-up is repeated, and the meaning is unknown after the last attempt', async () => {
  let attempts = 0
  const { say, log, clock } = await library(() => Promise.reject(new Error(`attempt ${++attempts}`)))
  await say(lookUp('serendipity'))
  expect(await log()).toEqual([asked(1, 'serendipity')])
  await clock.advanceSettled(60_000)
  expect(await log()).toEqual([asked(1, 'serendipity'), answered(1, null)])
  expect(attempts).toBeGreaterThan(1)
})

test('a deactivation aborts the look-up', async () => {
  let given: AbortSignal | undefined
  const { say, log } = await library((_word, signal) => {
    given = signal
    return new Promise(() => undefined)
  })
  await say(lookUp('serendipity'))
  expect(given?.aborted).toBe(false)
  await say({ type: 'deactivate', activity: 'dictionary' })
  expect(await log()).toEqual([asked(1, 'serendipity'), answered(1, null)])
  expect(given?.aborted).toBe(true)
})

test('a look-up runs again after a restart', async () => {
  const store = memoryEventStore()
  const first = await library(() => new Promise(() => undefined), {
    ...store,
    close: () => Promise.resolve(),
  })
  await first.say(lookUp('serendipity'))
  await first.close()
  const second = await library((word) => Promise.resolve(`what ${word} means`), store)
  expect(await second.log()).toEqual([asked(1, 'serendipity'), answered(1, 'what serendipity means')])
})

test('a member cannot send the result of a look-up', async () => {
  const { say, log } = await library(() => new Promise(() => undefined))
  await say(lookUp('serendipity'))
  const madeUp = { type: 'answer', number: 1, meaning: 'nonsense' } as const
  await say(
    moduleCommand(
      dictionaryWith(() => Promise.resolve(null)),
      madeUp,
    ),
  )
  expect(await log()).toEqual([asked(1, 'serendipity')])
})

describe('the dictionary keeps the promises of an activity:', () => {
  const number = fc.integer({ min: 0, max: 3 })
  const commands = fc.oneof(
    fc.record({ type: fc.constant('look-up' as const), word: fc.string({ minLength: 1, maxLength: 9 }) }),
    fc.record({ type: fc.constant('answer' as const), number, meaning: fc.option(fc.string()) }),
  ) satisfies fc.Arbitrary<DictionaryCommand>
  const dictionary = dictionaryWith(() => Promise.resolve(null))
  for (const { promise, check } of activityContract(dictionary, { commands })) test(promise, check)
})
