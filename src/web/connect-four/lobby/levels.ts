export const lowestLevel = 1
export const highestLevel = 10
export const usualLevel = 5

const names: ReadonlyArray<string> = [
  'Beginner',
  'Learner',
  'Casual',
  'Keen',
  'Good',
  'Strong',
  'Club player',
  'Expert',
  'Master',
  'Perfect',
]

/** The strength of the computer in a word. */
export const levelName = (level: number): string => names[level - lowestLevel] ?? `Level ${level}`

/** How the computer plays. */
export const levelHint = (level: number): string => {
  if (level === highestLevel) return 'Never gives up a win or a draw that it has. Begin in the middle.'
  if (level >= 8) return 'Looks far ahead and seldom errs.'
  if (level >= 5) return 'Sees most threats coming.'
  return level >= 3 ? 'Plays for fun, and errs now and then.' : 'Just finding out how it goes.'
}
