import { entryIn, findIn } from '../../domain/kernel/table.js'
import type { Member, RoomState } from '../../domain/room/index.js'

/** The member that speaks by this connection: most likely under the id that was asked for. */
export const memberBy = (state: RoomState, connection: string, expected: string): Member | undefined => {
  if (state.phase === 'absent') return undefined
  const member = entryIn(state.members, expected)
  if (member?.secret?.connection === connection) return member
  return findIn(state.members, ({ secret }) => secret?.connection === connection)
}
