import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { LinkEmit } from '../../ports/client-link.js'
import type { StoreFault } from '../../ports/event-store.js'
import type { Connection } from '../connection.js'
import { hasEnded } from '../connection.js'
import type { EncodedEmit, EncodedRecord } from '../encoded-emit.js'
import { eventName } from '../encoded-emit.js'
import type { LogReplay } from './log-replay.js'
import type { RoomPublisher } from '../publisher.js'
import type { ResumedMembership } from '../memberships.js'

/**
 * Sends the emits that the member missed after `offset`, and then makes it live. The emit cache serves if it
 * reaches back far enough; older emits are encoded from the log again.
 */
export const catchUp = async (
  publisher: Pick<RoomPublisher, 'cachedEmits' | 'goLive'>,
  logReplay: Pick<LogReplay, 'replay'>,
  connection: Connection,
  membership: ResumedMembership,
  offset: number | undefined,
): Promise<Either<StoreFault, void>> => {
  const { room, member, result } = membership
  const { seq, state } = result
  let countedAt = 0
  if (offset !== undefined && offset < seq) {
    // A member may not receive what was published before its first join.
    const after = Math.max(offset, member.since - 1)
    const send = (records: ReadonlyArray<EncodedRecord>): Promise<void> =>
      connection.link.emitPaced(emitsFor(connection, membership, records, after, seq))
    const cached = publisher.cachedEmits(room, seq)
    if (cached === undefined || cached.from > after + 1) {
      const older = await logReplay.replay({
        room,
        session: connection.session,
        after,
        upTo: cached === undefined ? seq : Math.min(seq, cached.from - 1),
        isNeeded: () => !hasEnded(connection),
        send,
      })
      if (E.isLeft(older)) return older
      countedAt = older.right.countedAt
    }
    if (hasEnded(connection)) return E.right(undefined)
    if (cached !== undefined) await send(cached.records)
    countedAt = Math.max(countedAt, cached?.countedAt ?? 0)
  }
  const missesCount = offset !== undefined && countedAt > offset
  await publisher.goLive(room, member.id, connection, { seq, state, missesCount })
  return E.right(undefined)
}

const emitsFor = (
  { naming, link: { namespace } }: Connection,
  membership: ResumedMembership,
  records: ReadonlyArray<EncodedRecord>,
  after: number,
  upTo: number,
): ReadonlyArray<LinkEmit> =>
  records.flatMap(({ seq, emits }) =>
    seq <= after || seq > upTo
      ? []
      : emits
          .filter((emit) => isFor(namespace, membership, seq, emit))
          .map(({ encoder, event, payload }) => ({ event: eventName(event, encoder, naming), payload })),
  )

/** A member has received, or missed, all emits of a protocol since its entry in that protocol. */
const isFor = (
  namespace: string,
  { member }: ResumedMembership,
  seq: number,
  { encoder, to }: EncodedEmit,
): boolean => {
  const entry = member.entries[encoder.protocol]
  if (encoder.namespace !== namespace || entry === undefined || seq < entry.since) return false
  switch (to.type) {
    case 'everyone':
      return true
    case 'others':
      return to.except !== member.id
    case 'one':
      return to.member === member.id
  }
}
