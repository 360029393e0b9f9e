import type { Evidence, PastDraw } from './picker-room.js'
import type { SessionStorage } from '../stored-session.js'

/** Lists of ten thousand names are a megabyte each, and a tab may keep five. */
const keptDraws = 10
const maxLength = 2_000_000

const keyOf = (room: string): string => `roomreel.evidence.${room}`

/** What can be checked now can be checked after a reload, too: a proof is shown once, and only to those who are there. */
export const keepEvidence = (storage: SessionStorage, room: string, past: ReadonlyArray<PastDraw>): void => {
  let length = 0
  const kept = past
    .flatMap(({ drawId, proof, seen }) => (proof === null ? [] : [[drawId, { proof, seen }] as const]))
    .slice(0, keptDraws)
    .filter((entry) => (length += JSON.stringify(entry).length) <= maxLength)
  if (kept.length === 0) return
  try {
    storage.setItem(keyOf(room), JSON.stringify(Object.fromEntries(kept)))
  } catch {}
}

/** Its own writing, from this tab's storage: nobody else's, and `checkDraw` believes no proof anyway. */
export const keptEvidence = (storage: SessionStorage, room: string): Evidence => {
  try {
    const kept: Evidence = JSON.parse(storage.getItem(keyOf(room)) ?? '{}')
    return kept
  } catch {
    return {}
  }
}
