import type { CommandId } from '../kernel/ids.js'
import { lookup } from '../kernel/record.js'

/** What a command led to: a digest of what it said, and its events' first and last place in the log. */
export interface Answer {
  readonly digest: string
  readonly first: number
  readonly seq: number
}

/**
 * A member's last commands that wrote something, by their ids, oldest chunk first. Kept in chunks so that one more
 * copies at most a chunk, and a state that is held elsewhere shares the rest.
 */
export type Answered = ReadonlyArray<Readonly<Record<string, Answer>>>

/** At least so many are kept, and at most one chunk more. */
export const keptAnswers = 1_000
const chunkSize = 25

export const none: Answered = []

export const answerTo = (answered: Answered, id: CommandId): Answer | undefined => {
  for (let place = answered.length - 1; place >= 0; place--) {
    const answer = lookup(answered[place] ?? {}, id)
    if (answer !== undefined) return answer
  }
  return undefined
}

/** A command's second event only moves the end of its answer. */
export const withAnswer = (answered: Answered, id: CommandId, digest: string, seq: number): Answered => {
  const last = answered[answered.length - 1] ?? {}
  const known = lookup(last, id)
  if (known === undefined && Object.keys(last).length >= chunkSize) {
    return [...answered.slice(-keptAnswers / chunkSize), { [id]: { digest, first: seq, seq } }]
  }
  const first = known?.first ?? seq
  return [...answered.slice(0, -1), { ...last, [id]: { digest, first, seq } }]
}
