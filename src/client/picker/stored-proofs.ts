import type { SessionStorage } from '../stored-session.js'
import type { PastDraw, StoredProofs } from './picker-room.js'

/** A list of ten thousand names is a megabyte, and a tab may store five. */
const maxDraws = 10
const maxLength = 2_000_000

const keyOf = (room: string): string => `roomreel.evidence.${room}`

/** Keeps draws checkable over a reload: the server sends a proof once, to those who are there. */
export const storeProofs = (storage: SessionStorage, room: string, past: ReadonlyArray<PastDraw>): void => {
  let length = 0
  const stored = past
    .flatMap(({ drawId, proof, seen }) => (proof === null ? [] : [[drawId, { proof, seen }] as const]))
    .slice(0, maxDraws)
    .filter((entry) => (length += JSON.stringify(entry).length) <= maxLength)
  if (stored.length === 0) return
  try {
    storage.setItem(keyOf(room), JSON.stringify(Object.fromEntries(stored)))
  } catch {}
}

/** Not validated: only this tab writes there, and `checkDraw` recomputes every proof. */
export const storedProofs = (storage: SessionStorage, room: string): StoredProofs => {
  try {
    const stored: StoredProofs = JSON.parse(storage.getItem(keyOf(room)) ?? '{}')
    return stored
  } catch {
    return {}
  }
}
