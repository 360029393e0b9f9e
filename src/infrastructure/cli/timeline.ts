import type { IndexEntry, RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { shownEvent } from '../protocols/shown-event.js'
import { columnOf, cutTo } from './text.js'

/** A record with the room as it was around it, which knows the names of those who leave with it. */
export interface Happened {
  readonly record: RoomRecord
  readonly before: RoomState
  readonly after: RoomState
}

export interface TimelineFrame {
  readonly model: RoomModel
  readonly viewer: Viewer
  readonly entry: Pick<IndexEntry, 'seq' | 'lastAt'>
  /** The instant of the room's first record: all times are since then. */
  readonly began: number
  readonly columns: number
}

/** Below this nothing of what happened would be left on the line. */
const columnsAtLeast = 72

const typeColumns = 25
const whoColumns = 12

/** Prints a record as one line: its place, when, what, by whom, and what about; nothing if it is not to be seen. */
export const timeline = ({ model, viewer, entry, began, columns }: TimelineFrame) => {
  const seqColumns = String(entry.seq).length
  const isLong = entry.lastAt - began >= hourMs
  const timeColumns = elapsed(entry.lastAt - began, isLong).length
  const width = Math.max(columns, columnsAtLeast)

  return ({ record, before, after }: Happened): string | undefined => {
    const shown = shownEvent(viewer, record, model)
    if (shown === undefined) return undefined
    const nameOf = (id: string): string => nameIn(after, id) ?? nameIn(before, id) ?? id
    const line = [
      String(shown.seq).padStart(seqColumns),
      elapsed(shown.at - began, isLong).padStart(timeColumns),
      shown.type.padEnd(typeColumns),
      columnOf(whoColumns, shown.by === undefined ? '–' : nameOf(shown.by)),
      detailsOf(shown.data, (value) => briefly(value, began, isLong)),
    ].join('  ')
    return cutTo(width, line.trimEnd())
  }
}

const nameIn = (state: RoomState, id: string): string | undefined =>
  state.phase === 'absent' ? undefined : (entryIn(state.members, id)?.name ?? undefined)

const hourMs = 3_600_000

/** `m:ss.mmm`, in a room of an hour or more `h:mm:ss.mmm`. */
const elapsed = (ms: number, isLong: boolean): string => {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0')
  const rest = `${pad(Math.floor(ms / 1_000) % 60, 2)}.${pad(ms % 1_000, 3)}`
  const minutes = Math.floor(ms / 60_000)
  return isLong ? `${Math.floor(minutes / 60)}:${pad(minutes % 60, 2)}:${rest}` : `${minutes}:${rest}`
}

const detailsOf = (data: unknown, brief: (value: unknown) => string): string => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return brief(data)
  return Object.entries(data)
    .sort(byWeight)
    .map(([key, value]) => `${key}=${brief(value)}`)
    .join(' ')
}

/** Who it is about and the short facts first: a narrow line is cut at its end. */
const byWeight = (left: readonly [string, unknown], right: readonly [string, unknown]): number =>
  weightOf(left) - weightOf(right)

const weightOf = ([key, value]: readonly [string, unknown]): number => {
  if (key === 'memberId') return 0
  if (typeof value === 'object' && value !== null && 'name' in value) return 1
  if (value === null || isDigest(value)) return 5
  if (isInstant(value)) return 4
  return typeof value === 'object' ? 3 : 2
}

const longDigest = /^(?:[a-z]+_)?[0-9a-f]{16,}$/

const isDigest = (value: unknown): value is string => typeof value === 'string' && longDigest.test(value)

/** Milliseconds since 1970 from the year 2001 on: nothing else in a log is as large. */
const isInstant = (value: unknown): value is number =>
  typeof value === 'number' && value >= 1e12 && value < 1e13

const briefly = (value: unknown, began: number, isLong: boolean): string => {
  if (Array.isArray(value)) return `[${value.length}]`
  if (typeof value === 'object' && value !== null) {
    return 'name' in value && typeof value.name === 'string' ? JSON.stringify(value.name) : '{…}'
  }
  if (isDigest(value)) return `${value.slice(0, 12)}…`
  if (isInstant(value) && value >= began) return elapsed(value - began, isLong)
  return JSON.stringify(value) ?? ''
}
