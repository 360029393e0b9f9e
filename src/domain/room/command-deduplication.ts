import type { CommandId } from '../kernel/ids.js'

/** What a command led to: a digest of what it said, and its events' first and last place in the log. */
export interface CommandOutcome {
  readonly digest: string
  readonly first: number
  readonly seq: number
}

interface KeptAnswer extends CommandOutcome {
  readonly id: CommandId
}

/** A member's last commands that wrote something, oldest first. The latest are a short list, which is cheap to copy. */
export interface CommandHistory {
  readonly recent: ReadonlyArray<KeptAnswer>
  readonly older: ReadonlyArray<KeptAnswer>
}

/** At least so many are kept, and at most `recentAtMost` more. */
export const minRememberedCommands = 1_000
const recentAtMost = 25

export const emptyCommandHistory: CommandHistory = { recent: [], older: [] }

export const findOutcome = ({ recent, older }: CommandHistory, id: CommandId): CommandOutcome | undefined => {
  const kept = recent.find((answer) => answer.id === id) ?? indexOf(older).get(id)
  if (kept === undefined) return undefined
  const { digest, first, seq } = kept
  return { digest, first, seq }
}

/** A command's events follow each other, so its second event only moves the end of the last answer. */
export const rememberCommand = (
  answered: CommandHistory,
  id: CommandId,
  digest: string,
  seq: number,
): CommandHistory => {
  const { recent, older } = answered
  const last = recent.at(-1)
  if (last?.id === id) return { recent: [...recent.slice(0, -1), { ...last, seq }], older }
  const answer: KeptAnswer = { id, digest, first: seq, seq }
  if (recent.length < recentAtMost) return { recent: [...recent, answer], older }
  return { recent: [answer], older: handedOn(older, recent) }
}

type Index = Map<CommandId, KeptAnswer>

const indexes = new WeakMap<ReadonlyArray<KeptAnswer>, Index>()

const indexOf = (older: ReadonlyArray<KeptAnswer>): Index => {
  const known = indexes.get(older)
  if (known !== undefined) return known
  const index: Index = new Map(older.map((answer) => [answer.id, answer]))
  indexes.set(older, index)
  return index
}

/**
 * The older ones with those that have become old behind them. Most commands are new, and to say so takes one look into an
 * index; it goes along from list to list, because to make it takes a thousand. A list that is met again, as in a state
 * before, gets one of its own.
 */
const handedOn = (
  older: ReadonlyArray<KeptAnswer>,
  come: ReadonlyArray<KeptAnswer>,
): ReadonlyArray<KeptAnswer> => {
  const all = [...older, ...come]
  const gone = all.slice(0, Math.max(0, all.length - minRememberedCommands))
  const next = all.slice(gone.length)
  const index = indexOf(older)
  indexes.delete(older)
  for (const answer of come) index.set(answer.id, answer)
  // An id that was forgotten may have been given again since.
  for (const answer of gone) if (index.get(answer.id) === answer) index.delete(answer.id)
  indexes.set(next, index)
  return next
}
