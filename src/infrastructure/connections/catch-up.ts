import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { MemberId, RoomId } from '../../domain/kernel/ids.js'
import { lookup } from '../../domain/kernel/record.js'
import type { RoomState } from '../../domain/room/index.js'
import { evolve, initial } from '../../domain/room/index.js'
import type { RoomRecord, StoreFault } from '../../application/ports/event-store.js'
import type { Engine } from '../../application/rooms/index.js'
import type { Emit, Encoder } from './emit.js'
import { stamped } from './emit.js'

/** Read at once, and folded without a pause. */
const page = 500

export interface Missed {
  readonly event: string
  readonly payload: object
}

/**
 * What a member was not sent: the emits of the records over `after` up to `seq`, as they were made when it was away.
 * The log is folded from its beginning, because what a record is to somebody depends on the state it met.
 */
export const missedEmits = async (
  engine: Engine,
  encoders: ReadonlyArray<Encoder>,
  room: RoomId,
  member: MemberId,
  after: number,
  seq: number,
): Promise<Either<StoreFault, ReadonlyArray<Missed>>> => {
  const missed: Array<Missed> = []
  let state = initial(room)
  for (let read = 0; read < seq;) {
    const records = await engine.records(room, read, Math.min(page, seq - read))()
    if (E.isLeft(records)) return records
    if (records.right.length === 0) break
    for (const record of records.right) {
      const before = state
      state = evolve(before, record)
      if (record.seq > after) missed.push(...emitsFor(member, encoders, record, before, state))
    }
    read += records.right.length
  }
  return E.right(missed)
}

const emitsFor = (
  member: MemberId,
  encoders: ReadonlyArray<Encoder>,
  record: RoomRecord,
  before: RoomState,
  after: RoomState,
): ReadonlyArray<Missed> =>
  encoders.flatMap((encoder) =>
    hears(member, encoder, before) || hears(member, encoder, after)
      ? encoder
          .encode(record, before, after)
          .filter((emit) => isFor(member, emit))
          .map((emit) => ({ event: emit.event, payload: stamped(emit, record) }))
      : [],
  )

const hears = (member: MemberId, { dialect }: Encoder, state: RoomState): boolean =>
  state.phase !== 'absent' && lookup(state.members, member)?.entries[dialect] !== undefined

const isFor = (member: MemberId, { to }: Emit): boolean => {
  switch (to.type) {
    case 'everyone':
      return true
    case 'others':
      return to.than !== member
    case 'one':
      return to.member === member
  }
}
