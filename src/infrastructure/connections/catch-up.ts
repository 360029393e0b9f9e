import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { StoreFault } from '../../application/ports/event-store.js'
import type { Audiences } from './subscriptions.js'
import type { Connection } from './connection.js'
import type { Outgoing, Told } from './emit.js'
import { named } from './emit.js'
import { sendPaced } from './paced.js'
import type { Retelling } from './log-replay.js'
import type { Membership } from './resumption.js'

/**
 * Sends what a member missed over `offset`, as it was told when it was away, and then lets it hear what is live. What
 * the room has told lately serves if it reaches back far enough; what is older is made from the log again.
 */
export const catchUp = async (
  audiences: Audiences,
  retelling: Retelling,
  connection: Connection,
  membership: Membership,
  offset: number | undefined,
): Promise<Either<StoreFault, void>> => {
  const { room, member, answered } = membership
  const { seq, state } = answered
  let countedAt = 0
  if (offset !== undefined && offset < seq) {
    // What was said before it came in is not its own to hear, and need not be looked for.
    const after = Math.max(offset, member.since - 1)
    const send = (told: ReadonlyArray<Told>): Promise<void> =>
      sendPaced(connection.socket, parcelsFor(connection, membership, told, after, seq))
    const recent = audiences.recent(room, seq)
    if (recent === undefined || recent.from > after + 1) {
      const older = await retelling.retell(room, after, recent === undefined ? seq : recent.from - 1, send)
      if (E.isLeft(older)) return older
      countedAt = older.right.countedAt
    }
    if (recent !== undefined) await send(recent.told)
    countedAt = Math.max(countedAt, recent?.countedAt ?? 0)
  }
  const missesCount = offset !== undefined && countedAt > offset
  await audiences.goLive(room, member.id, connection, { seq, state, missesCount })
  return E.right(undefined)
}

const parcelsFor = (
  connection: Connection,
  membership: Membership,
  told: ReadonlyArray<Told>,
  after: number,
  upTo: number,
): Parameters<typeof sendPaced>[1] =>
  told.flatMap(({ seq, emits }) =>
    seq <= after || seq > upTo
      ? []
      : emits
          .filter((emit) => isFor(connection, membership, seq, emit))
          .map(({ encoder, event, payload }) => ({
            event: named(event, encoder, connection.naming),
            payload,
          })),
  )

/** Who has an entry now has heard all that was told since that entry was made. */
const isFor = (
  { namespace }: Connection,
  { member }: Membership,
  seq: number,
  { encoder, to }: Outgoing,
): boolean => {
  const entry = member.entries[encoder.dialect]
  if (encoder.namespace !== namespace || entry === undefined || seq < entry.since) return false
  switch (to.type) {
    case 'everyone':
      return true
    case 'others':
      return to.than !== member.id
    case 'one':
      return to.member === member.id
  }
}
