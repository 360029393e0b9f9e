import type { RoomId } from '../../domain/kernel/ids.js'
import type { ProtocolName } from '../../domain/room/index.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { Broadcaster, LinkEmit, SequencedPayload } from '../ports/client-link.js'
import type { Encoder } from '../ports/encoder.js'
import type { Connection } from './connection.js'
import { eventName } from './encoded-emit.js'

/** The live subscribers of one room in one protocol, grouped by the form in which they receive events. */
export interface FanOut {
  readonly add: (connection: Connection) => void
  /** First sends the connection what was published before and waits for the next array. */
  readonly remove: (connection: Connection) => void
  /** Sends an event to all but one. `seq` orders the events that are sent in arrays. */
  readonly broadcast: (seq: number, event: string, payload: object, except?: Connection) => void
  /** Sends an event to one of them, after everything published before. */
  readonly send: (connection: Connection, event: string, payload: object) => void
  /** Cancels the timer. */
  readonly close: () => void
}

/** The fan-outs of one room, by protocol; each is created when it is first needed. */
export interface FanOuts {
  /** `undefined`: no encoder is of this protocol. */
  readonly of: (protocol: ProtocolName) => FanOut | undefined
  readonly close: () => void
}

export const createFanOuts = (
  broadcaster: () => Broadcaster,
  clock: Clock,
  room: RoomId,
  encoders: ReadonlyArray<Encoder>,
): FanOuts => {
  const fanOuts = new Map<ProtocolName, FanOut>()
  return {
    of: (protocol) => {
      const present = fanOuts.get(protocol)
      if (present !== undefined) return present
      const encoder = encoders.find((each) => each.protocol === protocol)
      if (encoder === undefined) return undefined
      const fanOut = createFanOut(broadcaster, clock, room, encoder)
      fanOuts.set(protocol, fanOut)
      return fanOut
    },
    close: () => {
      for (const fanOut of fanOuts.values()) fanOut.close()
    },
  }
}

/** From the first event of an array on: the more clients join at once, the fewer arrays each of them receives. */
const arrayIntervalMs = 50
const maxArrayLength = 500

interface PendingPayload extends SequencedPayload {
  readonly except: Connection | undefined
}

type Form = 'camel' | 'kebab' | 'arrays'

export const createFanOut = (
  broadcaster: () => Broadcaster,
  clock: Clock,
  room: RoomId,
  encoder: Encoder,
): FanOut => {
  const { protocol, namespace, batch } = encoder
  /** Published, and not sent yet to the subscribers that receive arrays. */
  let pending: Array<PendingPayload> = []
  let flushTimer: Cancel | null = null
  /** Subscribers since the first pending payload, with the last `seq` that each received otherwise. */
  const newcomers = new Map<Connection, number>()

  const formOf = ({ acceptsArrays, naming }: Connection): Form =>
    acceptsArrays && batch !== undefined ? 'arrays' : naming

  const topics: Readonly<Record<Form, string>> = {
    camel: `${protocol} ${room} camel`,
    kebab: `${protocol} ${room} kebab`,
    arrays: `${protocol} ${room} arrays`,
  }

  const hasSubscribers = (form: Form): boolean => broadcaster().hasSubscribers(namespace, topics[form])

  const emit = (form: Form, event: string, payload: object, except: Connection | undefined): void =>
    broadcaster().emit(namespace, topics[form], event, payload, except?.id ?? null)

  const collect = (seq: number, payload: object, except: Connection | undefined): void => {
    if (!hasSubscribers('arrays') && newcomers.size === 0) return
    pending.push({ seq, payload, except })
    if (pending.length >= maxArrayLength) return flush()
    flushTimer ??= clock.schedule(clock.now() + arrayIntervalMs, flush)
  }

  const flush = (): void => {
    flushTimer?.()
    flushTimer = null
    const payloads = pending
    pending = []
    if (batch === undefined || payloads.length === 0) return
    if (hasSubscribers('arrays')) {
      emit(
        'arrays',
        batch.as,
        payloads.map(({ payload }) => payload),
        undefined,
      )
    }
    for (const [connection, receivedSeq] of newcomers) {
      sendMissed(connection, payloads, receivedSeq)
      connection.link.subscribe(topics.arrays)
    }
    newcomers.clear()
  }

  const sendMissed = (
    connection: Connection,
    payloads: ReadonlyArray<PendingPayload>,
    receivedSeq: number,
  ): void => {
    const missed = payloads.filter(({ seq, except }) => seq > receivedSeq && except !== connection)
    if (missed.length === 0 || batch === undefined) return
    connection.link.emit(batch.as, broadcaster().arrayOf(missed))
  }

  return {
    add: (connection) => {
      const form = formOf(connection)
      const last = pending.at(-1)
      if (form === 'arrays' && last !== undefined) newcomers.set(connection, last.seq)
      else connection.link.subscribe(topics[form])
    },
    remove: (connection) => {
      const form = formOf(connection)
      if (form === 'arrays' && connection.ended === null && pending.length > 0) {
        sendMissed(connection, pending, newcomers.get(connection) ?? 0)
      }
      newcomers.delete(connection)
      connection.link.unsubscribe(topics[form])
    },
    broadcast: (seq, event, payload, except) => {
      for (const form of ['camel', 'kebab'] as const) {
        if (hasSubscribers(form)) emit(form, eventName(event, encoder, form), payload, except)
      }
      if (batch === undefined) return
      if (event === batch.of) return collect(seq, payload, except)
      flush()
      if (hasSubscribers('arrays')) emit('arrays', event, payload, except)
    },
    send: (connection, event, payload) => {
      if (formOf(connection) === 'arrays') flush()
      connection.link.emit(eventName(event, encoder, connection.naming), payload)
    },
    close: () => flushTimer?.(),
  }
}

/** Emits for one client, with each run of one event as one array where the protocol has an event for it. */
export const withArrays = (
  emits: ReadonlyArray<LinkEmit & SequencedPayload>,
  encoders: ReadonlyArray<Encoder>,
  { arrayOf }: Broadcaster,
): ReadonlyArray<LinkEmit> => {
  const arrayEvents = new Map(
    encoders.flatMap(({ batch }) => (batch === undefined ? [] : [[batch.of, batch.as]])),
  )
  const runs: Array<{ readonly event: string; readonly items: Array<SequencedPayload> }> = []
  for (const emit of emits) {
    const last = runs.at(-1)
    const continues =
      arrayEvents.has(emit.event) && last?.event === emit.event && last.items.length < maxArrayLength
    if (continues) last.items.push(emit)
    else runs.push({ event: emit.event, items: [emit] })
  }
  return runs.flatMap(({ event, items }) => {
    const arrayEvent = arrayEvents.get(event)
    return arrayEvent === undefined
      ? items.map(({ payload }) => ({ event, payload }))
      : [{ event: arrayEvent, payload: arrayOf(items) }]
  })
}
