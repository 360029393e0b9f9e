import { shownEvent } from '../dialects/native/encode.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'

/** Longer than this a line would not be read anyway; `--json` has all of it. */
const widthAtMost = 160

/** A record as one line: its place, when, what, by whom, and what about. */
export const timelineLine = (viewer: Viewer, record: RoomRecord, began: number): string | null => {
  const shown = shownEvent(viewer, record)
  if (shown === undefined) return null
  const line = [
    String(shown.seq).padStart(6),
    elapsed(shown.at - began).padStart(12),
    shown.type.padEnd(28),
    shown.by ?? '–',
    detailsOf(shown.data),
  ].join('  ')
  return line.length > widthAtMost ? `${line.slice(0, widthAtMost - 1)}…` : line
}

/** Since the room's first record: `+h:mm:ss.mmm`. */
const elapsed = (ms: number): string => {
  const pad = (value: number, width: number): string => String(value).padStart(width, '0')
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  return `+${Math.floor(minutes / 60)}:${pad(minutes % 60, 2)}:${pad(seconds % 60, 2)}.${pad(ms % 1_000, 3)}`
}

const detailsOf = (data: unknown): string => {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return JSON.stringify(data) ?? ''
  return Object.entries(data)
    .map(([key, value]) => `${key}=${briefly(value)}`)
    .join(' ')
}

const briefly = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.length}]`
  if (typeof value === 'object' && value !== null) {
    return 'name' in value && typeof value.name === 'string' ? JSON.stringify(value.name) : '{…}'
  }
  return JSON.stringify(value) ?? ''
}
