import { setTimeout as wait } from 'node:timers/promises'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import { memberId } from '../../domain/kernel/ids.js'
import type { RoomState } from '../../domain/room/index.js'
import { evolve, initial, mayRead, viewFor } from '../../domain/room/index.js'
import { shownEvent } from '../dialects/native/encode.js'
import { found, recordsOf, roomNamed, withDataFolder } from './data-folder.js'
import { Failure } from './failure.js'
import { timelineLine } from './timeline.js'

export interface ReplayOptions {
  readonly data: string
  /** As this member saw it; absent: as an operator may. */
  readonly as?: string
  /** Up to this record only, and then the state there. */
  readonly at?: number
  /** How many times as fast as it happened; absent: at once. */
  readonly speed?: number
  readonly json?: true
}

/** Prints a room's log. Writes nothing, and shows no more than the viewer may see. */
export const replay = (room: string, options: ReplayOptions, print: (line: string) => void): Promise<void> =>
  withDataFolder(options.data, 'read', async (store) => {
    const entry = await found(store, roomNamed(room))
    const end = options.at ?? entry.seq
    if (end > entry.seq) throw new Failure(`the log of ${room} ends at ${entry.seq}`)
    const viewer: Viewer =
      options.as === undefined ? { type: 'operator' } : { type: 'member', id: memberId(options.as) }
    let state = initial(entry.room)
    let began: number | null = null
    let previous: number | null = null
    let isKnown = viewer.type === 'operator'
    for await (const record of recordsOf(store, entry)) {
      if (record.seq > end) break
      began ??= record.at
      const before = state
      state = evolve(state, record)
      if (!maySee(viewer, record, before, state)) continue
      isKnown = true
      if (options.speed !== undefined && previous !== null) {
        await wait((record.at - previous) / options.speed)
      }
      previous = record.at
      if (options.at !== undefined) continue
      const line = options.json ? jsonLine(viewer, record) : timelineLine(viewer, record, began)
      if (line !== null) print(line)
    }
    if (!isKnown) throw new Failure(`${options.as} was never a member of ${room}${ofAt(options.at)}`)
    if (options.at !== undefined) print(JSON.stringify(viewFor(viewer, state), null, 2))
  })

const ofAt = (at: number | undefined): string => (at === undefined ? '' : ` up to record ${at}`)

/** A member hears of a record if it may read it then; of its own leaving, too. */
const maySee = (viewer: Viewer, { seq }: RoomRecord, before: RoomState, after: RoomState): boolean => {
  if (viewer.type === 'operator') return true
  return [before, after].some((state) => state.phase !== 'absent' && mayRead(state, viewer.id, seq))
}

const jsonLine = (viewer: Viewer, record: RoomRecord): string | null => {
  const shown = shownEvent(viewer, record)
  return shown === undefined ? null : JSON.stringify(shown)
}
