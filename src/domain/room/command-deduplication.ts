import type { CommandId } from '../kernel/ids.js'

/** What a command wrote: a digest of its payload, and the positions of its first and last event in the log. */
export interface CommandOutcome {
  readonly digest: string
  readonly first: number
  readonly seq: number
}

interface RememberedCommand extends CommandOutcome {
  readonly id: CommandId
}

/**
 * A member's last commands that wrote events, oldest first. Each command copies `recent` only, which is short; `older` is
 * shared between states.
 */
export interface CommandHistory {
  readonly recent: ReadonlyArray<RememberedCommand>
  readonly older: ReadonlyArray<RememberedCommand>
}

/** A history keeps at least this many commands, and at most `maxRecent` more. */
export const minRememberedCommands = 1_000
const maxRecent = 25

export const emptyCommandHistory: CommandHistory = { recent: [], older: [] }

export const findOutcome = ({ recent, older }: CommandHistory, id: CommandId): CommandOutcome | undefined => {
  const command = recent.find((each) => each.id === id) ?? indexOf(older).get(id)
  if (command === undefined) return undefined
  const { digest, first, seq } = command
  return { digest, first, seq }
}

/** The events of one command are adjacent, so each event after the first only moves the end of the last outcome. */
export const rememberCommand = (
  { recent, older }: CommandHistory,
  id: CommandId,
  digest: string,
  seq: number,
): CommandHistory => {
  const last = recent.at(-1)
  if (last?.id === id) return { recent: [...recent.slice(0, -1), { ...last, seq }], older }
  const command: RememberedCommand = { id, digest, first: seq, seq }
  if (recent.length < maxRecent) return { recent: [...recent, command], older }
  return { recent: [command], older: appendOlder(older, recent) }
}

type Index = Map<CommandId, RememberedCommand>

const indexes = new WeakMap<ReadonlyArray<RememberedCommand>, Index>()

const indexOf = (older: ReadonlyArray<RememberedCommand>): Index => {
  const existing = indexes.get(older)
  if (existing !== undefined) return existing
  const index: Index = new Map(older.map((command) => [command.id, command]))
  indexes.set(older, index)
  return index
}

/**
 * Moves the index from the old list to the new one, because building it takes a thousand steps and most commands are new.
 * If an earlier state is used again, its list gets a new index.
 */
const appendOlder = (
  older: ReadonlyArray<RememberedCommand>,
  added: ReadonlyArray<RememberedCommand>,
): ReadonlyArray<RememberedCommand> => {
  const all = [...older, ...added]
  const dropped = all.slice(0, Math.max(0, all.length - minRememberedCommands))
  const next = all.slice(dropped.length)
  const index = indexOf(older)
  indexes.delete(older)
  for (const command of added) index.set(command.id, command)
  // A client may have used a dropped id again, and then the index has the newer command.
  for (const command of dropped) if (index.get(command.id) === command) index.delete(command.id)
  indexes.set(next, index)
  return next
}
