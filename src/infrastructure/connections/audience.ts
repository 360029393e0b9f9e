import type { Server } from 'socket.io'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import type { Instant } from '../../domain/kernel/instant.js'
import type { Dialect, RoomState } from '../../domain/room/index.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Connection, Naming } from './connection.js'
import type { Emit, Encoder } from './emit.js'
import { stamped } from './emit.js'

/** One member of a room at the connection that speaks for it. */
interface Attachment {
  readonly connection: Connection
  readonly dialects: Set<Dialect>
  /** While it catches up: what is live waits here, in order. */
  held: Array<Held> | null
}

interface Held {
  readonly seq: number
  readonly event: string
  readonly payload: object
}

/** All who are attached to one room. */
interface Audience {
  readonly attachments: Map<MemberId, Attachment>
  /** How many are attached by each dialect: what nobody hears is not encoded. */
  readonly spoken: Map<Dialect, number>
  /** Those who catch up. */
  readonly holding: Set<Attachment>
  readonly letGo: Cancel
  count: { sentAt: Instant; pending: Cancel | null; value: number } | null
}

export interface Audiences {
  /** From now on the member gets what the dialect tells. With `holds`, only once `goLive` is called. */
  readonly attach: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    dialect: Dialect,
    holds: boolean,
  ) => void
  /** Sends what waited beyond `seq`, and lets everything that follows pass at once. */
  readonly goLive: (room: RoomId, member: MemberId, connection: Connection, seq: number) => void
  /** Only if it is still this connection that is attached. */
  readonly detach: (room: RoomId, member: MemberId, connection: Connection) => void
  readonly deliver: (record: RoomRecord, before: RoomState, after: RoomState) => void
  readonly size: () => number
  /** Ends the timers. */
  readonly close: () => void
}

/** A client that cannot be caught up before so many emits have come is disconnected; it can resume. */
const heldAtMost = 10_000

const countEveryMs = 50

export const createAudiences = (
  io: () => Server,
  clock: Clock,
  encoders: ReadonlyArray<Encoder>,
  /** Keeps the room in memory. */
  hold: (room: RoomId) => Cancel,
): Audiences => {
  const audiences = new Map<RoomId, Audience>()

  const audienceOf = (room: RoomId): Audience => {
    const known = audiences.get(room)
    if (known !== undefined) return known
    const audience: Audience = {
      attachments: new Map(),
      spoken: new Map(),
      holding: new Set(),
      letGo: hold(room),
      count: null,
    }
    audiences.set(room, audience)
    return audience
  }

  const attach: Audiences['attach'] = (room, member, connection, dialect, holds) => {
    const audience = audienceOf(room)
    const known = audience.attachments.get(member)
    if (known !== undefined && known.connection !== connection) remove(room, audience, member, known)
    const attachment: Attachment =
      known?.connection === connection ? known : { connection, dialects: new Set(), held: holds ? [] : null }
    if (!attachment.dialects.has(dialect)) {
      attachment.dialects.add(dialect)
      audience.spoken.set(dialect, (audience.spoken.get(dialect) ?? 0) + 1)
    }
    audience.attachments.set(member, attachment)
    if (attachment.held !== null) audience.holding.add(attachment)
    if (attachment.held === null) void connection.socket.join(channel(dialect, room, connection.naming))
  }

  const goLive: Audiences['goLive'] = (room, member, connection, seq) => {
    const audience = audiences.get(room)
    const attachment = audience?.attachments.get(member)
    if (attachment?.connection !== connection || attachment.held === null) return
    const { held } = attachment
    attachment.held = null
    audience?.holding.delete(attachment)
    for (const emit of held) if (emit.seq > seq) connection.socket.emit(emit.event, emit.payload)
    for (const dialect of attachment.dialects) {
      void connection.socket.join(channel(dialect, room, connection.naming))
    }
  }

  const detach: Audiences['detach'] = (room, member, connection) => {
    const audience = audiences.get(room)
    const attachment = audience?.attachments.get(member)
    if (audience === undefined || attachment?.connection !== connection) return
    remove(room, audience, member, attachment)
    endIfEmpty(room, audience)
  }

  const remove = (room: RoomId, audience: Audience, member: MemberId, attachment: Attachment): void => {
    for (const dialect of [...attachment.dialects]) leaveChannel(room, audience, attachment, dialect)
    audience.holding.delete(attachment)
    audience.attachments.delete(member)
  }

  const leaveChannel = (
    room: RoomId,
    audience: Audience,
    { connection, dialects }: Attachment,
    dialect: Dialect,
  ): void => {
    if (!dialects.delete(dialect)) return
    void connection.socket.leave(channel(dialect, room, connection.naming))
    audience.spoken.set(dialect, (audience.spoken.get(dialect) ?? 1) - 1)
  }

  const endIfEmpty = (room: RoomId, audience: Audience): void => {
    if (audience.attachments.size > 0) return
    audience.count?.pending?.()
    audiences.delete(room)
    audience.letGo()
  }

  const deliver: Audiences['deliver'] = (record, before, after) => {
    const audience = audiences.get(record.room)
    if (audience === undefined) return
    for (const encoder of encoders) {
      if ((audience.spoken.get(encoder.dialect) ?? 0) === 0) continue
      for (const emit of encoder.encode(record, before, after)) send(emit, record, encoder, audience)
      if (encoder.count?.changedBy(record, before, after) === true) {
        countSoon(record.room, audience, encoder, encoder.count.of(after))
      }
    }
    if (record.type === 'room.member-left') goodbye(record.room, audience, record.data, after)
  }

  const send = (emit: Emit, record: RoomRecord, encoder: Encoder, audience: Audience): void => {
    const payload = stamped(emit, record)
    const hold = (attachment: Attachment): void => {
      if (attachment.held === null || !attachment.dialects.has(encoder.dialect)) return
      if (attachment.held.length >= heldAtMost) return void attachment.connection.socket.disconnect()
      const event = named(emit.event, encoder, attachment.connection.naming)
      attachment.held.push({ seq: record.seq, event, payload })
    }
    if (emit.to.type === 'one') {
      const attachment = audience.attachments.get(emit.to.member)
      if (attachment === undefined || !attachment.dialects.has(encoder.dialect)) return
      if (attachment.held !== null) return hold(attachment)
      const event = named(emit.event, encoder, attachment.connection.naming)
      attachment.connection.socket.emit(event, payload)
      return
    }
    const than = emit.to.type === 'others' ? emit.to.than : null
    const excepted = than === null ? undefined : audience.attachments.get(than)
    broadcast(record.room, encoder, emit.event, payload, excepted)
    for (const attachment of audience.holding) if (attachment !== excepted) hold(attachment)
  }

  const broadcast = (
    room: RoomId,
    encoder: Encoder,
    event: string,
    payload: object,
    except: Attachment | undefined,
  ): void => {
    const namespace = io().of(encoder.namespace)
    const namings: ReadonlyArray<Naming> = encoder.kebab === undefined ? ['camel'] : ['camel', 'kebab']
    for (const naming of namings) {
      const name = channel(encoder.dialect, room, naming)
      if (!namespace.adapter.rooms.has(name)) continue
      const to = namespace.to(name)
      const operator = except === undefined ? to : to.except(except.connection.socket.id)
      operator.emit(named(event, encoder, naming), payload)
    }
  }

  /** At once if none was sent for a while; otherwise when that while is over, with the number as it is then. */
  const countSoon = (room: RoomId, audience: Audience, encoder: Encoder, value: number): void => {
    const { count } = encoder
    if (count === undefined) return
    const now = clock.now()
    const last = (audience.count ??= { sentAt: -Infinity, pending: null, value })
    last.value = value
    if (last.pending !== null) return
    const tell = (): void => {
      last.pending = null
      last.sentAt = clock.now()
      broadcast(room, encoder, count.event, { count: last.value, room, at: last.sentAt }, undefined)
    }
    if (now - last.sentAt >= countEveryMs) tell()
    else last.pending = clock.schedule(last.sentAt + countEveryMs, tell)
  }

  /** The member hears of its own leaving, and then nothing more. */
  const goodbye = (
    room: RoomId,
    audience: Audience,
    { memberId, dialect }: { readonly memberId: MemberId; readonly dialect: Dialect },
    after: RoomState,
  ): void => {
    const attachment = audience.attachments.get(memberId)
    if (attachment === undefined) return
    const { connection } = attachment
    leaveChannel(room, audience, attachment, dialect)
    if (connection.current.get(dialect) === room) connection.current.delete(dialect)
    const isMember = after.phase !== 'absent' && Object.hasOwn(after.members, memberId)
    if (isMember) return
    connection.memberships.delete(room)
    remove(room, audience, memberId, attachment)
    endIfEmpty(room, audience)
  }

  return {
    attach,
    goLive,
    detach,
    deliver,
    size: () => audiences.size,
    close: () => {
      for (const { count } of audiences.values()) count?.pending?.()
    },
  }
}

const channel = (dialect: Dialect, room: RoomId, naming: Naming): string =>
  naming === 'camel' ? `${dialect} ${room}` : `${dialect} ${room} kebab`

const named = (event: string, { kebab }: Encoder, naming: Naming): string =>
  naming === 'camel' ? event : (kebab?.[event] ?? event)
