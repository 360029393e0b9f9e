import type { RecordedEvent } from '../../domain/kernel/domain-event.js'
import type { MemberLeft } from '../../domain/room/events.js'
import type { RoomState } from '../../domain/room/index.js'
import type { LinkEmit } from '../ports/client-link.js'
import type { Encoder } from '../ports/encoder.js'
import type { RoomRecord } from '../ports/event-store.js'
import type { Naming } from './encoded-emit.js'
import { encodeRecord, eventName } from './encoded-emit.js'
import type { RemovalNotice } from './outbox.js'

/** A membership ended, and neither the member nor its grace period ended it. */
export const isRemoval = (record: RoomRecord): record is RecordedEvent<MemberLeft> =>
  record.type === 'room.member-left' && record.data.reason !== 'left' && record.data.reason !== 'expired'

/** `removed` is for a member, and a client that returns after its removal is none: it receives this notice instead. */
export const removalNotice = (
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
