import type { CommandContext } from '../../src/domain/kernel/command-context.js'
import type { DomainEvent, RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { Epoch, MemberId, RoomId } from '../../src/domain/kernel/ids.js'
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

const noOrigin: Origin = { at: firstInstant, by: null, cause: null }

/** Gives events their positions in a room's log, after the `after` records that it has. */
export const recorded = <Event extends DomainEvent>(
  events: ReadonlyArray<Event>,
  after: number = 0,
  origin: Origin = noOrigin,
  room: RoomId = testRoom,
): ReadonlyArray<RecordedEvent<Event>> =>
  events.map((event, index) => ({ ...event, room, epoch: testEpoch, seq: after + index + 1, ...origin }))

/** The state that a room's log leads to. */
export const foldOf = (
  log: ReadonlyArray<RecordedEvent<RoomEvent | BuiltInEvent>>,
  from: RoomState = initial(testRoom),
): RoomState => {
  let state = from
  for (const event of log) state = builtInModel.evolve(state, roomRecord(event))
  return state
}

/** 32 bytes that are always the same: 0, 1, 2 … 31. */
const sameRandom: Uint8Array = Uint8Array.from({ length: 32 }, (_, index) => index)

/** A command with its context; without options it has no actor, the first instant and the same random bytes. */
export const contextOf = <Command>(
  command: Command,
  by: MemberId | null = null,
  rest: Partial<Omit<CommandContext<Command>, 'command' | 'by'>> = {},
): CommandContext<Command> => ({ command, by, at: firstInstant, cause: null, random: sameRandom, ...rest })
