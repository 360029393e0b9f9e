import { problemOf } from '../../application/engine/query-store.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Viewer } from '../../domain/kernel/activity.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import { asRecord, emptyTable, valuesIn } from '../../domain/kernel/table.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { initial } from '../../domain/room/index.js'

/** The functions that fold a room; a test passes wrong ones. */
export type Fold = Pick<RoomModel, 'evolve' | 'redactState' | 'redactEvent'>

/** Takes a room's records in order and gives the violation of each, or `null`. */
export interface FoldVerifier {
  readonly next: (record: RoomRecord) => string | null
  /** After the last record. */
  readonly end: () => string | null
  readonly state: () => RoomState
}

const operator: Viewer = { type: 'operator' }

const roundTripProblem = 'folds to another state after a JSON round trip'
const redactionProblem = 'folds to another state from redacted events than from stored ones'

/**
 * Verifies at every prefix that folding continues from a JSON round trip of the state, and that folding redacted
 * events gives the redacted state.
 */
export const createFoldVerifier = (room: RoomId, fold: Fold): FoldVerifier => {
  const roundTrip = createJsonRoundTrip()
  const same = createJsonEquality()
  let state = initial(room)
  let roundTripped = state
  let redacted = fold.redactState(operator, state)
  let count = 0

  const step = (record: RoomRecord): string | null => {
    roundTripped = fold.evolve(roundTrip(roundTripped), record)
    const [before, redactedBefore] = [state, redacted]
    state = fold.evolve(state, record)
    if (!same(state, roundTripped)) return roundTripProblem
    const visible = fold.redactEvent(operator, record)
    if (visible !== undefined) redacted = fold.evolve(redacted, visible)
    count++
    const touched = touchedIn([before, state], [redactedBefore, redacted])
    const isWholeTurn = count % wholeTurn(state) === 0
    const agrees = isWholeTurn ? agreesOn(state, redacted) : agreesOn(touched.state, touched.redacted)
    return agrees ? null : redactionProblem
  }

  const agreesOn = (stored: RoomState, redactedState: RoomState): boolean =>
    same(redactedState, fold.redactState(operator, stored))

  return {
    next: (record) => {
      try {
        return step(record)
      } catch (error) {
        if (error instanceof NotJson) return `is not JSON after folding: ${error.message}`
        return `cannot be folded: ${problemOf(error)}`
      }
    },
    end: () => (agreesOn(state, redacted) ? null : redactionProblem),
    state: () => state,
  }
}

/** Redacting a whole state is expensive in a large room, so it happens at intervals and at the end. */
const wholeTurn = (state: RoomState): number =>
  state.phase === 'absent' ? 1 : Math.ceil(valuesIn(state.members).length / membersPerTurn)

const membersPerTurn = 100

type Step = readonly [before: RoomState, after: RoomState]

/**
 * Both states with only the members and modules that this record changed in either; the others are unchanged and were
 * equal before.
 */
const touchedIn = (
  stored: Step,
  redactedStep: Step,
): { readonly state: RoomState; readonly redacted: RoomState } => {
  const [, state] = stored
  const [, redacted] = redactedStep
  if (state.phase === 'absent' || redacted.phase === 'absent') return { state, redacted }
  const members = new Set([...changedMembers(stored), ...changedMembers(redactedStep)])
  const modules = new Set([...changedModules(stored), ...changedModules(redactedStep)])
  const only = <State extends typeof state>(whole: State): State => ({
    ...whole,
    members: [entriesOf(asRecord(whole.members), members)],
    modules: entriesOf(whole.modules, modules),
  })
  return { state: only(state), redacted: only(redacted) }
}

const none: Entries = {}

const changedModules = ([before, after]: Step): ReadonlyArray<string> =>
  changedIn(
    before.phase === 'absent' ? none : before.modules,
    after.phase === 'absent' ? none : after.modules,
  )

/** Tables share most of their chunks with the previous state. */
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
  const removed = Object.keys(old).filter((key) => !Object.hasOwn(now, key))
  return [...changed, ...removed]
}

const entriesOf = <Value>(
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

/** A state has a value that JSON cannot represent. */
export class NotJson extends Error {
  override readonly name = 'NotJson'
}

/**
 * Gives values as they are after a JSON round trip. States share most of their parts, and a copied part is returned
 * as it is, so that a long log of a large room can be verified at every record.
 */
export const createJsonRoundTrip = (): (<Value>(value: Value) => Value) => {
  const copies = new WeakMap<object, object>()

  const copyOf = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return primitive(value)
    const cached = copies.get(value)
    if (cached !== undefined) return cached
    const copy = Array.isArray(value) ? value.map(copyOf) : plain(value)
    copies.set(value, copy)
    copies.set(copy, copy)
    return copy
  }

  const plain = (value: object): object => {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null)
      throw new NotJson('a state has a value that is not JSON')
    const copy: Record<string, unknown> = { ...value }
    for (const key of Object.keys(copy)) {
      const member = copy[key]
      const memberCopy = member === undefined ? undefined : copyOf(member)
      if (memberCopy === undefined) delete copy[key]
      else if (memberCopy !== member) put(copy, key, memberCopy)
    }
    return copy
  }

  // The copy has the type of its original.
  return <Value>(value: Value): Value => copyOf(value) as Value
}

/** An assignment to a key named `__proto__` would be lost. */
const put = (into: object, key: string, value: unknown): void => {
  Object.defineProperty(into, key, { value, enumerable: true, configurable: true, writable: true })
}

const primitive = (value: unknown): unknown => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new NotJson(`a state has a ${typeof value}, which is not JSON`)
}

/**
 * Whether two values are the same JSON in any order of keys. Equal pairs are cached, because states are immutable.
 */
export const createJsonEquality = (): ((left: unknown, right: unknown) => boolean) => {
  const equalPairs = new WeakMap<object, object>()

  const same = (left: unknown, right: unknown): boolean => {
    if (left === right) return true
    if (typeof left !== 'object' || left === null || typeof right !== 'object' || right === null) return false
    if (equalPairs.get(left) === right) return true
    const isSame =
      Array.isArray(left) || Array.isArray(right)
        ? Array.isArray(left) && Array.isArray(right) && sameItems(left, right)
        : isRecord(left) && isRecord(right) && sameMembers(left, right)
    if (isSame) equalPairs.set(left, right)
    return isSame
  }

  const sameItems = (left: ReadonlyArray<unknown>, right: ReadonlyArray<unknown>): boolean =>
    left.length === right.length && left.every((item, place) => same(item, right[place]))

  const sameMembers = (left: Members, right: Members): boolean => {
    let count = 0
    for (const key of Object.keys(left)) {
      const member = left[key]
      if (member === undefined) continue
      if (!Object.hasOwn(right, key) || !same(member, right[key])) return false
      count++
    }
    const keys = Object.keys(right)
    return count === keys.length || count === keys.filter((key) => right[key] !== undefined).length
  }

  return same
}

type Members = Readonly<Record<string, unknown>>

const isRecord = (value: object): value is Members => !Array.isArray(value)
