/** The contract's bounds of a quiz; lengths count UTF-16 code units. Apart, so that a page can tell them before it asks. */
export const quizBounds = {
  questions: 100,
  textUnits: 1_000,
  choices: 10,
  choiceUnits: 200,
  seconds: 300,
} as const
