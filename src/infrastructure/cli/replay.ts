import type { IndexEntry, RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { initial, stateWithPlainMembers } from '../../domain/room/index.js'
import { shownEvent } from '../protocols/shown-event.js'
import type { DataFolder } from './data-folder.js'
import { found, recordsOf, roomNamed, withDataFolder } from './data-folder.js'
import { Failure } from './failure.js'
import type { Witness } from './presence.js'
import { staysOf, wasThere, witnessNamed, witnessesOf } from './presence.js'
import { instant } from './rooms.js'
import type { Terminal } from './terminal.js'
import { timeline } from './timeline.js'

export interface ReplayOptions {
  readonly data: string
  /** As this member saw it, by id or name; absent: as an operator may. */
  readonly as?: string
  /** The state at this record, instead of the timeline. */
  readonly at?: number
  /** How many times as fast as it happened; absent: at once. */
  readonly speed?: number
  readonly json?: true
}

/** Prints a room's log. Writes nothing, and shows no more than the viewer may see. */
export const replay = (
  room: string,
  options: ReplayOptions,
  model: RoomModel,
  terminal: Terminal,
): Promise<void> =>
  withDataFolder(options.data, 'read', model, async (folder) => {
    const entry = await found(folder, roomNamed(room))
    const { as, at } = options
    if (at !== undefined && at > entry.seq) throw new Failure(`the log of ${room} ends at ${entry.seq}`)
    const witness =
      as === undefined
        ? undefined
        : witnessNamed(as, await witnessesOf(entry.room, recordsOf(folder, entry), model), entry.room)
    await (at === undefined
      ? printLog(folder, entry, witness, options, terminal)
      : printState(folder, entry, witness, at, options, terminal))
  })

const viewerOf = (witness: Witness | undefined): Viewer =>
  witness === undefined ? { type: 'operator' } : { type: 'member', id: witness.id }

const printState = async (
  folder: DataFolder,
  entry: IndexEntry,
  witness: Witness | undefined,
  at: number,
  { as, json }: ReplayOptions,
  { print }: Terminal,
): Promise<void> => {
  if (witness !== undefined && !wasThere(witness, at)) {
    throw new Failure(`${as} did not see record ${at}; it was there from ${staysOf(witness)}`)
  }
  const { model } = folder
  let state = initial(entry.room)
  for await (const record of recordsOf(folder, { room: entry.room, seq: at }))
    state = model.evolve(state, record)
  const text = JSON.stringify(
    stateWithPlainMembers(model.redactState(viewerOf(witness), state)),
    null,
    json ? 0 : 2,
  )
  for (const line of text.split('\n')) await print(line)
}

const printLog = async (
  folder: DataFolder,
  entry: IndexEntry,
  witness: Witness | undefined,
  { as, speed, json }: ReplayOptions,
  { print, wait, columns }: Terminal,
): Promise<void> => {
  const { model } = folder
  const viewer = viewerOf(witness)
  let before: RoomState = initial(entry.room)
  let line: ReturnType<typeof timeline> | undefined
  let previous: number | undefined
  for await (const record of recordsOf(folder, entry)) {
    if (line === undefined) {
      line = timeline({ model, viewer, entry, began: record.at, columns })
      const seenBy = as === undefined ? '' : `, as ${as} saw it`
      if (!json) await print(`${entry.room} since ${instant(record.at)}, ${entry.seq} records${seenBy}`)
    }
    const after = model.evolve(before, record)
    if (witness === undefined || wasThere(witness, record.seq)) {
      const shown = json ? jsonLine(viewer, record, model) : line({ record, before, after })
      if (shown !== undefined) {
        if (speed !== undefined && previous !== undefined) await wait((record.at - previous) / speed)
        previous = record.at
        await print(shown)
      }
    }
    before = after
  }
}

const jsonLine = (viewer: Viewer, record: RoomRecord, model: RoomModel): string | undefined => {
  const shown = shownEvent(viewer, record, model)
  return shown === undefined ? undefined : JSON.stringify(shown)
}
