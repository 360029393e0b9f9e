import { useEffect, useState } from 'preact/hooks'
import { storeValue, storedValue } from '../../shell/browser-storage.js'
import { emptyRoster, withNames, type Roster } from './roster.js'

const read = (room: string): Roster => {
  try {
    const names: unknown = JSON.parse(storedValue(`names.${room}`) ?? '[]')
    return Array.isArray(names)
      ? withNames(
          emptyRoster,
          names.filter((name) => typeof name === 'string'),
        )
      : emptyRoster
  } catch {
    return emptyRoster
  }
}

const keptAfterMs = 400

/** The leader's list, stored in this browser until it is cleared, so that it survives a reload. */
export const useRoster = (room: string) => {
  const [roster, setRoster] = useState(() => read(room))
  useEffect(() => {
    const timer = setTimeout(() => {
      const names = roster.entries.map(({ name }) => name)
      storeValue(`names.${room}`, names.length === 0 ? null : JSON.stringify(names))
    }, keptAfterMs)
    return () => clearTimeout(timer)
  }, [room, roster])
  return [roster, setRoster] as const
}
