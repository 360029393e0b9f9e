import type { Server } from 'socket.io'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { DeliverSignal, RoutedSignal } from '../../application/ports/publisher.js'
import type { Audience, From, Hearer } from './room-subscribers.js'
import { openAudience } from './room-subscribers.js'
import type { Connection } from './connection.js'
import type { Encoder } from '../../application/ports/encoder.js'
import type { Receipts, SentSignal } from './delivery-tracker.js'
import type { Stretch } from './replay-buffer.js'

/** Who hears what of which room; a room that nobody hears has no audience. */
export interface Audiences {
  /** From now on the member gets what the dialect tells. With `holds`, only once `goLive` is called. */
  readonly attach: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    dialect: ProtocolName,
    holds: boolean,
  ) => void
  /** Signals that an earlier connection of the member may not have got; for one that has just been attached and holds. */
  readonly again: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    signals: ReadonlyArray<SentSignal>,
  ) => void
  /** Sends what waited, and lets everything that follows pass at once. */
  readonly goLive: (room: RoomId, member: MemberId, connection: Connection, from: From) => Promise<void>
  /** Only if it is still this connection that is attached. */
  readonly detach: (room: RoomId, member: MemberId, connection: Connection) => void
  readonly deliver: (record: RoomRecord, before: RoomState, after: RoomState) => void
  readonly hearer: (room: RoomId, member: MemberId, dialect: ProtocolName) => Hearer | undefined
  /** Sends a signal to its member, unless that is not attached by a vocabulary that has a word for it. */
  readonly pass: (room: RoomId, signal: RoutedSignal, state: RoomState) => DeliverSignal
  /** What the room told lately, if that reaches up to `seq`. */
  readonly recent: (room: RoomId, seq: number) => Stretch | undefined
  /** Rooms with an audience, and members attached to them. */
  readonly size: () => { readonly rooms: number; readonly members: number }
  /** Ends the timers. */
  readonly close: () => void
}

export const createAudiences = (
  io: () => Server,
  clock: Clock,
  encoders: ReadonlyArray<Encoder>,
  /** Keeps the room in memory. */
  hold: (room: RoomId) => Cancel,
  { sent }: Pick<Receipts, 'sent'>,
): Audiences => {
  const audiences = new Map<RoomId, Audience>()

  const audienceOf = (room: RoomId): Audience => {
    const known = audiences.get(room)
    if (known !== undefined) return known
    const letGo = hold(room)
    const ended = (): void => {
      audiences.delete(room)
      letGo()
    }
    const audience = openAudience(room, { io, clock, encoders, sent, ended })
    audiences.set(room, audience)
    return audience
  }

  return {
    attach: (room, member, connection, dialect, holds) =>
      audienceOf(room).attach(member, connection, dialect, holds),
    again: (room, member, connection, signals) => audiences.get(room)?.again(member, connection, signals),
    goLive: async (room, member, connection, from) => audiences.get(room)?.goLive(member, connection, from),
    detach: (room, member, connection) => audiences.get(room)?.detach(member, connection),
    deliver: (record, before, after) => audiences.get(record.room)?.deliver(record, before, after),
    hearer: (room, member, dialect) => audiences.get(room)?.hearer(member, dialect),
    pass: (room, signal, state) => () => audiences.get(room)?.pass(signal, state) ?? false,
    recent: (room, seq) => audiences.get(room)?.recent(seq),
    size: () => {
      let members = 0
      for (const audience of audiences.values()) members += audience.size()
      return { rooms: audiences.size, members }
    },
    close: () => {
      for (const audience of audiences.values()) audience.close()
    },
  }
}
