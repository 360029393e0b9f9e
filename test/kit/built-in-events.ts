import type { ConnectFourEvent } from '../../src/domain/activities/connect-four/index.js'
import type { PickerEvent } from '../../src/domain/activities/random-picker/index.js'
import type { RelayEvent } from '../../src/domain/activities/relay/index.js'
import type { QuizEvent } from '../../src/domain/activities/telequiz/index.js'
import type { RecordedEvent } from '../../src/domain/kernel/domain-event.js'
import type { RoomEvent, RoomOwnEvent } from '../../src/domain/room/index.js'

/** An event of the room or of a built-in activity. */
export type BuiltInEvent = RoomOwnEvent | PickerEvent | ConnectFourEvent | QuizEvent | RelayEvent

/** Narrows a record to the built-in activities, for tests of rooms that have no others. */
export const builtIn = (record: RecordedEvent<RoomEvent>): RecordedEvent<BuiltInEvent> =>
  record as unknown as RecordedEvent<BuiltInEvent>

/** Widens a record of a built-in activity to the type that the room uses. */
export const roomRecord = (record: RecordedEvent<RoomEvent | BuiltInEvent>): RecordedEvent<RoomEvent> =>
  record as unknown as RecordedEvent<RoomEvent>
