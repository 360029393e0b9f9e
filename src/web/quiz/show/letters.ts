/** A choice has a letter besides its colour and position, so that it can be said, typed and seen by everybody. */
export const letterOf = (choice: number): string => String.fromCharCode(65 + choice)

/** The choice for a key: its letter, or its number from 1. */
export const choiceOfKey = (key: string, choices: number): number | null => {
  if (key.length !== 1) return null
  const place = /\d/.test(key) ? (Number(key) + 9) % 10 : key.toUpperCase().charCodeAt(0) - 65
  return place >= 0 && place < choices ? place : null
}
