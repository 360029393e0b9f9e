import type { Connection } from './connection.js'
import { cut } from './connection.js'
import type { Parcel } from './paced.js'
import type { SentSignal } from './delivery-tracker.js'

type HeldEmit = Parcel & { readonly seq: number; readonly signal?: SentSignal }

/** What waits, in order, for a client that is still being sent what it missed. */
export interface Held {
  emits: Array<HeldEmit>
  /** Taken from those, and being sent as fast as the client reads: it may go before it has got them. */
  leaving: ReadonlyArray<HeldEmit>
  /** How much of that is signals, which are kept for this client alone. */
  signalBytes: number
}

/** A client that cannot be caught up before so many emits have come is cut off; it can resume. */
const heldAtMost = 10_000

/** As much as may wait for a client that does not read (`wire.md`, "Limits"). */
const signalBytesAtMost = 1_024 * 1_024

export const holdEmit = (
  { emits }: Held,
  connection: Connection,
  emit: Parcel & { readonly seq: number },
): void => {
  if (emits.length >= heldAtMost) return cut(connection)
  emits.push(emit)
}

/**
 * A signal has no place in the log, so it comes behind all of it that its member has still to be sent. Tells whether it is
 * held.
 */
export const holdSignal = (held: Held, connection: Connection, signal: SentSignal): boolean => {
  held.signalBytes += signal.bytes
  if (held.signalBytes > signalBytesAtMost || held.emits.length >= heldAtMost) {
    cut(connection)
    return false
  }
  held.emits.push(placedLast(signal))
  return true
}

const placedLast = (signal: SentSignal): HeldEmit => ({
  seq: Infinity,
  event: signal.event,
  payload: signal.payload,
  signal,
})

/** What an earlier connection may not have got: of that no more is kept than may wait, so it is not counted once more. */
export const holdAgain = ({ emits }: Held, signals: ReadonlyArray<SentSignal>): void => {
  for (const signal of signals) emits.push(placedLast(signal))
}

/** The signals among these. */
export const signalsIn = (emits: ReadonlyArray<HeldEmit>): ReadonlyArray<SentSignal> =>
  emits.flatMap(({ signal }) => signal ?? [])

/** What waited beyond `seq`; from here on what comes waits anew. */
export const takeHeld = (held: Held, seq: number): Held['emits'] => {
  const waited = held.emits.filter((emit) => emit.seq > seq)
  held.emits = []
  held.leaving = waited
  held.signalBytes = 0
  return waited
}
