import type { IndexEntry, RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { initial, stateWithPlainMembers } from '../../domain/room/index.js'
import { shownEvent } from '../protocols/shown-event.js'
import type { DataFolder } from './data-folder.js'
import { findRoom, recordsOf, parseRoom, withDataFolder, formatInstant } from './data-folder.js'
import { Failure, padToColumns, truncate } from './terminal.js'
import type { MemberStays } from './member-stays.js'
import { formatStays, wasPresent, findMember, memberStaysOf } from './member-stays.js'
import type { Terminal } from './terminal.js'
import { entryIn } from '../../domain/kernel/table.js'

export interface ReplayOptions {
  readonly data: string
  /** Shows what this member saw, by id or name. Default: what an operator may see. */
  readonly as?: string
  /** Prints the state at this record instead of the timeline. */
  readonly at?: number
  /** Replays in real time at this multiple of the speed. Default: without delays. */
  readonly speed?: number
  readonly json?: true
}

/** Prints a room's log. Writes nothing, and shows only what the viewer may see. */
export const replay = (
  room: string,
  options: ReplayOptions,
  model: RoomModel,
  terminal: Terminal,
): Promise<void> =>
  withDataFolder(options.data, 'read', model, async (folder) => {
    const entry = await findRoom(folder, parseRoom(room))
    const { as, at } = options
    if (at !== undefined && at > entry.seq) throw new Failure(`the log of ${room} ends at ${entry.seq}`)
    const member =
      as === undefined
        ? undefined
        : findMember(as, await memberStaysOf(entry.room, recordsOf(folder, entry), model), entry.room)
    await (at === undefined
      ? printLog(folder, entry, member, options, terminal)
      : printState(folder, entry, member, at, options, terminal))
  })

const viewerOf = (member: MemberStays | undefined): Viewer =>
  member === undefined ? { type: 'operator' } : { type: 'member', id: member.id }

const printState = async (
  folder: DataFolder,
  entry: IndexEntry,
  member: MemberStays | undefined,
  at: number,
  { as, json }: ReplayOptions,
  { print }: Terminal,
): Promise<void> => {
  if (member !== undefined && !wasPresent(member, at)) {
    throw new Failure(`${as} did not see record ${at}; it was present from record ${formatStays(member)}`)
  }
  const { model } = folder
  let state = initial(entry.room)
  for await (const record of recordsOf(folder, { room: entry.room, seq: at }))
    state = model.evolve(state, record)
  const text = JSON.stringify(
    stateWithPlainMembers(model.redactState(viewerOf(member), state)),
    null,
    json ? 0 : 2,
  )
  for (const line of text.split('\n')) await print(line)
}

const printLog = async (
  folder: DataFolder,
  entry: IndexEntry,
  member: MemberStays | undefined,
  { as, speed, json }: ReplayOptions,
  { print, wait, columns }: Terminal,
): Promise<void> => {
  const { model } = folder
  const viewer = viewerOf(member)
  let before: RoomState = initial(entry.room)
  let line: ReturnType<typeof createTimeline> | undefined
  let previous: number | undefined
  for await (const record of recordsOf(folder, entry)) {
    if (line === undefined) {
      line = createTimeline({ model, viewer, entry, startedAt: record.at, columns })
      const seenBy = as === undefined ? '' : `, as ${as} saw it`
      if (!json) await print(`${entry.room} since ${formatInstant(record.at)}, ${entry.seq} records${seenBy}`)
    }
    const after = model.evolve(before, record)
    if (member === undefined || wasPresent(member, record.seq)) {
      const text = json ? jsonLine(viewer, record, model) : line({ record, before, after })
      if (text !== undefined) {
        if (speed !== undefined && previous !== undefined) await wait((record.at - previous) / speed)
        previous = record.at
        await print(text)
      }
    }
    before = after
  }
}

const jsonLine = (viewer: Viewer, record: RoomRecord, model: RoomModel): string | undefined => {
  const visible = shownEvent(viewer, record, model)
  return visible === undefined ? undefined : JSON.stringify(visible)
}

/** A record with the states before and after it; the one before has the names of members who leave. */
export interface TimelineEntry {
  readonly record: RoomRecord
  readonly before: RoomState
  readonly after: RoomState
}

export interface TimelineOptions {
  readonly model: RoomModel
  readonly viewer: Viewer
  readonly entry: Pick<IndexEntry, 'seq' | 'lastAt'>
  /** The instant of the room's first record; times are relative to it. */
  readonly startedAt: number
  readonly columns: number
}

/** A narrower line would not show the data. */
const minColumns = 72

const typeColumns = 25
const actorColumns = 12

/** Formats a record as one line: seq, time, type, actor, data; `undefined` if the viewer may not see it. */
const createTimeline = ({ model, viewer, entry, startedAt, columns }: TimelineOptions) => {
  const seqColumns = String(entry.seq).length
  const isLong = entry.lastAt - startedAt >= hourMs
  const timeColumns = elapsed(entry.lastAt - startedAt, isLong).length
  const width = Math.max(columns, minColumns)

  return ({ record, before, after }: TimelineEntry): string | undefined => {
    const visible = shownEvent(viewer, record, model)
    if (visible === undefined) return undefined
    const nameOf = (id: string): string => nameIn(after, id) ?? nameIn(before, id) ?? id
    const line = [
      String(visible.seq).padStart(seqColumns),
      elapsed(visible.at - startedAt, isLong).padStart(timeColumns),
      visible.type.padEnd(typeColumns),
      padToColumns(actorColumns, visible.by === undefined ? '–' : nameOf(visible.by)),
      detailsOf(visible.data, (value) => abbreviate(value, startedAt, isLong)),
    ].join('  ')
    return truncate(width, line.trimEnd())
  }
}

const nameIn = (state: RoomState, id: string): string | undefined =>
  state.phase === 'absent' ? undefined : (entryIn(state.members, id)?.name ?? undefined)

const hourMs = 3_600_000

/** `m:ss.mmm`, or `h:mm:ss.mmm` in a room of an hour or more. */
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

/** The subject and short values first, because a narrow line is truncated. */
const byWeight = (left: readonly [string, unknown], right: readonly [string, unknown]): number =>
  weightOf(left) - weightOf(right)

const weightOf = ([key, value]: readonly [string, unknown]): number => {
  if (key === 'memberId') return 0
  if (typeof value === 'object' && value !== null && 'name' in value) return 1
  if (value === null || isDigest(value)) return 5
  if (isInstant(value)) return 4
  return typeof value === 'object' ? 3 : 2
}

const digestPattern = /^(?:[a-z]+_)?[0-9a-f]{16,}$/

const isDigest = (value: unknown): value is string => typeof value === 'string' && digestPattern.test(value)

/** Milliseconds since 1970, from 2001 on. No other number in a log is as large. */
const isInstant = (value: unknown): value is number =>
  typeof value === 'number' && value >= 1e12 && value < 1e13

const abbreviate = (value: unknown, startedAt: number, isLong: boolean): string => {
  if (Array.isArray(value)) return `[${value.length}]`
  if (typeof value === 'object' && value !== null) {
    return 'name' in value && typeof value.name === 'string' ? JSON.stringify(value.name) : '{…}'
  }
  if (isDigest(value)) return `${value.slice(0, 12)}…`
  if (isInstant(value) && value >= startedAt) return elapsed(value - startedAt, isLong)
  return JSON.stringify(value) ?? ''
}
