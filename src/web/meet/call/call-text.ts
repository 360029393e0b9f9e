import type { CallPeer, CallState } from '../../../client/mesh/mesh-call.js'

/** After the problem with an own camera or microphone. */
export const callGoesOnText = 'You see and hear the others all the same.'

export const nameOf = ({ name }: { readonly name: string | null }): string =>
  name === null || name === '' ? 'Guest' : name

export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  )
  return letters.join('').toUpperCase()
}

/** The hue of a peer's avatar, the same on every page: 0 to 359. */
export const hueOf = (id: string): number => {
  let hue = 7
  for (const letter of id) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return hue
}

type Peers = ReadonlyArray<Pick<CallPeer<unknown>, 'id' | 'name' | 'media'>>

const listOf = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const have = (names: ReadonlyArray<string>): string => (names.length === 1 ? 'has' : 'have')

/** For screen readers: who joins, who leaves, who shows a screen; `null`: none of these. */
export const peersChangeText = (before: Peers, now: Peers): string | null => {
  const without = (some: Peers, others: Peers) =>
    some.filter(({ id }) => !others.some((other) => other.id === id)).map(nameOf)
  const joined = without(now, before)
  const left = without(before, now)
  const shows = now
    .filter(({ id, media }) => {
      const then = before.find((other) => other.id === id)
      return media.screen !== null && (then?.media.screen ?? null) === null
    })
    .map(nameOf)
  const sentences = [
    ...(joined.length === 0 ? [] : [`${listOf(joined)} ${have(joined)} joined.`]),
    ...(left.length === 0 ? [] : [`${listOf(left)} ${have(left)} left.`]),
    ...(shows.length === 0
      ? []
      : [`${listOf(shows)} ${shows.length === 1 ? 'shows a' : 'show their'} screen.`]),
  ]
  return sentences.length === 0 ? null : sentences.join(' ')
}

type Call = Pick<CallState<unknown>, 'peerId' | 'peers'>

export const callChangeText = (before: Call, now: Call): string | null => {
  if (before.peerId !== null) return peersChangeText(before.peers, now.peers)
  if (now.peerId === null) return null
  const count = now.peers.length
  return count === 0 ? 'You are the first in the call.' : `You are in the call with ${count} others.`
}
