import type { Chunk } from '../kernel/table.js'
import { memoizePerChunk } from '../kernel/table.js'
import type { RoomUser } from './commands.js'
import type { Member, Room } from './state.js'

/** Whether the room's list of users and roles has this user. A user id without a token proves nothing. */
export const isAdmitted = (user: RoomUser, { admission }: Pick<Room, 'admission'>): boolean => {
  if (admission === undefined) return true
  if (!user.isVerified) return false
  const isNamed = user.userId !== null && admission.userIds.includes(user.userId)
  return isNamed || user.roles.some((role) => admission.roles.includes(role))
}

/** The other members with this user id; proven by a token, or only stated. */
export const membersWithUserId = (
  userId: string,
  isVerified: boolean,
  except: Member | undefined,
  { members }: Pick<Room, 'members'>,
): ReadonlyArray<Member> => {
  const kind = isVerified ? 'verified' : 'unverified'
  const userIds = userIdsOf(members)
  return members.flatMap((chunk, index) =>
    userIds[index]?.[kind].has(userId) === true
      ? Object.values(chunk).filter(
          (member) =>
            member.userId === userId &&
            (member.isVerified === true) === isVerified &&
            member.id !== except?.id,
        )
      : [],
  )
}

const userIdsOf = memoizePerChunk((members: Chunk<Member>) => {
  const verified = new Set<string>()
  const unverified = new Set<string>()
  for (const { userId, isVerified } of Object.values(members)) {
    if (userId !== null) (isVerified === true ? verified : unverified).add(userId)
  }
  return { verified, unverified }
})
