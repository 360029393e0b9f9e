import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import { connectionOf } from '../transport/engine-io-internals.js'
import type { Connection } from './connection.js'
import type { Encoder } from '../../application/ports/encoder.js'
import type { LostSignal } from './lost-signal.js'

/** A signal as it was sent to its member, of which nobody knows yet whether it has arrived. */
export interface SentSignal {
  readonly room: RoomId
  readonly from: MemberId
  readonly to: MemberId
  readonly kind: string
  readonly bytes: number
  readonly encoder: Encoder
  readonly event: string
  readonly payload: object
}

/** What a connection has left to the next one of its session. */
export interface Unconfirmed {
  readonly signals: ReadonlyArray<SentSignal>
  /** Too much to be kept. */
  readonly lost: ReadonlyArray<LostSignal>
}

export const nothingUnconfirmed: Unconfirmed = { signals: [], lost: [] }

/**
 * Which signals have arrived. They are in no log, so what is sent to a connection that is dead and not noticed yet (15 s at the
 * most) would be gone. Engine.IO's pings keep their place among what is sent, and every client answers each of them: what was
 * sent before a ping has arrived when its pong is here. Until then it is kept, and goes to the session's next connection. A
 * client that was cut off between a signal and its pong gets that signal a second time.
 */
export interface Receipts {
  readonly sent: (connection: Connection, signal: SentSignal) => void
  /** Something else has just been sent; `unheard` is called once the connection is over, if that may not have arrived. */
  readonly expect: (connection: Connection, unheard: () => void) => void
  /** What an earlier connection of the session has left: this one's to send, or to leave to the next. */
  readonly adopt: (connection: Connection, unconfirmed: Unconfirmed) => void
  /** Of that, what is for this member of the room: it is about to be sent. */
  readonly claim: (connection: Connection, room: RoomId, member: MemberId) => ReadonlyArray<SentSignal>
  /** What was too much to be kept. */
  readonly lost: (connection: Connection) => ReadonlyArray<LostSignal>
  /** What has not arrived for all that is known. The connection is over: nothing is kept for it any more. */
  readonly take: (connection: Connection) => Unconfirmed
}

interface Watch {
  adopted: ReadonlyArray<SentSignal>
  readonly signals: Array<SentSignal>
  bytes: number
  /** How many there have been in all. */
  count: number
  /** For each ping on its way, how many signals were sent before it. */
  readonly pings: Array<number>
  /** Pings that were sent, and answered, in all. */
  pinged: number
  answered: number
  /** What else was sent, and behind how many pings. */
  expected: ReadonlyArray<{ readonly behind: number; readonly unheard: () => void }>
  pingedAt: Instant
  planned: Cancel | null
  readonly lost: Map<string, LostSignal>
  readonly stop: () => void
}

/** So often that next to nothing comes twice (beyond a round trip), and not so often that a stream of signals feels it. */
const pingEveryMs = 20
/** As much as may wait for a client that does not read (`wire.md`, "Limits"). */
const bytesAtMost = 1_024 * 1_024
const signalsAtMost = 4_096

export const createReceipts = (clock: Clock): Receipts => {
  const watches = new WeakMap<Connection, Watch>()

  /** From its first signal on: most connections get none. */
  const watchOf = (connection: Connection): Watch => {
    const known = watches.get(connection)
    if (known !== undefined) return known
    const engine = connectionOf(connection.socket)
    const isPinged = engine.pingTimeoutTimer !== null
    const pinged = ({ type }: { readonly type: string }): void => {
      if (type !== 'ping') return
      watch.pings.push(watch.count)
      watch.pinged += 1
    }
    const answered = (): void => {
      const before = watch.pings.shift()
      if (before === undefined) return
      confirm(watch, before)
      watch.answered += 1
      watch.expected = watch.expected.filter(({ behind }) => behind >= watch.answered)
      ping(connection, watch)
    }
    engine.on('packetCreate', pinged)
    engine.on('heartbeat', answered)
    const watch: Watch = {
      adopted: [],
      signals: [],
      bytes: 0,
      count: 0,
      pings: isPinged ? [0] : [],
      pinged: isPinged ? 1 : 0,
      answered: 0,
      expected: [],
      pingedAt: 0,
      planned: null,
      lost: new Map(),
      stop: () => {
        engine.off('packetCreate', pinged)
        engine.off('heartbeat', answered)
      },
    }
    watches.set(connection, watch)
    return watch
  }

  /** One on its way is enough: the next follows its pong, if something was sent behind it. */
  const ping = (connection: Connection, watch: Watch): void => {
    const isAwaited = watch.signals.length > 0 || watch.expected.length > 0
    if (!isAwaited || watch.pings.length > 0 || watch.planned !== null) return
    const at = watch.pingedAt + pingEveryMs
    if (at > clock.now()) {
      watch.planned = clock.schedule(at, () => {
        watch.planned = null
        ping(connection, watch)
      })
      return
    }
    watch.pingedAt = clock.now()
    connectionOf(connection.socket).sendPacket('ping')
  }

  return {
    sent: (connection, signal) => {
      const watch = watchOf(connection)
      watch.signals.push(signal)
      watch.count += 1
      watch.bytes += signal.bytes
      if (watch.bytes > bytesAtMost || watch.signals.length > signalsAtMost) forgetOldest(watch)
      ping(connection, watch)
    },
    expect: (connection, unheard) => {
      const watch = watchOf(connection)
      watch.expected = [...watch.expected, { behind: watch.pinged, unheard }]
      ping(connection, watch)
    },
    adopt: (connection, { signals, lost }) => {
      if (signals.length === 0 && lost.length === 0) return
      const watch = watchOf(connection)
      watch.adopted = signals
      for (const each of lost) watch.lost.set(keyOf(each), each)
    },
    claim: (connection, room, member) => {
      const watch = watches.get(connection)
      if (watch === undefined) return []
      const isTheirs = (signal: SentSignal): boolean => signal.room === room && signal.to === member
      const claimed = watch.adopted.filter(isTheirs)
      watch.adopted = watch.adopted.filter((signal) => !isTheirs(signal))
      return claimed
    },
    lost: (connection) => [...(watches.get(connection)?.lost.values() ?? [])],
    take: (connection) => {
      const watch = watches.get(connection)
      if (watch === undefined) return nothingUnconfirmed
      watch.stop()
      watch.planned?.()
      watches.delete(connection)
      for (const { unheard } of watch.expected) unheard()
      return { signals: [...watch.adopted, ...watch.signals], lost: [...watch.lost.values()] }
    },
  }
}

/** All that were sent before the ping: the first `before` of those that there have been. */
const confirm = (watch: Watch, before: number): void => {
  const unconfirmedFrom = watch.count - watch.signals.length
  for (const { bytes } of watch.signals.splice(0, Math.max(0, before - unconfirmedFrom))) watch.bytes -= bytes
  // What was too much to be kept was sent before these, and has arrived with them.
  if (before >= unconfirmedFrom) watch.lost.clear()
}

/** Half of them at once: taking from the front moves the rest. */
const forgetOldest = (watch: Watch): void => {
  for (const { room, from, kind, bytes } of watch.signals.splice(0, Math.ceil(watch.signals.length / 2))) {
    watch.bytes -= bytes
    const key = keyOf({ room, from, kind })
    watch.lost.set(key, { room, from, kind, count: 1 + (watch.lost.get(key)?.count ?? 0) })
  }
}

const keyOf = ({ room, from, kind }: Omit<LostSignal, 'count'>): string => `${room} ${from} ${kind}`
