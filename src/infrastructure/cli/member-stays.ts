import type { RoomRecord } from '../../application/ports/event-store.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomModel } from '../../domain/room/index.js'
import { initial } from '../../domain/room/index.js'
import { Failure } from './terminal.js'

/** The seqs of a member's join and of its leaving, both included. */
export interface Stay {
  readonly from: number
  readonly to: number
}

/** A former or present member, and the parts of the log that it may read. */
export interface MemberStays {
  readonly id: MemberId
  readonly name: string | null
  readonly stays: ReadonlyArray<Stay>
}

interface OpenStays {
  name: string | null
  /** `to` is `null` while the member is in the room. */
  readonly stays: Array<{ readonly from: number; to: number | null }>
}

/** All members that the room ever had. */
export const memberStaysOf = async (
  room: RoomId,
  records: AsyncIterable<RoomRecord>,
  { evolve }: RoomModel,
): Promise<ReadonlyArray<MemberStays>> => {
  const members = new Map<MemberId, OpenStays>()
  let state = initial(room)
  let lastSeq = 0
  for await (const record of records) {
    state = evolve(state, record)
    lastSeq = record.seq
    if (record.type !== 'room.member-joined' && record.type !== 'room.member-left') continue
    const { memberId: id } = record.data
    const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
    const entry = members.get(id) ?? { name: null, stays: [] }
    const stay = entry.stays.at(-1)
    if (member === undefined) {
      if (stay !== undefined) stay.to ??= record.seq
      continue
    }
    if (stay?.to !== null) entry.stays.push({ from: member.since, to: null })
    entry.name = member.name
    members.set(id, entry)
  }
  const readsAll = state.phase !== 'absent' && state.history === 'all'
  return [...members].map(([id, { name, stays }]) => {
    const ended = stays.map(({ from, to }) => ({ from, to: to ?? lastSeq }))
    return { id, name, stays: readsAll ? [{ from: 1, to: ended.at(-1)?.to ?? 0 }] : ended }
  })
}

/** Finds a member by id, or by a name that only one member had. */
export const findMember = (
  idOrName: string,
  members: ReadonlyArray<MemberStays>,
  room: RoomId,
): MemberStays => {
  const byId = members.find(({ id }) => id === idOrName)
  if (byId !== undefined) return byId
  const [byName, ...others] = members.filter(({ name }) => name === idOrName)
  if (byName === undefined) {
    throw new Failure(`${idOrName} was never a member of ${room}; its members were ${listed(members)}`)
  }
  if (others.length > 0) {
    throw new Failure(
      `${room} has more than one ${idOrName}; name one by its id: ${ids([byName, ...others])}`,
    )
  }
  return byName
}

const maxListed = 8

const listed = (members: ReadonlyArray<MemberStays>): string => {
  if (members.length === 0) return 'nobody'
  const more = members.length - maxListed
  return `${ids(members.slice(0, maxListed))}${more > 0 ? ` and ${more} more` : ''}`
}

const ids = (members: ReadonlyArray<MemberStays>): string =>
  members.map(({ id, name }) => (name === null ? id : `${id} (${name})`)).join(', ')

export const wasPresent = ({ stays }: MemberStays, seq: number): boolean =>
  stays.some(({ from, to }) => seq >= from && seq <= to)

export const formatStays = ({ stays }: MemberStays): string =>
  stays.map(({ from, to }) => `${from} to ${to}`).join(', ')
