import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readQuestions } from '../../../src/web/quiz/questions/read-questions.js'

const planets = `Which planet is the largest? (15 s)
- Mars
* Jupiter
- Venus`

const read = (text: string) => {
  const { questions, faults } = readQuestions(text)
  return { texts: questions.map((one) => one.text), lines: faults.map(({ line }) => line), questions, faults }
}

describe('questions as plain text', () => {
  test('have a text, seconds, and choices with a star at the right one', () => {
    expect(readQuestions(`${planets}\n\nHow many legs\nhas a spider?\n- 6\n* 8`)).toEqual({
      questions: [
        {
          text: 'Which planet is the largest?',
          choices: ['Mars', 'Jupiter', 'Venus'],
          answer: 1,
          seconds: 15,
        },
        { text: 'How many legs\nhas a spider?', choices: ['6', '8'], answer: 1, seconds: 20 },
      ],
      faults: [],
    })
  })

  test.each([
    ['of Windows', planets.replaceAll('\n', '\r\n')],
    ['with a mark before them', `\uFEFF${planets}`],
    ['with empty lines and spaces around', `\n\n  ${planets.replaceAll('\n', '\n   ')}\n \n\n`],
    ['with other words for seconds', planets.replace('15 s', '15 seconds')],
  ])('are read from a file %s', (_, text) => {
    expect(readQuestions(text)).toEqual(readQuestions(planets))
  })

  test.each([
    ['no choices', 'Who?', 1, 'has no choices'],
    ['no right choice', '\nWho?\n- me\n- you', 2, 'No choice is marked'],
    ['two right choices', 'Who?\n* me\n- you\n* they', 4, 'second choice'],
    ['one choice', 'Who?\n* me', 1, 'two choices'],
    ['an empty choice', 'Who?\n* me\n-', 1, 'choice 2'],
    ['a choice without a question', '- me\n* you', 1, 'without a question'],
    ['a question right behind another', 'Who?\n* me\n- you\nWhen?\n* now\n- then', 4, 'empty line'],
    ['too many seconds', 'Who? (301 s)\n* me\n- you', 1, '300 seconds'],
    ['no seconds', 'Who? (0 s)\n* me\n- you', 1, '300 seconds'],
    ['eleven choices', `Who?\n* me${'\n- you'.repeat(10)}`, 1, '10 choices'],
    ['a long question', `${'x'.repeat(1_001)}\n* me\n- you`, 1, '1000 characters'],
  ])('with %s are told with their line, and the others are taken', (_, text, line, words) => {
    const { texts, faults } = read(`${text}\n\n${planets}`)
    expect(texts).toEqual(['Which planet is the largest?'])
    expect(faults).toEqual([{ line, words: expect.stringContaining(words) }])
  })

  test('are at most a hundred', () => {
    const { questions, faults } = readQuestions(Array.from({ length: 101 }, () => planets).join('\n\n'))
    expect(questions).toHaveLength(100)
    expect(faults).toEqual([{ line: 1, words: expect.stringContaining('100 questions at most') }])
  })
})

const question = fc
  .record({
    text: fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
    choices: fc.array(
      fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((text) => text.trim() !== ''),
      { minLength: 2, maxLength: 10 },
    ),
    right: fc.nat(),
    seconds: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ text, choices, right, seconds }) => ({ text, choices, answer: right % choices.length, seconds }))

describe('questions as JSON', () => {
  test('are read back as they were saved, also with brackets and quotation marks', () => {
    fc.assert(
      fc.property(
        fc.array(question, { minLength: 1, maxLength: 20 }),
        fc.boolean(),
        (questions, isWrapped) => {
          const saved = JSON.stringify(isWrapped ? { title: '[{"', questions } : questions, null, 2)
          expect(readQuestions(saved)).toEqual({ questions, faults: [] })
        },
      ),
    )
  })

  test('report the line on which a wrong one starts', () => {
    fc.assert(
      fc.property(fc.array(question, { maxLength: 8 }), fc.boolean(), (before, isWrapped) => {
        const all = [...before, { text: 'Who?', choices: ['me', 'you'], answer: 2, seconds: 5 }]
        const saved = JSON.stringify(isWrapped ? { questions: all } : all, null, 2)
        const lines = saved.split('\n')
        const asked = lines.findLastIndex((line) => line.includes('"text": "Who?"'))
        expect(readQuestions(saved)).toEqual({
          questions: before,
          faults: [{ line: asked, words: expect.stringContaining('"answer" is 2') }],
        })
      }),
    )
  })

  test.each([
    ['a comma too few', '[\n{ "text": "Who?" }\n{ }\n]', 3, 'not JSON'],
    ['an end too few', '[\n{ "text": "Who?" }', 2, 'not JSON'],
    ['no list', '{ "text": "Who?" }', 1, 'a list'],
    ['a number for a question', '[\n7]', 2, 'A question is written as'],
    ['no text', '[\n\n{ "choices": [] }]', 3, '"text"'],
    ['no choices', '[{ "text": "Who?" }]', 1, '"choices"'],
    ['a text for the answer', '[{ "text": "Who?", "choices": ["a", "b"], "answer": "a" }]', 1, '"answer"'],
    [
      'a text for seconds',
      '[{ "text": "W", "choices": ["a", "b"], "answer": 0, "seconds": "5" }]',
      1,
      '"seconds"',
    ],
  ])('with %s are told with their line', (_, text, line, words) => {
    expect(readQuestions(text)).toEqual({
      questions: [],
      faults: [{ line, words: expect.stringContaining(words) }],
    })
  })
})

test('reads any text without an exception, and reports existing lines only', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .array(fc.constantFrom('- a', '* b', 'Who?', '', '[', '{"questions":[', '(5 s)'))
      .map((all) => all.join('\n')),
  )
  fc.assert(
    fc.property(nasty, (text) => {
      const { faults } = readQuestions(text)
      const lines = text.split(/\r\n|\r|\n/).length
      for (const { line } of faults) expect(line > 0 && line <= lines).toBe(true)
    }),
  )
})
