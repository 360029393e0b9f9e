import { isWellFormed } from '../../../client/fairness/encoding.js'
import { maxDrawMembers, maxMemberNameLength } from '../../../client/fairness/proof.js'

export interface Entry {
  readonly key: number
  readonly name: string
}

/** The names of the next draw. Each has a stable key, so that an edit renders one of ten thousand rows. */
export interface Roster {
  readonly entries: ReadonlyArray<Entry>
  readonly nextKey: number
}

/** `startRandom` takes 512 KiB, of which almost all are the names. */
const maxStartBytes = 512 * 1024 - 1024

export const emptyRoster: Roster = { entries: [], nextKey: 1 }

export type NameFault = 'empty' | 'too-long' | 'broken-characters'

export const nameFault = (name: string): NameFault | null => {
  if (name === '') return 'empty'
  if (name.length > maxMemberNameLength) return 'too-long'
  return isWellFormed(name) ? null : 'broken-characters'
}

/** The result of adding names: each is in exactly one of these. */
export interface Sifted {
  readonly fresh: ReadonlyArray<string>
  readonly duplicates: ReadonlyArray<string>
  readonly empty: number
  readonly tooLong: ReadonlyArray<string>
  readonly broken: number
  readonly overLimit: number
}

export const sift = (roster: Roster, names: ReadonlyArray<string>, keepDuplicates: boolean): Sifted => {
  const known = new Set(roster.entries.map(({ name }) => name))
  const room = maxDrawMembers - roster.entries.length
  const fresh: string[] = []
  const duplicates: string[] = []
  const tooLong: string[] = []
  let empty = 0
  let broken = 0
  let overLimit = 0
  for (const raw of names) {
    const name = raw.trim()
    const fault = nameFault(name)
    if (fault === 'empty') empty++
    else if (fault === 'too-long') tooLong.push(name)
    else if (fault === 'broken-characters') broken++
    else if (known.has(name) && !keepDuplicates) duplicates.push(name)
    else if (fresh.length >= room) overLimit++
    else {
      known.add(name)
      fresh.push(name)
    }
  }
  return { fresh, duplicates, empty, tooLong, broken, overLimit }
}

export const withNames = (roster: Roster, names: ReadonlyArray<string>): Roster => ({
  entries: [...roster.entries, ...names.map((name, i) => ({ key: roster.nextKey + i, name }))],
  nextKey: roster.nextKey + names.length,
})

export const renamed = (roster: Roster, key: number, name: string): Roster => ({
  ...roster,
  entries: roster.entries.map((entry) => (entry.key === key ? { key, name } : entry)),
})

export const without = (roster: Roster, key: number): Roster => ({
  ...roster,
  entries: roster.entries.filter((entry) => entry.key !== key),
})

/** Removes one entry with that name: of two Anns, the other can still win. */
export const withoutName = (roster: Roster, name: string): Roster => {
  const entry = roster.entries.find((candidate) => candidate.name === name)
  return entry === undefined ? roster : without(roster, entry.key)
}

export const isTooBigToSend = (roster: Roster): boolean =>
  new TextEncoder().encode(JSON.stringify(roster.entries.map(({ name }) => name))).length > maxStartBytes
