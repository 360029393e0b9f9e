import { quizBounds } from '../../../domain/activities/telequiz/bounds.js'
import type { Question } from '../../../domain/activities/telequiz/index.js'

/** A question that the host is editing. `right` is the index of the right choice, once there is one. */
export interface Draft {
  /** stays the same while the question is moved within the list */
  readonly key: number
  readonly text: string
  readonly choices: ReadonlyArray<string>
  readonly right: number | null
  /** `null`: the typed text is no number */
  readonly seconds: number | null
}

export type Drafts = ReadonlyArray<Draft>

export const usualSeconds = 20

const nextKey = (drafts: Drafts): number => Math.max(0, ...drafts.map(({ key }) => key)) + 1

export const withBlank = (drafts: Drafts): Drafts => [
  ...drafts,
  {
    key: nextKey(drafts),
    text: '',
    choices: ['', ''],
    right: null,
    // The seconds of the previous question are the default.
    seconds: drafts.at(-1)?.seconds ?? usualSeconds,
  },
]

export const withQuestions = (drafts: Drafts, questions: ReadonlyArray<Question>): Drafts => {
  const first = nextKey(drafts)
  const added = questions.map(({ text, choices, answer, seconds }, place): Draft => ({
    key: first + place,
    text,
    choices,
    right: answer,
    seconds,
  }))
  return [...drafts, ...added]
}

export const changed = (drafts: Drafts, key: number, next: Partial<Omit<Draft, 'key'>>): Drafts =>
  drafts.map((draft) => (draft.key === key ? { ...draft, ...next } : draft))

export const without = (drafts: Drafts, key: number): Drafts => drafts.filter((draft) => draft.key !== key)

/** @param by -1: up, 1: down; at the ends it stays */
export const moved = (drafts: Drafts, key: number, by: -1 | 1): Drafts => {
  const from = drafts.findIndex((draft) => draft.key === key)
  const [draft, neighbour] = [drafts[from], drafts[from + by]]
  if (draft === undefined || neighbour === undefined) return drafts
  return drafts.with(from, neighbour).with(from + by, draft)
}

/** The right choice stays the right one, also when its index changes. */
export const withoutChoice = (
  { choices, right }: Draft,
  place: number,
): Pick<Draft, 'choices' | 'right'> => ({
  choices: choices.toSpliced(place, 1),
  right: right === null || right === place ? null : right > place ? right - 1 : right,
})

const {
  questions: maxQuestions,
  textUnits,
  choices: maxChoices,
  choiceUnits,
  seconds: maxSeconds,
} = quizBounds

/** What a question still lacks. */
export const problemIn = ({ text, choices, right, seconds }: Draft): string | null => {
  if (text.trim() === '') return 'Write the question.'
  if (text.length > textUnits) return `The question is longer than ${textUnits} characters.`
  if (choices.length < 2) return 'Give two choices at least.'
  if (choices.length > maxChoices) return `Give ${maxChoices} choices at most.`
  const empty = choices.findIndex((choice) => choice.trim() === '')
  if (empty !== -1) return `Write choice ${empty + 1}, or remove it.`
  const long = choices.findIndex((choice) => choice.length > choiceUnits)
  if (long !== -1) return `Choice ${long + 1} is longer than ${choiceUnits} characters.`
  if (![text, ...choices].every((part) => part.isWellFormed())) return 'It contains a broken character.'
  if (right === null || right < 0 || right >= choices.length) return 'Mark the right choice.'
  if (seconds === null || !(seconds >= 1 && seconds <= maxSeconds))
    return `Give it 1 to ${maxSeconds} seconds.`
  return null
}

export type Ready =
  | { readonly type: 'ready'; readonly questions: ReadonlyArray<Question> }
  | { readonly type: 'not-ready'; readonly words: string; readonly key: number | null }

/** An event is at most 64 KiB, including field names and the room. */
const maxBytes = 64_000

/** The questions, if all of them are complete. */
export const readyToAsk = (drafts: Drafts): Ready => {
  if (drafts.length === 0) return { type: 'not-ready', words: 'Write a question to begin.', key: null }
  if (drafts.length > maxQuestions)
    return {
      type: 'not-ready',
      words: `A quiz has ${maxQuestions} questions at most, and these are ${drafts.length}.`,
      key: null,
    }
  for (const [place, draft] of drafts.entries()) {
    const problem = problemIn(draft)
    if (problem !== null)
      return { type: 'not-ready', words: `Question ${place + 1}: ${problem}`, key: draft.key }
  }
  const questions = drafts.map(({ text, choices, right, seconds }) => ({
    text: text.trim(),
    choices: choices.map((choice) => choice.trim()),
    answer: right ?? 0,
    seconds: seconds ?? usualSeconds,
  }))
  return new TextEncoder().encode(JSON.stringify(questions)).length > maxBytes
    ? { type: 'not-ready', words: 'All in all the questions are too long to send. Shorten some.', key: null }
    : { type: 'ready', questions }
}
