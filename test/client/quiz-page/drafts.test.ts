import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as E from '#fp/Either'
import { questionsOf } from '../../../src/domain/activities/telequiz/questions.js'
import {
  changed,
  moved,
  problemIn,
  readyToAsk,
  withBlank,
  withQuestions,
  without,
  withoutChoice,
  type Drafts,
} from '../../../src/web/quiz/questions/drafts.js'
import { readDrafts } from '../../../src/web/quiz/questions/use-drafts.js'

const written = (...texts: ReadonlyArray<string>): Drafts =>
  withQuestions(
    [],
    texts.map((text) => ({ text, choices: ['yes', 'no'], answer: 0, seconds: 10 })),
  )
const textsOf = (drafts: Drafts) => drafts.map(({ text }) => text)

describe('drafts of questions', () => {
  test('move by one place, and stay at the ends', () => {
    const drafts = written('a', 'b', 'c')
    expect(textsOf(moved(drafts, 2, -1))).toEqual(['b', 'a', 'c'])
    expect(textsOf(moved(drafts, 2, 1))).toEqual(['a', 'c', 'b'])
    expect(moved(drafts, 1, -1)).toEqual(drafts)
    expect(moved(drafts, 3, 1)).toEqual(drafts)
    expect(moved(drafts, 9, 1)).toEqual(drafts)
  })

  test('keep distinct keys after deletions', () => {
    const drafts = withBlank(without(written('a', 'b', 'c'), 2))
    expect(new Set(drafts.map(({ key }) => key)).size).toBe(3)
  })

  test('keep the right choice when another is removed, and have none when it is removed', () => {
    const draft = { key: 1, text: '?', choices: ['a', 'b', 'c'], right: 1, seconds: 10 }
    expect(withoutChoice(draft, 0)).toEqual({ choices: ['b', 'c'], right: 0 })
    expect(withoutChoice(draft, 2)).toEqual({ choices: ['a', 'b'], right: 1 })
    expect(withoutChoice(draft, 1)).toEqual({ choices: ['a', 'c'], right: null })
  })

  test('are ready only when all are complete, and name the first that is not', () => {
    expect(readyToAsk([])).toMatchObject({ type: 'not-ready', words: 'Write a question to begin.' })
    const drafts = changed(written('a', 'b'), 2, { right: null })
    expect(readyToAsk(drafts)).toEqual({
      type: 'not-ready',
      words: 'Question 2: Mark the right choice.',
      key: 2,
    })
    expect(readyToAsk(changed(drafts, 2, { right: 1 })).type).toBe('ready')
  })

  test('are not ready when they are too long for one event', () => {
    const long = written(...Array.from({ length: 70 }, () => 'é'.repeat(1_000)))
    expect(readyToAsk(long)).toMatchObject({
      type: 'not-ready',
      words: expect.stringContaining('too long to send'),
    })
  })

  test('are read from the browser without invalid entries', () => {
    const drafts = changed(written('a', 'b'), 1, { seconds: null, right: null })
    expect(readDrafts(JSON.stringify(drafts))).toEqual(drafts)
    expect(readDrafts('[{"text":7}, null, 3]')).toEqual([])
    for (const text of [null, '', '{', '{}', 'null', '"x"']) expect(readDrafts(text)).toEqual([])
  })
})

test('are ready exactly when the quiz accepts them', () => {
  const texts = fc.constantFrom(
    '',
    ' ',
    'fine',
    'x'.repeat(200),
    'x'.repeat(201),
    'x'.repeat(1_001),
    '\ud800',
  )
  const draft = fc.record({
    key: fc.constant(1),
    text: texts,
    choices: fc.array(fc.oneof({ weight: 5, arbitrary: fc.constant('one') }, texts), { maxLength: 11 }),
    right: fc.option(fc.integer({ min: -1, max: 11 })),
    seconds: fc.option(fc.constantFrom(0, 0.5, 1, 1.5, 300, 301, Number.NaN)),
  })
  fc.assert(
    fc.property(draft, (one) => {
      const ready = readyToAsk([one])
      expect(ready.type === 'ready').toBe(problemIn(one) === null)
      if (ready.type === 'ready') expect(E.isRight(questionsOf(ready.questions))).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
