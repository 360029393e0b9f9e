import { newId } from '../../../client/client-ports.js'
import type { SessionStorage } from '../../../client/stored-session.js'

const userKey = 'roomreel.quiz.user'

/**
 * Under which a player's points are found again after the session has ended: a phone that is locked for a minute must not
 * cost them. A tab has its own, for two tabs of one browser are two players.
 */
export const ownUserId = (storage: SessionStorage): string => {
  const known = storage.getItem(userKey)
  if (known !== null) return known
  const fresh = `player-${newId()}`
  store(storage, userKey, fresh)
  return fresh
}

const nameKey = (code: string): string => `roomreel.quiz.name.${code.toLowerCase()}`

/** The name with which this tab is in that quiz already: who reloads is not asked again. */
export const storedName = (storage: SessionStorage, code: string): string | null =>
  storage.getItem(nameKey(code))

export const storeName = (storage: SessionStorage, code: string, name: string | null): void => {
  if (name === null) storage.removeItem(nameKey(code))
  else store(storage, nameKey(code), name)
}

/** A full or forbidden storage costs the way back after a reload, and nothing else. */
const store = (storage: SessionStorage, key: string, value: string): void => {
  try {
    storage.setItem(key, value)
  } catch {}
}
