import type { EventSchema } from '../../domain/kernel/activity.js'
import type { MemberId } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { RoomRecord } from '../ports/event-store.js'

/** A user in one room's log: its members there, and the names under which they joined. */
export interface Person {
  readonly userId: string
  readonly memberIds: ReadonlySet<MemberId>
  readonly names: ReadonlySet<string>
}

/** Which record of a log is about a person. */
export interface PersonalRecord {
  readonly seq: number
  /** Another member has written it. */
  readonly isOfOther: boolean
  /** It is only selected because it holds a name of the person. */
  readonly isByName: boolean
  readonly erased: 'personal' | 'personal and secret'
}

/** The member that joins in this record, if it is one of this user; a token may have proven it. */
export const memberOfUser = (
  userId: string,
  record: RoomRecord,
): { readonly memberId: MemberId; readonly isVerified: boolean } | undefined =>
  record.type === 'room.member-joined' && record.data.userId === userId
    ? { memberId: record.data.memberId, isVerified: record.data.isVerified === true }
    : undefined

/** Whether the room's list of those who may enter has this user. */
export const admitsUser = (userId: string, record: RoomRecord): boolean =>
  record.type === 'room.created' && record.data.admission?.userIds.includes(userId) === true

/** The name in this record, if one of these members joins with it. */
export const nameOfMember = (memberIds: ReadonlySet<MemberId>, record: RoomRecord): string | undefined =>
  record.type === 'room.member-joined' && memberIds.has(record.data.memberId)
    ? (record.data.name ?? undefined)
    : undefined

/** Takes a room's records in order and gives those that hold personal data of the person. */
export type SelectPersonal = (record: RoomRecord) => PersonalRecord | undefined

/**
 * Selects what a person has written, what the clock repeats of it, and what names the person by its user id or a
 * member id. Personal data of one record is stored under one salted hash: all of it is erased, or none.
 */
export const createPersonalSelection = (
  { userId, memberIds, names }: Person,
  { schemaOf }: Pick<RoomModel, 'schemaOf'>,
): SelectPersonal => {
  const ids: ReadonlySet<unknown> = new Set<unknown>([userId, ...memberIds])
  const lastAuthors = new Map<string, MemberId>()

  const isOwn = ({ by, type }: RoomRecord, { repeats }: EventSchema): boolean => {
    if (by !== null) lastAuthors.set(type, by)
    const repeated = repeats === undefined ? undefined : lastAuthors.get(repeats)
    return (by !== null && memberIds.has(by)) || (repeated !== undefined && memberIds.has(repeated))
  }

  return (record) => {
    const schema = schemaOf(record.type)
    if (schema === undefined) return undefined
    const { personalPaths, userPaths = [], isOfNamedUsersOnly, hasPersonalSecret } = schema
    const isWritten = isOwn(record, schema) && isOfNamedUsersOnly !== true
    const isNamed = isWritten || holdsAny(record.data, userPaths, (value) => ids.has(value))
    if (personalPaths.length === 0) return undefined
    const isByName =
      !isNamed &&
      isOfNamedUsersOnly !== true &&
      holdsAny(record.data, personalPaths, (value) => hasName(value, names))
    if (!isNamed && !isByName) return undefined
    return {
      seq: record.seq,
      isOfOther: record.by !== null && !memberIds.has(record.by),
      isByName,
      erased: hasPersonalSecret === true ? 'personal and secret' : 'personal',
    }
  }
}

const holdsAny = (
  data: unknown,
  paths: ReadonlyArray<string>,
  accepts: (value: unknown) => boolean,
): boolean => paths.some((path) => valuesAt(data, path.split('.')).some(accepts))

/** The values at a path, in which `*` is each item of an array. */
const valuesAt = (value: unknown, [key, ...rest]: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  if (key === undefined) return [value]
  if (Array.isArray(value)) return key === '*' ? value.flatMap((item) => valuesAt(item, rest)) : []
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return []
  return valuesAt(Object.entries(value).find(([name]) => name === key)?.[1], rest)
}

/** Whether a text in this JSON value is exactly one of the names. */
const hasName = (value: unknown, names: ReadonlySet<string>): boolean => {
  if (typeof value === 'string') return names.has(value)
  return (
    typeof value === 'object' && value !== null && Object.values(value).some((part) => hasName(part, names))
  )
}
