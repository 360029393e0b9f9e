import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MemberId, RoomId, SessionKey } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { MemberLeft } from '../../domain/room/events.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import type { Cancel } from '../ports/clock.js'
import type { LinkEmit } from '../ports/client-link.js'
import type { Encoder } from '../ports/encoder.js'
import type { RoomRecord } from '../ports/event-store.js'
import type { Publisher } from '../ports/publisher.js'
import type { Connection } from './connection.js'
import { isMember } from './connection.js'
import type { RemovalNotice } from './delivery-queue.js'
import type { Naming } from './encoded-emit.js'
import { encodeRecord, eventName } from './encoded-emit.js'
import type { CachedEmits } from './catch-up/emit-cache.js'
import type { CaughtUp, SubscribersContext, RoomSubscribers } from './room-subscribers.js'
import { createRoomSubscribers } from './room-subscribers.js'
import type { SessionRegistry } from './session-registry.js'

/** Sends recorded events and signals to the subscribers of their rooms. A room without subscribers costs nothing. */
export interface RoomPublisher extends Required<Publisher> {
  /** From now on the member receives the protocol's emits. With `catchesUp`, only after `goLive`. */
  readonly subscribe: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    protocol: ProtocolName,
    catchesUp: boolean,
  ) => void
  /** Sends what waits in the delivery queue; after that, emits are sent as they are published. */
  readonly goLive: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    caughtUp: CaughtUp,
  ) => Promise<void>
  /** Without effect if another connection is the member's by now. */
  readonly unsubscribe: (room: RoomId, member: MemberId, connection: Connection) => void
  /** The latest emits of the room, if they reach `seq`. */
  readonly cachedEmits: (room: RoomId, seq: number) => CachedEmits | undefined
  readonly load: () => PublisherLoad
  /** Cancels the timers. */
  readonly close: () => void
}

export interface PublisherLoad {
  /** Rooms with subscribers, and the subscribers of all rooms. */
  readonly rooms: number
  readonly subscribers: number
  readonly cachedBytes: number
}

export interface PublisherContext extends Omit<SubscribersContext, 'deliveryQueueOf' | 'onEmpty'> {
  readonly registry: SessionRegistry
  /** Keeps the room in memory until the returned function is called. */
  readonly holdRoom: (room: RoomId) => Cancel
}

export const createRoomPublisher = (context: PublisherContext): RoomPublisher => {
  const { registry, encoders, emitMemory } = context
  const rooms = new Map<RoomId, RoomSubscribers>()

  const subscribersOf = (room: RoomId): RoomSubscribers => {
    const present = rooms.get(room)
    if (present !== undefined) return present
    const releaseRoom = context.holdRoom(room)
    const subscribers = createRoomSubscribers(room, {
      ...context,
      deliveryQueueOf: registry.deliveryQueueOf,
      onEmpty: () => {
        rooms.delete(room)
        releaseRoom()
      },
    })
    rooms.set(room, subscribers)
    return subscribers
  }

  const publish = (record: RoomRecord, before: RoomState, after: RoomState): void => {
    const subscribers = rooms.get(record.room)
    if (record.type !== 'room.member-left') return subscribers?.publish(record, before, after)
    const { memberId, dialect } = record.data
    const session = sessionOf(before, memberId)
    const subscribed = subscribers?.connectionOf(memberId, dialect)
    subscribers?.publish(record, before, after)
    if (session === undefined) return
    if (!isMember(memberId, after)) registry.leaveRoom(session, record.room)
    if (!isRemoval(record)) return
    registry.addNotice(session, removalNotice(record, before, after, encoders), subscribed?.isLive === true)
    // The rest of its catch-up ends in a room that it is not in. It reconnects and receives the notice.
    if (subscribed?.isLive === false) subscribed.connection.link.drop()
  }

  return {
    prepare: (record, before, after) => () => publish(record, before, after),
    signal: (room, signal, state) => () => rooms.get(room)?.sendSignal(signal, state) ?? false,
    subscribe: (room, member, connection, protocol, catchesUp) =>
      subscribersOf(room).subscribe(member, connection, protocol, catchesUp),
    goLive: async (room, member, connection, caughtUp) =>
      rooms.get(room)?.goLive(member, connection, caughtUp),
    unsubscribe: (room, member, connection) => rooms.get(room)?.unsubscribe(member, connection),
    cachedEmits: (room, seq) => rooms.get(room)?.cachedEmits(seq),
    load: () => {
      let subscribers = 0
      for (const room of rooms.values()) subscribers += room.size()
      return { rooms: rooms.size, subscribers, cachedBytes: emitMemory.bytes() }
    },
    close: () => {
      for (const room of rooms.values()) room.close()
    },
  }
}

const sessionOf = (state: RoomState, member: MemberId): SessionKey | undefined =>
  state.phase === 'absent' ? undefined : entryIn(state.members, member)?.secret?.session

/** A membership ended, and neither the member nor its grace period ended it. */
const isRemoval = (record: RoomRecord): record is RecordedEvent<MemberLeft> =>
  record.type === 'room.member-left' && record.data.reason !== 'left' && record.data.reason !== 'expired'

/** `removed` is for a member, and a client that returns after its removal is none: it receives this notice instead. */
const removalNotice = (
  record: RecordedEvent<MemberLeft>,
  before: RoomState,
  after: RoomState,
  encoders: ReadonlyArray<Encoder>,
): RemovalNotice => {
  const { memberId, dialect, role, reason } = record.data
  const encoder = encoders.find((each) => each.protocol === dialect)
  const emits = encoder === undefined ? [] : encodeRecord(encoder, record, before, after)
  return {
    ended: { room: record.room, memberId, role, reason },
    emits: emits.filter(({ to }) => to.type === 'one' && to.member === memberId),
  }
}

export const noticeEmits = (notices: ReadonlyArray<RemovalNotice>, naming: Naming): ReadonlyArray<LinkEmit> =>
  notices.flatMap(({ emits }) =>
    emits.map(({ encoder, event, payload }) => ({ event: eventName(event, encoder, naming), payload })),
  )
