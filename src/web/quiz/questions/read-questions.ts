import { quizBounds } from '../../../domain/activities/telequiz/bounds.js'
import type { Question } from '../../../domain/activities/telequiz/index.js'
import { problemIn, usualSeconds } from './drafts.js'
import { linesOfObjects, lineOfSyntaxError } from './json-lines.js'

/** An error, with its line, counted from 1. */
export interface Fault {
  readonly line: number
  readonly words: string
}

export interface ReadQuestions {
  readonly questions: ReadonlyArray<Question>
  readonly faults: ReadonlyArray<Fault>
}

/** A line of the text. */
interface Line {
  readonly number: number
  readonly text: string
}

const nothing: ReadQuestions = { questions: [], faults: [] }

/**
 * Reads questions from plain text or JSON. In plain text each question is a block of lines, with an empty line before the
 * next: the question, with its seconds in brackets unless they are 20, and its choices, `*` before the right one and `-`
 * before the others.
 *
 * ```
 * Which planet is the largest? (15 s)
 * - Mars
 * * Jupiter
 * - Venus
 * ```
 */
export const readQuestions = (written: string): ReadQuestions => {
  const text = written.replace(/^\uFEFF/, '')
  if (text.trim() === '') return nothing
  const read = /^\s*[[{]/.test(text) ? fromJson(text) : fromLines(text)
  const { questions: most } = quizBounds
  return read.questions.length > most
    ? {
        questions: read.questions.slice(0, most),
        faults: [
          ...read.faults,
          { line: 1, words: `A quiz has ${most} questions at most; the others are left out.` },
        ],
      }
    : read
}

const collected = (read: ReadonlyArray<Question | Fault>): ReadQuestions => ({
  questions: read.filter((one): one is Question => 'choices' in one),
  faults: read.filter((one): one is Fault => 'line' in one),
})

const fromLines = (text: string): ReadQuestions => {
  const blocks: Array<Array<Line>> = [[]]
  for (const [place, line] of text.split(/\r\n|\r|\n/).entries()) {
    if (line.trim() === '') blocks.push([])
    else blocks.at(-1)?.push({ number: place + 1, text: line.trim() })
  }
  return collected(blocks.flatMap((block) => (block.length === 0 ? [] : [questionIn(block)])))
}

const choiceLine = /^([-*•])\s*(.*)$/
const secondsAtEnd = /\s*\(\s*(\d+(?:[.,]\d+)?)\s*(?:s|sec|seconds?)\.?\s*\)$/i

const questionIn = (block: ReadonlyArray<Line>): Question | Fault => {
  const line = block[0]?.number ?? 1
  const firstChoice = block.findIndex(({ text }) => choiceLine.test(text))
  if (firstChoice === -1)
    return { line, words: 'This question has no choices. Write each in a line of its own, with - before it.' }
  if (firstChoice === 0)
    return { line, words: 'Here is a choice without a question. Write the question in the line above.' }
  const choices = block.slice(firstChoice)
  const stray = choices.find(({ text }) => !choiceLine.test(text))
  if (stray !== undefined)
    return {
      line: stray.number,
      words: 'A choice begins with - or *. If this is the next question, leave an empty line before it.',
    }
  const marked = choices.flatMap(({ text }, place) => (text.startsWith('*') ? [place] : []))
  const [answer, second] = marked
  if (answer === undefined)
    return { line, words: 'No choice is marked as the right one. Write * instead of - before it.' }
  const secondLine = second === undefined ? undefined : choices[second]
  if (secondLine !== undefined)
    return { line: secondLine.number, words: 'A second choice is marked as right. Only one can have the *.' }
  const textLines = block.slice(0, firstChoice).map(({ text }) => text)
  const whole = textLines.join('\n')
  // A text that is far too long is refused below, and not searched first.
  const seconds = whole.length > 2 * quizBounds.textUnits ? undefined : secondsAtEnd.exec(whole)?.[1]
  return checked(
    {
      text: seconds === undefined ? whole : whole.replace(secondsAtEnd, ''),
      choices: choices.map(({ text }) => choiceLine.exec(text)?.[2] ?? ''),
      answer,
      seconds: seconds === undefined ? usualSeconds : Number(seconds.replace(',', '.')),
    },
    line,
  )
}

const checked = (question: Question, line: number): Question | Fault => {
  const { text, choices, answer, seconds } = question
  const words = problemIn({ key: 0, text, choices, right: answer, seconds })
  return words === null ? question : { line, words }
}

const fromJson = (text: string): ReadQuestions => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const words = 'This is not JSON: a comma, a quotation mark or a bracket may be missing.'
    return { questions: [], faults: [{ line: lineOfSyntaxError(text, error), words }] }
  }
  const list: unknown =
    typeof value === 'object' && value !== null && 'questions' in value ? value.questions : value
  if (!Array.isArray(list))
    return {
      questions: [],
      faults: [{ line: 1, words: 'There should be a list here: [ … ], or "questions": [ … ].' }],
    }
  const all: ReadonlyArray<unknown> = list
  const lines = linesOfObjects(text)
  return collected(all.map((one, place) => questionOf(one, lines[place] ?? 1)))
}

const questionOf = (one: unknown, line: number): Question | Fault => {
  if (typeof one !== 'object' || one === null)
    return { line, words: 'A question is written as { "text", "choices", "answer", "seconds" }.' }
  if (!('text' in one) || typeof one.text !== 'string') return { line, words: '"text" must be the question.' }
  if (!('choices' in one) || !isTexts(one.choices))
    return { line, words: '"choices" must be a list of texts.' }
  if (!('answer' in one) || typeof one.answer !== 'number' || !Number.isInteger(one.answer))
    return { line, words: '"answer" must be the place of the right choice, 0 for the first.' }
  const seconds = 'seconds' in one ? one.seconds : usualSeconds
  if (typeof seconds !== 'number') return { line, words: '"seconds" must be a number.' }
  const { text, choices, answer } = one
  if (answer < 0 || answer >= choices.length)
    return { line, words: `"answer" is ${answer}, and no choice has that place; the first has 0.` }
  return checked({ text, choices, answer, seconds }, line)
}

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
