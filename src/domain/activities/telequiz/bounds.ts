/** The contract's bounds of a quiz; lengths are in UTF-16 code units. A file of its own for the pages that check them. */
export const quizBounds = {
  questions: 100,
  textUnits: 1_000,
  choices: 10,
  choiceUnits: 200,
  seconds: 300,
} as const
