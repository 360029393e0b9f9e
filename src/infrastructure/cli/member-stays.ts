import type { RoomRecord } from '../../application/ports/event-store.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
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
  isIn: boolean
  readonly stays: Array<{ readonly from: number; to: number }>
}

/** All members that the room ever had. */
export const memberStaysOf = async (
  room: RoomId,
  records: AsyncIterable<RoomRecord>,
  { evolve }: RoomModel,
): Promise<ReadonlyArray<MemberStays>> => {
  const noted = new Map<MemberId, OpenStays>()
  let state = initial(room)
  let last = 0
  for await (const record of records) {
    const after = evolve(state, record)
    if (record.type === 'room.member-joined') recordJoin(record.data.memberId, after, noted)
    if (record.type === 'room.member-left' && !isIn(record.data.memberId, after)) {
      recordLeave(record.data.memberId, record.seq, noted)
    }
    state = after
    last = record.seq
  }
  const readsAll = state.phase !== 'absent' && state.history === 'all'
  return [...noted].map(([id, { name, isIn: isStillIn, stays }]) => {
    const ended = stays.map(({ from, to }, place) => ({
      from,
      to: isStillIn && place === stays.length - 1 ? last : to,
    }))
    const end = ended.at(-1)?.to ?? 0
    return { id, name, stays: readsAll ? [{ from: 1, to: end }] : ended }
  })
}

const recordJoin = (id: MemberId, state: RoomState, noted: Map<MemberId, OpenStays>): void => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  if (member === undefined) return
  const known = noted.get(id) ?? { name: null, isIn: false, stays: [] }
  if (!known.isIn) known.stays.push({ from: member.since, to: member.since })
  known.isIn = true
  known.name = member.name
  noted.set(id, known)
}

const recordLeave = (id: MemberId, seq: number, noted: Map<MemberId, OpenStays>): void => {
  const known = noted.get(id)
  const stay = known?.stays.at(-1)
  if (known === undefined || stay === undefined) return
  known.isIn = false
  stay.to = seq
}

const isIn = (id: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, id) !== undefined

/** Finds a member by id, or by a name that only one member had. */
export const findMember = (
  wanted: string,
  members: ReadonlyArray<MemberStays>,
  room: RoomId,
): MemberStays => {
  const byId = members.find(({ id }) => id === wanted)
  if (byId !== undefined) return byId
  const [byName, ...others] = members.filter(({ name }) => name === wanted)
  if (byName === undefined) {
    throw new Failure(`${wanted} was never a member of ${room}; its members were ${listed(members)}`)
  }
  if (others.length > 0) {
    throw new Failure(`${room} has more than one ${wanted}; name one by its id: ${ids([byName, ...others])}`)
  }
  return byName
}

const listedAtMost = 8

const listed = (members: ReadonlyArray<MemberStays>): string => {
  if (members.length === 0) return 'nobody'
  const more = members.length - listedAtMost
  return `${ids(members.slice(0, listedAtMost))}${more > 0 ? ` and ${more} more` : ''}`
}

const ids = (members: ReadonlyArray<MemberStays>): string =>
  members.map(({ id, name }) => (name === null ? id : `${id} (${name})`)).join(', ')

export const wasPresent = ({ stays }: MemberStays, seq: number): boolean =>
  stays.some(({ from, to }) => seq >= from && seq <= to)

export const formatStays = ({ stays }: MemberStays): string =>
  stays.map(({ from, to }) => `${from} to ${to}`).join(', ')
