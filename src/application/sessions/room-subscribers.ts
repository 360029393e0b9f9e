import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { ProtocolName, RoomModel, RoomState } from '../../domain/room/index.js'
import { usesProtocol } from '../../domain/room/index.js'
import type { Clock } from '../ports/clock.js'
import type { Broadcaster } from '../ports/client-link.js'
import type { Encoder } from '../ports/encoder.js'
import type { RoomRecord } from '../ports/event-store.js'
import type { RoutedSignal } from '../ports/publisher.js'
import { createConflatedCounts } from './conflated-counts.js'
import type { Connection } from './connection.js'
import { isMember } from './connection.js'
import type { EncodedEmit } from './encoded-emit.js'
import { encodeRecord, encoderOfSignal, eventName } from './encoded-emit.js'
import { createFanOuts, withArrays } from './fan-out.js'
import type { DeliveryQueue } from './delivery-queue.js'
import type { CachedEmits, EmitMemory } from './catch-up/emit-cache.js'
import { createEmitCache } from './catch-up/emit-cache.js'

/** One member's connection in this room, and the protocols by which it receives events. */
interface Subscriber {
  readonly connection: Connection
  readonly protocols: Set<ProtocolName>
  /** The catch-up in progress, during which live emits wait in the delivery queue; `null`: live. */
  catchUp: object | null
  /** A count was published during the catch-up. */
  missesCount: boolean
}

/** The position that a subscriber has caught up to; `state` is the room's state at `seq`. */
export interface CaughtUp {
  readonly seq: number
  readonly state: RoomState
  /** A count has changed since the client last received it. */
  readonly missesCount: boolean
}

/** The subscribers of one room. `RoomPublisher` documents each function. */
export interface RoomSubscribers {
  readonly subscribe: (
    member: MemberId,
    connection: Connection,
    protocol: ProtocolName,
    catchesUp: boolean,
  ) => void
  readonly goLive: (member: MemberId, connection: Connection, caughtUp: CaughtUp) => Promise<void>
  readonly unsubscribe: (member: MemberId, connection: Connection) => void
  readonly publish: (record: RoomRecord, before: RoomState, after: RoomState) => void
  /** The connection by which the member receives this protocol's emits, and whether it is live. */
  readonly connectionOf: (
    member: MemberId,
    protocol: ProtocolName,
  ) => { readonly connection: Connection; readonly isLive: boolean } | undefined
  /** True: the member has received the signal, or its session's delivery queue has it. */
  readonly sendSignal: (signal: RoutedSignal, state: RoomState) => boolean
  readonly cachedEmits: (seq: number) => CachedEmits | undefined
  readonly size: () => number
  readonly close: () => void
}

export interface SubscribersContext {
  readonly broadcaster: () => Broadcaster
  readonly clock: Clock
  readonly encoders: ReadonlyArray<Encoder>
  readonly model: () => RoomModel
  readonly emitMemory: EmitMemory
  readonly deliveryQueueOf: (connection: Connection) => DeliveryQueue
  /** The last subscriber has gone; this object is not used any more. */
  readonly onEmpty: () => void
}

export const createRoomSubscribers = (room: RoomId, context: SubscribersContext): RoomSubscribers => {
  const { broadcaster, clock, encoders, deliveryQueueOf } = context
  const subscribers = new Map<MemberId, Subscriber>()
  /** Subscribers of each protocol: what nobody receives is not sent. */
  const sizes = new Map<ProtocolName, number>()
  const fanOuts = createFanOuts(broadcaster, clock, room, encoders)
  const fanOutOf = fanOuts.of
  const catchingUp = new Set<Subscriber>()
  const counts = createConflatedCounts(clock, (encoder, state) => {
    if (encoder.count === undefined) return
    const { event, of } = encoder.count
    fanOutOf(encoder.protocol)?.broadcast(0, event, { count: of(state), room })
    for (const subscriber of catchingUp) subscriber.missesCount = true
  })
  const emitCache = createEmitCache(context.emitMemory)

  /** Only if this connection is still the member's. */
  const subscriberOf = (member: MemberId, connection: Connection): Subscriber | undefined => {
    const subscriber = subscribers.get(member)
    return subscriber?.connection === connection ? subscriber : undefined
  }

  const subscribe: RoomSubscribers['subscribe'] = (member, connection, protocol, catchesUp) => {
    const older = subscribers.get(member)
    if (older !== undefined && older.connection !== connection) {
      remove(member, older)
      displace(older.connection, connection, protocol)
    }
    const subscriber = subscriberOf(member, connection) ?? {
      connection,
      protocols: new Set(),
      catchUp: null,
      missesCount: false,
    }
    subscribers.set(member, subscriber)
    const isNewProtocol = !subscriber.protocols.has(protocol)
    if (isNewProtocol) {
      subscriber.protocols.add(protocol)
      sizes.set(protocol, (sizes.get(protocol) ?? 0) + 1)
    }
    if (catchesUp) startCatchUp(subscriber, isNewProtocol ? protocol : null)
    else if (isNewProtocol && subscriber.catchUp === null) fanOutOf(protocol)?.add(connection)
  }

  /** Another session of the user has taken the member over. Connections of one session replace each other elsewhere. */
  const displace = (older: Connection, newer: Connection, protocol: ProtocolName): void => {
    const notice = encoders.find((each) => each.protocol === protocol)?.displacementNotice
    if (notice === undefined || older.session === newer.session) return
    older.link.emit(notice.event, notice.payload)
    older.link.disconnect()
  }

  const startCatchUp = (subscriber: Subscriber, added: ProtocolName | null): void => {
    if (subscriber.catchUp === null) {
      for (const protocol of subscriber.protocols) {
        if (protocol !== added) fanOutOf(protocol)?.remove(subscriber.connection)
      }
    }
    subscriber.catchUp = {}
    catchingUp.add(subscriber)
  }

  const goLive: RoomSubscribers['goLive'] = async (member, connection, { seq, state, missesCount }) => {
    const subscriber = subscriberOf(member, connection)
    if (subscriber === undefined || subscriber.catchUp === null) return
    const { catchUp, protocols } = subscriber
    const deliveryQueue = deliveryQueueOf(connection)
    for (;;) {
      const batch = deliveryQueue.take(room, seq)
      const emits = batch.emits.filter(({ signal }) => signal === undefined || protocols.has(signal.protocol))
      if (batch.emits.length === 0) break
      await connection.link.emitPaced(
        connection.acceptsArrays ? withArrays(emits, encoders, broadcaster()) : emits,
      )
      deliveryQueue.confirmSent(batch)
      // It left during the sending, or started another catch-up, which makes it live later.
      if (subscribers.get(member) !== subscriber || subscriber.catchUp !== catchUp) return
    }
    subscriber.catchUp = null
    catchingUp.delete(subscriber)
    for (const protocol of protocols) fanOutOf(protocol)?.add(connection)
    if (missesCount || subscriber.missesCount) sendCounts(subscriber, state)
    subscriber.missesCount = false
  }

  const sendCounts = ({ connection, protocols }: Subscriber, state: RoomState): void => {
    for (const { protocol, count } of encoders) {
      if (count === undefined || !protocols.has(protocol)) continue
      const latest = counts.latest(protocol) ?? state
      connection.link.emit(count.event, { count: count.of(latest), room })
    }
  }

  const unsubscribe: RoomSubscribers['unsubscribe'] = (member, connection) => {
    const subscriber = subscriberOf(member, connection)
    if (subscriber === undefined) return
    remove(member, subscriber)
    closeIfEmpty()
  }

  const remove = (member: MemberId, subscriber: Subscriber): void => {
    for (const protocol of subscriber.protocols) removeProtocol(subscriber, protocol)
    catchingUp.delete(subscriber)
    subscribers.delete(member)
  }

  const removeProtocol = (subscriber: Subscriber, protocol: ProtocolName): void => {
    if (!subscriber.protocols.delete(protocol)) return
    if (subscriber.catchUp === null) fanOutOf(protocol)?.remove(subscriber.connection)
    sizes.set(protocol, (sizes.get(protocol) ?? 1) - 1)
  }

  const closeIfEmpty = (): void => {
    if (subscribers.size > 0) return
    close()
    context.onEmpty()
  }

  const publish: RoomSubscribers['publish'] = (record, before, after) => {
    const { seq } = record
    const cachedEmits: Array<EncodedEmit> = []
    const countedEncoders: Array<Encoder> = []
    for (const encoder of encoders) {
      const hasSubscribers = (sizes.get(encoder.protocol) ?? 0) > 0
      if (!hasSubscribers && !mayBeResumed(encoder, before, after)) continue
      const emits = encodeRecord(encoder, record, before, after)
      if (encoder.resumption === 'at-once') cachedEmits.push(...emits)
      if (encoder.count?.changedBy(record, before, after) === true) countedEncoders.push(encoder)
      if (!hasSubscribers) continue
      for (const emit of emits) send(seq, emit)
    }
    // The last subscriber was dropped, because its queue was full.
    if (subscribers.size === 0) return
    emitCache.add(seq, cachedEmits, countedEncoders.length > 0)
    if (record.type === 'room.member-left') endMembership(record.data, after)
    if (subscribers.size === 0) return
    for (const encoder of countedEncoders) counts.update(encoder, after)
  }

  const send = (seq: number, emit: EncodedEmit): void => {
    const { encoder, to, payload } = emit
    if (to.type === 'one') {
      const subscriber = subscribers.get(to.member)
      if (subscriber === undefined || !subscriber.protocols.has(encoder.protocol)) return
      if (subscriber.catchUp !== null) return enqueue(subscriber, seq, emit)
      return fanOutOf(encoder.protocol)?.send(subscriber.connection, emit.event, payload)
    }
    const except = to.type === 'others' ? subscribers.get(to.except) : undefined
    fanOutOf(encoder.protocol)?.broadcast(seq, emit.event, payload, except?.connection)
    for (const subscriber of catchingUp) if (subscriber !== except) enqueue(subscriber, seq, emit)
  }

  /** A client whose delivery queue is full before it has caught up is dropped; it can resume. */
  const enqueue = (
    { connection, protocols }: Subscriber,
    seq: number,
    { encoder, event, payload }: EncodedEmit,
  ): void => {
    if (!protocols.has(encoder.protocol) || connection.ended !== null) return
    const emit = { event: eventName(event, encoder, connection.naming), payload }
    if (!deliveryQueueOf(connection).enqueue(room, seq, emit)) connection.link.drop()
  }

  const sendSignal: RoomSubscribers['sendSignal'] = (signal, state) => {
    const subscriber = subscribers.get(signal.to)
    if (subscriber === undefined) return false
    const encoder = encoderOfSignal(signal, subscriber.protocols, encoders, context.model().protocols)
    if (encoder?.signal === undefined) return false
    const { event, payload } = encoder.signal(signal, state)
    const { connection, catchUp } = subscriber
    const { kind, bytes } = signal.signal
    const protocol = encoder.protocol
    const outbound = { room, from: signal.from, kind, bytes, protocol, event, payload }
    if (catchUp === null) {
      fanOutOf(protocol)?.send(connection, event, payload)
      deliveryQueueOf(connection).trackSignal(outbound)
      return true
    }
    const isEnqueued = connection.ended === null && deliveryQueueOf(connection).enqueueSignal(outbound)
    if (!isEnqueued) connection.link.drop()
    return isEnqueued
  }

  /** A member receives nothing of a room after its own `member-left`. */
  const endMembership = (
    { memberId, dialect }: { readonly memberId: MemberId; readonly dialect: ProtocolName },
    after: RoomState,
  ): void => {
    const subscriber = subscribers.get(memberId)
    if (subscriber === undefined) return
    const { connection } = subscriber
    removeProtocol(subscriber, dialect)
    if (connection.current.get(dialect) === room) connection.current.delete(dialect)
    if (isMember(memberId, after)) return
    connection.memberships.delete(room)
    remove(memberId, subscriber)
    closeIfEmpty()
  }

  const close = (): void => {
    counts.close()
    fanOuts.close()
    emitCache.clear()
  }

  return {
    subscribe,
    goLive,
    unsubscribe,
    publish,
    connectionOf: (member, protocol) => {
      const subscriber = subscribers.get(member)
      if (!subscriber?.protocols.has(protocol)) return undefined
      return { connection: subscriber.connection, isLive: subscriber.catchUp === null }
    },
    sendSignal,
    cachedEmits: emitCache.upTo,
    size: () => subscribers.size,
    close,
  }
}

/** A member that is away may resume and need these emits; a protocol without members has nobody to resume. */
const mayBeResumed = ({ resumption, protocol }: Encoder, before: RoomState, after: RoomState): boolean =>
  resumption === 'at-once' && (usesProtocol(protocol, after) || usesProtocol(protocol, before))
