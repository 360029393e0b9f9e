import type { CommandId } from '../kernel/ids.js'
import { lookup } from '../kernel/record.js'

/** What a command led to: a digest of what it said, and its events' first and last place in the log. */
export interface Answer {
  readonly digest: string
  readonly first: number
  readonly seq: number
}

interface RecentAnswer extends Answer {
  readonly id: CommandId
}

/**
 * A member's last commands that wrote something. The latest are a short list, which is cheap to copy; when it is full
 * it becomes a chunk by ids, which is cheap to search and is shared by every state from then on.
 */
export interface Answered {
  readonly recent: ReadonlyArray<RecentAnswer>
  /** The oldest chunk first. */
  readonly older: ReadonlyArray<Readonly<Record<string, Answer>>>
}

/** At least so many are kept, and at most one chunk more. */
export const keptAnswers = 1_000
const chunkSize = 25

export const none: Answered = { recent: [], older: [] }

export const answerTo = ({ recent, older }: Answered, id: CommandId): Answer | undefined => {
  for (const answer of recent) {
    if (answer.id !== id) continue
    const { digest, first, seq } = answer
    return { digest, first, seq }
  }
  for (let place = older.length - 1; place >= 0; place--) {
    const answer = lookup(older[place] ?? {}, id)
    if (answer !== undefined) return answer
  }
  return undefined
}

/** A command's events follow each other, so its second event only moves the end of the last answer. */
export const withAnswer = (answered: Answered, id: CommandId, digest: string, seq: number): Answered => {
  const { recent, older } = answered
  const last = recent.at(-1)
  if (last?.id === id) return { recent: [...recent.slice(0, -1), { ...last, seq }], older }
  const answer: RecentAnswer = { id, digest, first: seq, seq }
  if (recent.length < chunkSize) return { recent: [...recent, answer], older }
  return { recent: [answer], older: [...older.slice(1 - keptAnswers / chunkSize), chunkOf(recent)] }
}

const chunkOf = (answers: ReadonlyArray<RecentAnswer>): Readonly<Record<string, Answer>> =>
  Object.fromEntries(answers.map(({ id, digest, first, seq }) => [id, { digest, first, seq }]))
