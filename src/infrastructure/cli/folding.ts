import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { asRecord, emptyTable, valuesIn } from '../../domain/kernel/table.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { initial } from '../../domain/room/index.js'
import { NotJson, comparing, writingDown } from './same-value.js'

/** How a room is folded. A test hands in one that is wrong. */
export type Fold = Pick<RoomModel, 'evolve' | 'redactState' | 'redactEvent'>

/** Takes a room's records in order, and says of each what does not hold. */
export interface FoldingCheck {
  readonly next: (record: RoomRecord) => string | null
  /** Once there are no more. */
  readonly end: () => string | null
  readonly state: () => RoomState
}

const operator: Viewer = { type: 'operator' }

const otherWhenRead = 'folds to another state after the state was written down and read'
const otherWhenShown = 'folds to another state from what is shown than from what is stored'

/**
 * Folding is exact at every prefix: going on from a state that was written down and read again gives the same, and so
 * does folding what is shown instead of what is stored.
 */
export const foldingCheck = (room: RoomId, fold: Fold): FoldingCheck => {
  const writtenDown = writingDown()
  const same = comparing()
  let state = initial(room)
  let read = state
  let shown = fold.redactState(operator, state)
  let count = 0

  const step = (record: RoomRecord): string | null => {
    read = fold.evolve(writtenDown(read), record)
    const [before, shownBefore] = [state, shown]
    state = fold.evolve(state, record)
    if (!same(state, read)) return otherWhenRead
    const visible = fold.redactEvent(operator, record)
    if (visible !== undefined) shown = fold.evolve(shown, visible)
    count++
    const touched = touchedIn([before, state], [shownBefore, shown])
    const isWholeTurn = count % wholeTurn(state) === 0
    const agrees = isWholeTurn ? agreesOn(state, shown) : agreesOn(touched.state, touched.shown)
    return agrees ? null : otherWhenShown
  }

  const agreesOn = (stored: RoomState, seen: RoomState): boolean =>
    same(seen, fold.redactState(operator, stored))

  return {
    next: (record) => {
      try {
        return step(record)
      } catch (error) {
        if (error instanceof NotJson) return `cannot be written down: ${error.message}`
        return `cannot be folded: ${error instanceof Error ? error.message : String(error)}`
      }
    },
    end: () => (agreesOn(state, shown) ? null : otherWhenShown),
    state: () => state,
  }
}

/** A view is made anew each time, so in a large room it is made whole only now and then, and at the end. */
const wholeTurn = (state: RoomState): number =>
  state.phase === 'absent' ? 1 : Math.ceil(valuesIn(state.members).length / membersAtOnce)

const membersAtOnce = 100

type Step = readonly [before: RoomState, after: RoomState]

/**
 * Both states with only those members and modules that this record has changed in either: the others were the same
 * before it, and still are.
 */
const touchedIn = (stored: Step, seen: Step): { readonly state: RoomState; readonly shown: RoomState } => {
  const [, state] = stored
  const [, shown] = seen
  if (state.phase === 'absent' || shown.phase === 'absent') return { state, shown }
  const members = new Set([...changedMembers(stored), ...changedMembers(seen)])
  const modules = new Set([...changedModules(stored), ...changedModules(seen)])
  const only = <State extends typeof state>(whole: State): State => ({
    ...whole,
    members: [picked(asRecord(whole.members), members)],
    modules: picked(whole.modules, modules),
  })
  return { state: only(state), shown: only(shown) }
}

const none: Entries = {}

const changedModules = ([before, after]: Step): ReadonlyArray<string> =>
  changedIn(
    before.phase === 'absent' ? none : before.modules,
    after.phase === 'absent' ? none : after.modules,
  )

/** Most of a table is shared with the one before. */
const changedMembers = ([before, after]: Step): ReadonlyArray<string> => {
  const old = before.phase === 'absent' ? emptyTable : before.members
  const now = after.phase === 'absent' ? emptyTable : after.members
  return changedIn(
    asRecord(old.filter((chunk) => !now.includes(chunk))),
    asRecord(now.filter((chunk) => !old.includes(chunk))),
  )
}

type Entries = Readonly<Record<string, unknown>>

const changedIn = (old: Entries, now: Entries): ReadonlyArray<string> => {
  if (old === now) return []
  const changed = Object.keys(now).filter((key) => !Object.hasOwn(old, key) || old[key] !== now[key])
  const gone = Object.keys(old).filter((key) => !Object.hasOwn(now, key))
  return [...changed, ...gone]
}

const picked = <Value>(
  record: Readonly<Record<string, Value>>,
  keys: ReadonlySet<string>,
): Readonly<Record<string, Value>> => {
  const entries: Array<readonly [string, Value]> = []
  for (const key of keys) {
    const value = Object.hasOwn(record, key) ? record[key] : undefined
    if (value !== undefined) entries.push([key, value])
  }
  return Object.fromEntries(entries)
}
