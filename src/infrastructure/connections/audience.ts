import type { Server } from 'socket.io'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { Dialect, RoomState } from '../../domain/room/index.js'
import { isSpokenIn } from '../../domain/room/index.js'
import { carries, signalling } from '../../domain/signalling/index.js'
import type { Cancel, Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { Pass, PassedSignal } from '../../application/ports/publisher.js'
import type { Coalesced } from './coalesced.js'
import { coalesced } from './coalesced.js'
import type { Channel } from './channel.js'
import { gathered, openChannel } from './channel.js'
import type { Connection } from './connection.js'
import type { Encoder, Outgoing } from './emit.js'
import { named, outgoing } from './emit.js'
import type { Held } from './held.js'
import { holdAgain, holdEmit, holdSignal, signalsIn, takeHeld } from './held.js'
import { sendPaced } from './paced.js'
import type { Receipts, SentSignal } from './receipts.js'
import type { Recent, Stretch } from './recent.js'
import { recentEmits } from './recent.js'

/** One member of a room at the connection that speaks for it. */
interface Attachment {
  readonly connection: Connection
  readonly dialects: Set<Dialect>
  /** While it catches up: what is live waits here, in order. A join once more makes another of it. */
  held: Held | null
  /** Counts were told meanwhile; the latest is still to come. */
  missesCount: boolean
}

/** All who are attached to one room. */
interface Audience {
  readonly attachments: Map<MemberId, Attachment>
  /** How many are attached by each dialect: what nobody hears is not sent. */
  readonly spoken: Map<Dialect, number>
  readonly channels: Map<Dialect, Channel>
  /** Those who catch up. */
  readonly holding: Set<Attachment>
  readonly recent: Recent
  readonly counts: Map<Dialect, Coalesced<RoomState>>
  readonly letGo: Cancel
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
  /** Signals that an earlier connection of the member may not have got; for one that has just been attached and holds. */
  readonly again: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    signals: ReadonlyArray<SentSignal>,
  ) => void
  /**
   * Sends what waited beyond `seq`, and lets everything that follows pass at once. Where a count has changed since the
   * client last heard of it, it gets the latest; `state` is that of `seq`.
   */
  readonly goLive: (
    room: RoomId,
    member: MemberId,
    connection: Connection,
    from: { readonly seq: number; readonly state: RoomState; readonly missesCount: boolean },
  ) => Promise<void>
  /** Only if it is still this connection that is attached. */
  readonly detach: (room: RoomId, member: MemberId, connection: Connection) => void
  readonly deliver: (record: RoomRecord, before: RoomState, after: RoomState) => void
  /** Who hears what the dialect tells this member; while it catches up, it does not hear it yet. */
  readonly hearer: (
    room: RoomId,
    member: MemberId,
    dialect: Dialect,
  ) => { readonly connection: Connection; readonly isCatchingUp: boolean } | undefined
  /** Sends a signal to its member, unless that is not attached by a vocabulary that has a word for it. */
  readonly pass: (room: RoomId, signal: PassedSignal, state: RoomState) => Pass
  /** What the room told lately, if that reaches up to `seq`. */
  readonly recent: (room: RoomId, seq: number) => Stretch | undefined
  /** Rooms with an audience, and members attached to them. */
  readonly size: () => { readonly rooms: number; readonly members: number }
  /** Ends the timers. */
  readonly close: () => void
}

const countEveryMs = 50

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
    const audience: Audience = {
      attachments: new Map(),
      spoken: new Map(),
      channels: new Map(),
      holding: new Set(),
      recent: recentEmits(),
      counts: new Map(),
      letGo: hold(room),
    }
    audiences.set(room, audience)
    return audience
  }

  const channelOf = (room: RoomId, { channels }: Audience, dialect: Dialect): Channel | undefined => {
    const known = channels.get(dialect)
    if (known !== undefined) return known
    const encoder = encoders.find((each) => each.dialect === dialect)
    if (encoder === undefined) return undefined
    const channel = openChannel(io, clock, room, encoder)
    channels.set(dialect, channel)
    return channel
  }

  const attach: Audiences['attach'] = (room, member, connection, dialect, holds) => {
    const audience = audienceOf(room)
    const known = audience.attachments.get(member)
    if (known !== undefined && known.connection !== connection) {
      remove(room, audience, member, known)
      displace(known.connection, connection, dialect)
    }
    const attachment: Attachment =
      known?.connection === connection
        ? known
        : { connection, dialects: new Set(), held: null, missesCount: false }
    audience.attachments.set(member, attachment)
    if (!attachment.dialects.has(dialect)) {
      attachment.dialects.add(dialect)
      audience.spoken.set(dialect, (audience.spoken.get(dialect) ?? 0) + 1)
    }
    if (holds) holdBack(room, audience, attachment)
    if (attachment.held === null) channelOf(room, audience, dialect)?.enter(connection)
  }

  /** Another session of the same user speaks for the member now. A newer connection of one session ends the older itself. */
  const displace = (older: Connection, newer: Connection, dialect: Dialect): void => {
    const farewell = encoders.find((encoder) => encoder.dialect === dialect)?.displaced
    if (farewell === undefined || older.session === newer.session) return
    older.socket.emit(farewell.event, farewell.payload)
    older.socket.disconnect()
  }

  const holdBack = (room: RoomId, audience: Audience, attachment: Attachment): void => {
    const { connection, dialects } = attachment
    for (const dialect of dialects) channelOf(room, audience, dialect)?.leave(connection)
    attachment.held = { emits: [], signalBytes: 0, ...attachment.held }
    audience.holding.add(attachment)
  }

  const again: Audiences['again'] = (room, member, connection, signals) => {
    const attachment = audiences.get(room)?.attachments.get(member)
    if (attachment?.connection !== connection || attachment.held === null) return
    const { held, dialects } = attachment
    holdAgain(
      held,
      signals.filter(({ encoder }) => dialects.has(encoder.dialect)),
    )
  }

  const goLive: Audiences['goLive'] = async (room, member, connection, { seq, state, missesCount }) => {
    const audience = audiences.get(room)
    const attachment = audience?.attachments.get(member)
    if (audience === undefined || attachment?.connection !== connection) return
    const { held } = attachment
    if (held === null) return
    while (held.emits.length > 0) {
      const waited = takeHeld(held, seq)
      await sendPaced(connection.socket, connection.takesSeveral ? gathered(waited, encoders) : waited)
      for (const signal of signalsIn(waited)) sent(connection, signal)
      // It went, or came in once more, while it was being sent that.
      if (audience.attachments.get(member) !== attachment || attachment.held !== held) return
    }
    attachment.held = null
    audience.holding.delete(attachment)
    for (const dialect of attachment.dialects) channelOf(room, audience, dialect)?.enter(connection)
    if (missesCount || attachment.missesCount) tellCounts(room, audience, attachment, state)
    attachment.missesCount = false
  }

  const tellCounts = (
    room: RoomId,
    { counts }: Audience,
    { connection, dialects }: Attachment,
    state: RoomState,
  ): void => {
    for (const { dialect, count } of encoders) {
      if (count === undefined || !dialects.has(dialect)) continue
      const latest = counts.get(dialect)?.latest() ?? state
      connection.socket.emit(count.event, { count: count.of(latest), room })
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
    for (const dialect of attachment.dialects) leaveChannel(room, audience, attachment, dialect)
    audience.holding.delete(attachment)
    audience.attachments.delete(member)
    for (const signal of signalsIn(attachment.held?.emits ?? [])) sent(attachment.connection, signal)
  }

  const leaveChannel = (
    room: RoomId,
    audience: Audience,
    { connection, dialects }: Attachment,
    dialect: Dialect,
  ): void => {
    if (!dialects.delete(dialect)) return
    channelOf(room, audience, dialect)?.leave(connection)
    audience.spoken.set(dialect, (audience.spoken.get(dialect) ?? 1) - 1)
  }

  const endIfEmpty = (room: RoomId, audience: Audience): void => {
    if (audience.attachments.size > 0) return
    closeAll(audience)
    audiences.delete(room)
    audience.letGo()
  }

  const deliver: Audiences['deliver'] = (record, before, after) => {
    const { room, seq } = record
    const audience = audiences.get(room)
    if (audience === undefined) return
    const lately: Array<Outgoing> = []
    const counted: Array<Encoder> = []
    for (const encoder of encoders) {
      const isHeard = (audience.spoken.get(encoder.dialect) ?? 0) > 0
      if (!isHeard && !mayComeBack(encoder, before, after)) continue
      const emits = outgoing(encoder, record, before, after)
      if (encoder.resumes === 'at-once') lately.push(...emits)
      if (encoder.count?.changedBy(record, before, after) === true) counted.push(encoder)
      if (!isHeard) continue
      for (const emit of emits) send(room, seq, emit, audience)
    }
    audience.recent.add(seq, lately, counted.length > 0)
    if (record.type === 'room.member-left') goodbye(room, audience, record.data, after)
    if (audience.attachments.size === 0) return
    for (const encoder of counted) countsOf(room, audience, encoder).changed(after)
  }

  const hearer: Audiences['hearer'] = (room, member, dialect) => {
    const attachment = audiences.get(room)?.attachments.get(member)
    if (attachment === undefined || !attachment.dialects.has(dialect)) return undefined
    return { connection: attachment.connection, isCatchingUp: attachment.held !== null }
  }

  const send = (room: RoomId, seq: number, emit: Outgoing, audience: Audience): void => {
    const { encoder, to, payload } = emit
    if (to.type === 'one') {
      const attachment = audience.attachments.get(to.member)
      if (attachment === undefined || !attachment.dialects.has(encoder.dialect)) return
      if (attachment.held !== null) return keep(attachment, seq, emit)
      return channelOf(room, audience, encoder.dialect)?.tellOne(attachment.connection, emit.event, payload)
    }
    const except = to.type === 'others' ? audience.attachments.get(to.than) : undefined
    channelOf(room, audience, encoder.dialect)?.tell(seq, emit.event, payload, except?.connection)
    for (const attachment of audience.holding) if (attachment !== except) keep(attachment, seq, emit)
  }

  const pass: Audiences['pass'] = (room, signal, state) => () => {
    const audience = audiences.get(room)
    const attachment = audience?.attachments.get(signal.to)
    if (audience === undefined || attachment === undefined) return false
    const encoder = encoderFor(signal, attachment.dialects)
    if (encoder?.signal === undefined) return false
    const { event, payload } = encoder.signal(signal, state)
    const { held, connection } = attachment
    const { from, to } = signal
    const { kind, bytes } = signal.signal
    const one: SentSignal = { room, from, to, kind, bytes, encoder, event, payload }
    if (held !== null) return holdSignal(held, connection, one)
    channelOf(room, audience, encoder.dialect)?.tellOne(connection, event, payload)
    sent(connection, one)
    return true
  }

  /** In the sender's own vocabulary, if the other one is attached by it too. */
  const encoderFor = (
    { signal: { dialect, kind } }: PassedSignal,
    spoken: ReadonlySet<Dialect>,
  ): Encoder | undefined => {
    const chosen = [dialect, ...signalling].find((each) => spoken.has(each) && carries(each, kind))
    return encoders.find((encoder) => encoder.dialect === chosen)
  }

  const keep = (attachment: Attachment, seq: number, { encoder, event, payload }: Outgoing): void => {
    const { connection, dialects, held } = attachment
    if (held === null || !dialects.has(encoder.dialect)) return
    holdEmit(held, connection, { seq, event: named(event, encoder, connection.naming), payload })
  }

  const countsOf = (room: RoomId, audience: Audience, encoder: Encoder): Coalesced<RoomState> => {
    const known = audience.counts.get(encoder.dialect)
    if (known !== undefined) return known
    const counts = coalesced<RoomState>(clock, countEveryMs, (state) => {
      if (encoder.count === undefined) return
      const { event, of } = encoder.count
      channelOf(room, audience, encoder.dialect)?.tell(0, event, { count: of(state), room })
      for (const attachment of audience.holding) attachment.missesCount = true
    })
    audience.counts.set(encoder.dialect, counts)
    return counts
  }

  /** Nobody hears of a room that it has left. */
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
    if (isMember(memberId, after)) return
    connection.memberships.delete(room)
    remove(room, audience, memberId, attachment)
    endIfEmpty(room, audience)
  }

  return {
    attach,
    again,
    goLive,
    detach,
    deliver,
    hearer,
    pass,
    recent: (room, seq) => audiences.get(room)?.recent.upTo(seq),
    size: () => {
      let members = 0
      for (const { attachments } of audiences.values()) members += attachments.size
      return { rooms: audiences.size, members }
    },
    close: () => {
      for (const audience of audiences.values()) closeAll(audience)
    },
  }
}

/** Somebody who is away may come back for what the room told meanwhile; in a vocabulary that nobody has, nobody will. */
const mayComeBack = ({ resumes, dialect }: Encoder, before: RoomState, after: RoomState): boolean =>
  resumes === 'at-once' && (isSpokenIn(dialect, after) || isSpokenIn(dialect, before))

const closeAll = ({ counts, channels }: Audience): void => {
  for (const count of counts.values()) count.close()
  for (const channel of channels.values()) channel.close()
}

export const isMember = (member: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, member) !== undefined
