import type { CallPeer } from '../../../client/mesh/mesh-call.js'

/** Said of a camera or a microphone that is not to be had. */
export const callGoesOn = 'You see and hear the others all the same.'

export const nameOf = ({ name }: { readonly name: string | null }): string =>
  name === null || name === '' ? 'Guest' : name

export const initialsOf = (name: string): string => {
  const words = name.split(/\s+/).filter((word) => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(
    (word) => Array.from(word ?? '')[0] ?? '',
  )
  return letters.join('').toUpperCase()
}

/** A colour of one's own, the same on every page: 0 to 359. */
export const hueOf = (id: string): number => {
  let hue = 7
  for (const letter of id) hue = (hue * 31 + (letter.codePointAt(0) ?? 0)) % 360
  return hue
}

type Peers = ReadonlyArray<Pick<CallPeer<unknown>, 'id' | 'name' | 'media'>>

const listed = (names: ReadonlyArray<string>): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

const have = (names: ReadonlyArray<string>): string => (names.length === 1 ? 'has' : 'have')

/** What a screen reader is told of the change from one moment to the next; `null`: nothing worth a word. */
export const newsOf = (before: Peers, now: Peers): string | null => {
  const without = (those: Peers, others: Peers) =>
    those.filter(({ id }) => !others.some((other) => other.id === id)).map(nameOf)
  const came = without(now, before)
  const went = without(before, now)
  const shows = now
    .filter(({ id, media }) => {
      const then = before.find((other) => other.id === id)
      return media.screen !== null && (then?.media.screen ?? null) === null
    })
    .map(nameOf)
  const words = [
    ...(came.length === 0 ? [] : [`${listed(came)} ${have(came)} joined.`]),
    ...(went.length === 0 ? [] : [`${listed(went)} ${have(went)} left.`]),
    ...(shows.length === 0
      ? []
      : [`${listed(shows)} ${shows.length === 1 ? 'shows a' : 'show their'} screen.`]),
  ]
  return words.length === 0 ? null : words.join(' ')
}
