import type { DomainEvent, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { Epoch, RoomId } from '../../src/domain/kernel/ids.js'
import { epoch, roomId } from '../../src/domain/kernel/ids.js'
import type { RoomEvent, RoomState } from '../../src/domain/room/index.js'
import { initial } from '../../src/domain/room/index.js'
import { builtInModel } from '../../src/plugins.js'
import type { BuiltInEvent } from './built-in-events.js'
import { roomRecord } from './built-in-events.js'
import { firstInstant } from './virtual-clock.js'

export const testRoom: RoomId = roomId('main')
export const testEpoch: Epoch = epoch('epoch-1')

type Origin = Pick<RecordedEvent, 'at' | 'by' | 'cause'>

const nobody: Origin = { at: firstInstant, by: null, cause: null }

/** Gives facts their places in a room's log, behind the `after` records that it has. */
export const recorded = <F extends DomainEvent>(
  facts: ReadonlyArray<F>,
  after: number = 0,
  origin: Origin = nobody,
  room: RoomId = testRoom,
): ReadonlyArray<RecordedEvent<F>> =>
  facts.map((fact, place) => ({ ...fact, room, epoch: testEpoch, seq: after + place + 1, ...origin }))

/** The state that a room's log leads to. */
export const foldOf = (
  log: ReadonlyArray<RecordedEvent<RoomEvent | BuiltInEvent>>,
  from: RoomState = initial(testRoom),
): RoomState => {
  let state = from
  for (const event of log) state = builtInModel.evolve(state, roomRecord(event))
  return state
}
