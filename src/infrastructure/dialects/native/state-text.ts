import type { Viewer } from '../../../domain/kernel/activity.js'
import type { Chunk } from '../../../domain/kernel/table.js'
import { emptyTable, perChunk } from '../../../domain/kernel/table.js'
import type { Member, Room } from '../../../domain/room/index.js'
import { memberFor, viewFor } from '../../../domain/room/index.js'

/** A room's state as this viewer may see it, as JSON: `plainState(viewFor(viewer, state))`, quicker where many have come. */
export const stateText = (viewer: Viewer, state: Room): string => {
  const others = JSON.stringify({ ...viewFor(viewer, { ...state, members: emptyTable }), members: undefined })
  return `${others.slice(0, -1)},"members":{${membersText(state.members).join(',')}}}`
}

/** Without the braces. What is shown of a member is the same for all who look. */
const membersText = perChunk((members: Chunk<Member>) =>
  Object.entries(members)
    .map(([id, member]) => `${JSON.stringify(id)}:${JSON.stringify(memberFor(member))}`)
    .join(','),
)
