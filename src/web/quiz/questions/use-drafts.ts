import { useEffect, useState } from 'preact/hooks'
import { storeValue, storedValue } from '../../shell/browser-storage.js'
import type { Draft, Drafts } from './drafts.js'

const key = 'quiz.questions'

const isDraft = (value: unknown): value is Omit<Draft, 'key'> =>
  typeof value === 'object' &&
  value !== null &&
  'text' in value &&
  typeof value.text === 'string' &&
  'choices' in value &&
  Array.isArray(value.choices) &&
  value.choices.every((choice) => typeof choice === 'string') &&
  'right' in value &&
  (value.right === null || typeof value.right === 'number') &&
  'seconds' in value &&
  (value.seconds === null || typeof value.seconds === 'number')

/** An older version of the page, or another program, may have written it. */
export const readDrafts = (text: string | null): Drafts => {
  try {
    const stored: unknown = JSON.parse(text ?? '[]')
    const all: ReadonlyArray<unknown> = Array.isArray(stored) ? stored : []
    return all.filter(isDraft).map((draft, place) => ({ ...draft, key: place + 1 }))
  } catch {
    return []
  }
}

/**
 * The host's questions, stored in this browser until they are deleted, so that they survive a reload and can be used again.
 * The server gets them when the quiz starts.
 */
export const useDrafts = () => {
  const [drafts, setDrafts] = useState(() => readDrafts(storedValue(key)))
  useEffect(() => storeValue(key, drafts.length === 0 ? null : JSON.stringify(drafts)), [drafts])
  return [drafts, setDrafts] as const
}
