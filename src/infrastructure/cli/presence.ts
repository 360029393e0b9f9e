import type { RoomRecord } from '../../application/ports/event-store.js'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { entryIn } from '../../domain/kernel/table.js'
import type { RoomModel, RoomState } from '../../domain/room/index.js'
import { initial } from '../../domain/room/index.js'
import { Failure } from './failure.js'

/** From its join to its leaving, both of which it heard. */
export interface Stay {
  readonly from: number
  readonly to: number
}

/** Somebody who was a member, and what of the log it may read. */
export interface Witness {
  readonly id: MemberId
  readonly name: string | null
  readonly stays: ReadonlyArray<Stay>
}

interface Noted {
  name: string | null
  isIn: boolean
  readonly stays: Array<{ readonly from: number; to: number }>
}

/** Who was ever in the room, and when. */
export const witnessesOf = async (
  room: RoomId,
  records: AsyncIterable<RoomRecord>,
  { evolve }: RoomModel,
): Promise<ReadonlyArray<Witness>> => {
  const noted = new Map<MemberId, Noted>()
  let state = initial(room)
  let last = 0
  for await (const record of records) {
    const after = evolve(state, record)
    if (record.type === 'room.member-joined') cameIn(record.data.memberId, after, noted)
    if (record.type === 'room.member-left' && !isIn(record.data.memberId, after)) {
      wentOut(record.data.memberId, record.seq, noted)
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

const cameIn = (id: MemberId, state: RoomState, noted: Map<MemberId, Noted>): void => {
  const member = state.phase === 'absent' ? undefined : entryIn(state.members, id)
  if (member === undefined) return
  const known = noted.get(id) ?? { name: null, isIn: false, stays: [] }
  if (!known.isIn) known.stays.push({ from: member.since, to: member.since })
  known.isIn = true
  known.name = member.name
  noted.set(id, known)
}

const wentOut = (id: MemberId, seq: number, noted: Map<MemberId, Noted>): void => {
  const known = noted.get(id)
  const stay = known?.stays.at(-1)
  if (known === undefined || stay === undefined) return
  known.isIn = false
  stay.to = seq
}

const isIn = (id: MemberId, state: RoomState): boolean =>
  state.phase !== 'absent' && entryIn(state.members, id) !== undefined

/** By id, or by a name that only one of them had. */
export const witnessNamed = (wanted: string, witnesses: ReadonlyArray<Witness>, room: RoomId): Witness => {
  const byId = witnesses.find(({ id }) => id === wanted)
  if (byId !== undefined) return byId
  const [byName, ...others] = witnesses.filter(({ name }) => name === wanted)
  if (byName === undefined) {
    throw new Failure(`${wanted} was never a member of ${room}; there ${listed(witnesses)}`)
  }
  if (others.length > 0) {
    throw new Failure(`there is more than one ${wanted} in ${room}; say which: ${ids([byName, ...others])}`)
  }
  return byName
}

const listedAtMost = 8

const listed = (witnesses: ReadonlyArray<Witness>): string => {
  if (witnesses.length === 0) return 'was nobody'
  const more = witnesses.length - listedAtMost
  return `was ${ids(witnesses.slice(0, listedAtMost))}${more > 0 ? ` and ${more} more` : ''}`
}

const ids = (witnesses: ReadonlyArray<Witness>): string =>
  witnesses.map(({ id, name }) => (name === null ? id : `${id} (${name})`)).join(', ')

export const wasThere = ({ stays }: Witness, seq: number): boolean =>
  stays.some(({ from, to }) => seq >= from && seq <= to)

export const staysOf = ({ stays }: Witness): string =>
  stays.map(({ from, to }) => `${from} to ${to}`).join(', ')
