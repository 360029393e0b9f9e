import { newId } from '../../../client/client-ports.js'
import type { SessionStorage } from '../../../client/stored-session.js'

const userKey = 'roomreel.quiz.user'

/**
 * The user id under which a player's points are found again after the session has ended, as when a phone was locked. Each
 * tab has its own, so that two tabs of one browser are two players.
 */
export const ownUserId = (storage: SessionStorage): string => {
  const stored = storage.getItem(userKey)
  if (stored !== null) return stored
  const fresh = `player-${newId()}`
  store(storage, userKey, fresh)
  return fresh
}

const nameKey = (code: string): string => `roomreel.quiz.name.${code.toLowerCase()}`

/** The name with which this tab is in the quiz, so that a reload does not ask again. */
export const storedName = (storage: SessionStorage, code: string): string | null =>
  storage.getItem(nameKey(code))

export const storeName = (storage: SessionStorage, code: string, name: string | null): void => {
  if (name === null) storage.removeItem(nameKey(code))
  else store(storage, nameKey(code), name)
}

/** With a full or forbidden storage, a reload asks for the name again. */
const store = (storage: SessionStorage, key: string, value: string): void => {
  try {
    storage.setItem(key, value)
  } catch {}
}
