import type { Viewer } from '../../../domain/kernel/activity.js'
import type { Chunk } from '../../../domain/kernel/table.js'
import { emptyTable, memoizePerChunk } from '../../../domain/kernel/table.js'
import type { Member, Room, RoomModel } from '../../../domain/room/index.js'
import { redactMember } from '../../../domain/room/index.js'
import { RawJson } from '../../transport/raw-json.js'

/** A room's state as this viewer may see it, as JSON: `plainState(viewFor(viewer, state))`, quicker where many have come. */
export const writtenState = (viewer: Viewer, state: Room, { redactState }: RoomModel): RawJson => {
  const others = JSON.stringify({
    ...redactState(viewer, { ...state, members: emptyTable }),
    members: undefined,
  })
  const last = state.members.at(-1)
  return new RawJson([
    Buffer.from(`${others.slice(0, -1)},"members":{`),
    ...writtenBefore(state.members.slice(0, -1)),
    Buffer.from(last === undefined ? '}}' : `${textOf(last)}}}`),
  ])
}

/** Without the braces. What is shown of a member is the same for all who look. */
const textOf = (members: Chunk<Member>): string =>
  Object.entries(members)
    .map(([id, member]) => `${JSON.stringify(id)}:${JSON.stringify(redactMember(member))}`)
    .join(',')

/** Those to which nobody comes any more change seldom, so they are written once. */
const writtenBefore = memoizePerChunk((members: Chunk<Member>) => Buffer.from(`${textOf(members)},`))
