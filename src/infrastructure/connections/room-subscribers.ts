import type { Server } from 'socket.io'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { ProtocolName, RoomState } from '../../domain/room/index.js'
import { usesProtocol } from '../../domain/room/index.js'
import { supportsSignal, signallingProtocols } from '../../domain/signalling/index.js'
import type { Clock } from '../../application/ports/clock.js'
import type { RoomRecord } from '../../application/ports/event-store.js'
import type { RoutedSignal } from '../../application/ports/publisher.js'
import type { Coalesced } from './conflation.js'
import { coalesced } from './conflation.js'
import type { Channel } from './channel.js'
import { gathered, openChannel } from './channel.js'
import type { Connection } from './connection.js'
import type { Encoder } from '../../application/ports/encoder.js'
import type { Outgoing } from './emit.js'
import { named, outgoing } from './emit.js'
import type { Held } from './held.js'
import { holdAgain, holdEmit, holdSignal, signalsIn, takeHeld } from './held.js'
import { sendPaced } from './paced.js'
import type { Receipts, SentSignal } from './delivery-tracker.js'
import type { Stretch } from './replay-buffer.js'
import { recentEmits } from './replay-buffer.js'

/** One member of a room at the connection that speaks for it. */
interface Attachment {
  readonly connection: Connection
  readonly dialects: Set<ProtocolName>
  /** While it catches up: what is live waits here, in order. A join once more makes another of it. */
  held: Held | null
  /** Counts were told meanwhile; the latest is still to come. */
  missesCount: boolean
}

/** What a member is caught up to: `state` is that of `seq`. */
export interface From {
  readonly seq: number
  readonly state: RoomState
  /** A count has changed since the client last heard of it. */
  readonly missesCount: boolean
}

/** Who hears what a dialect tells a member; while it catches up, it does not hear it yet. */
export interface Hearer {
  readonly connection: Connection
  readonly isCatchingUp: boolean
}

/** All who are attached to one room, and what the room tells them; `Audiences` says what each of these does. */
export interface Audience {
  readonly attach: (member: MemberId, connection: Connection, dialect: ProtocolName, holds: boolean) => void
  readonly again: (member: MemberId, connection: Connection, signals: ReadonlyArray<SentSignal>) => void
  readonly goLive: (member: MemberId, connection: Connection, from: From) => Promise<void>
  readonly detach: (member: MemberId, connection: Connection) => void
  readonly deliver: (record: RoomRecord, before: RoomState, after: RoomState) => void
  readonly hearer: (member: MemberId, dialect: ProtocolName) => Hearer | undefined
  /** Whether the member has got it, or will. */
  readonly pass: (signal: RoutedSignal, state: RoomState) => boolean
  readonly recent: (seq: number) => Stretch | undefined
  /** How many are attached. */
  readonly size: () => number
  readonly close: () => void
}

export interface Stage {
  readonly io: () => Server
  readonly clock: Clock
  readonly encoders: ReadonlyArray<Encoder>
  readonly sent: Receipts['sent']
  /** The last one has gone; nothing more is asked of this audience. */
  readonly ended: () => void
}

const countEveryMs = 50

export const openAudience = (room: RoomId, { io, clock, encoders, sent, ended }: Stage): Audience => {
  const attachments = new Map<MemberId, Attachment>()
  /** How many are attached by each dialect: what nobody hears is not sent. */
  const spoken = new Map<ProtocolName, number>()
  const channels = new Map<ProtocolName, Channel>()
  /** Those who catch up. */
  const holding = new Set<Attachment>()
  const counts = new Map<ProtocolName, Coalesced<RoomState>>()
  const recent = recentEmits()

  const channelOf = (dialect: ProtocolName): Channel | undefined => {
    const known = channels.get(dialect)
    if (known !== undefined) return known
    const encoder = encoders.find((each) => each.dialect === dialect)
    if (encoder === undefined) return undefined
    const channel = openChannel(io, clock, room, encoder)
    channels.set(dialect, channel)
    return channel
  }

  /** Only if it is still this connection that is attached. */
  const attachmentOf = (member: MemberId, connection: Connection): Attachment | undefined => {
    const attachment = attachments.get(member)
    return attachment?.connection === connection ? attachment : undefined
  }

  const attach: Audience['attach'] = (member, connection, dialect, holds) => {
    const known = attachments.get(member)
    if (known !== undefined && known.connection !== connection) {
      remove(member, known)
      displace(known.connection, connection, dialect)
    }
    const attachment: Attachment =
      known?.connection === connection
        ? known
        : { connection, dialects: new Set(), held: null, missesCount: false }
    attachments.set(member, attachment)
    if (!attachment.dialects.has(dialect)) {
      attachment.dialects.add(dialect)
      spoken.set(dialect, (spoken.get(dialect) ?? 0) + 1)
    }
    if (holds) holdBack(attachment)
    if (attachment.held === null) channelOf(dialect)?.enter(connection)
  }

  /** Another session of the same user speaks for the member now. A newer connection of one session ends the older itself. */
  const displace = (older: Connection, newer: Connection, dialect: ProtocolName): void => {
    const farewell = encoders.find((encoder) => encoder.dialect === dialect)?.displaced
    if (farewell === undefined || older.session === newer.session) return
    older.socket.emit(farewell.event, farewell.payload)
    older.socket.disconnect()
  }

  const holdBack = (attachment: Attachment): void => {
    const { connection, dialects } = attachment
    for (const dialect of dialects) channelOf(dialect)?.leave(connection)
    attachment.held = { emits: [], leaving: [], signalBytes: 0, ...attachment.held }
    holding.add(attachment)
  }

  const again: Audience['again'] = (member, connection, signals) => {
    const attachment = attachmentOf(member, connection)
    if (attachment === undefined || attachment.held === null) return
    const { held, dialects } = attachment
    holdAgain(
      held,
      signals.filter(({ encoder }) => dialects.has(encoder.dialect)),
    )
  }

  const goLive: Audience['goLive'] = async (member, connection, { seq, state, missesCount }) => {
    const attachment = attachmentOf(member, connection)
    if (attachment === undefined) return
    const { held } = attachment
    if (held === null) return
    while (held.emits.length > 0) {
      const waited = takeHeld(held, seq)
      await sendPaced(connection.socket, connection.takesSeveral ? gathered(waited, encoders) : waited)
      // It went while it was being sent that, and `remove` has seen to the signals among it.
      if (attachments.get(member) !== attachment) return
      for (const signal of signalsIn(waited)) sent(connection, signal)
      if (attachment.held?.leaving === waited) attachment.held.leaving = []
      // It came in once more, and goes live from there.
      if (attachment.held !== held) return
    }
    attachment.held = null
    holding.delete(attachment)
    for (const dialect of attachment.dialects) channelOf(dialect)?.enter(connection)
    if (missesCount || attachment.missesCount) tellCounts(attachment, state)
    attachment.missesCount = false
  }

  const tellCounts = ({ connection, dialects }: Attachment, state: RoomState): void => {
    for (const { dialect, count } of encoders) {
      if (count === undefined || !dialects.has(dialect)) continue
      const latest = counts.get(dialect)?.latest() ?? state
      connection.socket.emit(count.event, { count: count.of(latest), room })
    }
  }

  const detach: Audience['detach'] = (member, connection) => {
    const attachment = attachmentOf(member, connection)
    if (attachment === undefined) return
    remove(member, attachment)
    endIfEmpty()
  }

  const remove = (member: MemberId, attachment: Attachment): void => {
    for (const dialect of attachment.dialects) leaveChannel(attachment, dialect)
    holding.delete(attachment)
    attachments.delete(member)
    const { leaving, emits } = attachment.held ?? { leaving: [], emits: [] }
    for (const signal of signalsIn([...leaving, ...emits])) sent(attachment.connection, signal)
  }

  const leaveChannel = ({ connection, dialects }: Attachment, dialect: ProtocolName): void => {
    if (!dialects.delete(dialect)) return
    channelOf(dialect)?.leave(connection)
    spoken.set(dialect, (spoken.get(dialect) ?? 1) - 1)
  }

  const endIfEmpty = (): void => {
    if (attachments.size > 0) return
    close()
    ended()
  }

  const deliver: Audience['deliver'] = (record, before, after) => {
    const { seq } = record
    const lately: Array<Outgoing> = []
    const counted: Array<Encoder> = []
    for (const encoder of encoders) {
      const isHeard = (spoken.get(encoder.dialect) ?? 0) > 0
      if (!isHeard && !mayComeBack(encoder, before, after)) continue
      const emits = outgoing(encoder, record, before, after)
      if (encoder.resumes === 'at-once') lately.push(...emits)
      if (encoder.count?.changedBy(record, before, after) === true) counted.push(encoder)
      if (!isHeard) continue
      for (const emit of emits) send(seq, emit)
    }
    recent.add(seq, lately, counted.length > 0)
    if (record.type === 'room.member-left') goodbye(record.data, after)
    if (attachments.size === 0) return
    for (const encoder of counted) countsOf(encoder).changed(after)
  }

  const hearer: Audience['hearer'] = (member, dialect) => {
    const attachment = attachments.get(member)
    if (attachment === undefined || !attachment.dialects.has(dialect)) return undefined
    return { connection: attachment.connection, isCatchingUp: attachment.held !== null }
  }

  const send = (seq: number, emit: Outgoing): void => {
    const { encoder, to, payload } = emit
    if (to.type === 'one') {
      const attachment = attachments.get(to.member)
      if (attachment === undefined || !attachment.dialects.has(encoder.dialect)) return
      if (attachment.held !== null) return keep(attachment, seq, emit)
      return channelOf(encoder.dialect)?.tellOne(attachment.connection, emit.event, payload)
    }
    const except = to.type === 'others' ? attachments.get(to.than) : undefined
    channelOf(encoder.dialect)?.tell(seq, emit.event, payload, except?.connection)
    for (const attachment of holding) if (attachment !== except) keep(attachment, seq, emit)
  }

  const pass: Audience['pass'] = (signal, state) => {
    const attachment = attachments.get(signal.to)
    if (attachment === undefined) return false
    const encoder = encoderFor(signal, attachment.dialects)
    if (encoder?.signal === undefined) return false
    const { event, payload } = encoder.signal(signal, state)
    const { held, connection } = attachment
    const { from, to } = signal
    const { kind, bytes } = signal.signal
    const one: SentSignal = { room, from, to, kind, bytes, encoder, event, payload }
    if (held !== null) return holdSignal(held, connection, one)
    channelOf(encoder.dialect)?.tellOne(connection, event, payload)
    sent(connection, one)
    return true
  }

  /** In the sender's own vocabulary, if the other one is attached by it too. */
  const encoderFor = (
    { signal: { dialect, kind } }: RoutedSignal,
    dialects: ReadonlySet<ProtocolName>,
  ): Encoder | undefined => {
    const chosen = [dialect, ...signallingProtocols].find(
      (each) => dialects.has(each) && supportsSignal(each, kind),
    )
    return encoders.find((encoder) => encoder.dialect === chosen)
  }

  const keep = (attachment: Attachment, seq: number, { encoder, event, payload }: Outgoing): void => {
    const { connection, dialects, held } = attachment
    if (held === null || !dialects.has(encoder.dialect)) return
    holdEmit(held, connection, { seq, event: named(event, encoder, connection.naming), payload })
  }

  const countsOf = (encoder: Encoder): Coalesced<RoomState> => {
    const known = counts.get(encoder.dialect)
    if (known !== undefined) return known
    const made = coalesced<RoomState>(clock, countEveryMs, (state) => {
      if (encoder.count === undefined) return
      const { event, of } = encoder.count
      channelOf(encoder.dialect)?.tell(0, event, { count: of(state), room })
      for (const attachment of holding) attachment.missesCount = true
    })
    counts.set(encoder.dialect, made)
    return made
  }

  /** Nobody hears of a room that it has left. */
  const goodbye = (
    { memberId, dialect }: { readonly memberId: MemberId; readonly dialect: ProtocolName },
    after: RoomState,
  ): void => {
    const attachment = attachments.get(memberId)
    if (attachment === undefined) return
    const { connection } = attachment
    leaveChannel(attachment, dialect)
    if (connection.current.get(dialect) === room) connection.current.delete(dialect)
    if (isMember(memberId, after)) return
    connection.memberships.delete(room)
    remove(memberId, attachment)
    endIfEmpty()
  }

  const close = (): void => {
    for (const count of counts.values()) count.close()
    for (const channel of channels.values()) channel.close()
  }

  return {
    attach,
    again,
    goLive,
    detach,
    deliver,
    hearer,
    pass,
    recent: recent.upTo,
    size: () => attachments.size,
    close,
  }
}

/** Somebody who is away may come back for what the room told meanwhile; in a vocabulary that nobody has, nobody will. */
const mayComeBack = ({ resumes, dialect }: Encoder, before: RoomState, after: RoomState): boolean =>
  resumes === 'at-once' && (usesProtocol(dialect, after) || usesProtocol(dialect, before))

export const isMember = (member: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, member) !== undefined
