import type { MemberId } from '../../domain/kernel/ids.js'
import { entryIn, findIn } from '../../domain/kernel/table.js'
import type { Member, RoomState } from '../../domain/room/index.js'
import type { RoomRecord } from '../../application/ports/event-store.js'

/** The member that speaks by this connection: most likely under the id that was asked for. */
export const memberBy = (state: RoomState, connection: string, expected: string): Member | undefined => {
  if (state.phase === 'absent') return undefined
  const member = entryIn(state.members, expected)
  if (member?.secret?.connection === connection) return member
  return findIn(state.members, ({ secret }) => secret?.connection === connection)
}

/**
 * Whoever takes the place of somebody who is away hears of the room from its own entry on, which is behind that. Nobody
 * else has to be left out: the one whose place it was is not there to hear it.
 */
export const unheardBy = (record: RoomRecord): MemberId | null =>
  record.type === 'room.member-left' && record.data.reason === 'displaced' ? record.by : null
