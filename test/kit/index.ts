/** What the project's own tests are made with, and tests of what is built on it. */
export { asking, sameRandom } from './asking.js'
export { given, givenActivity, type Decided, type Given } from './given.js'
export { builtIn, roomEvent, roomRecord, type BuiltInEvent } from './built-in-events.js'
export { foldOf, recorded, testEpoch, testRoom } from './recording.js'
export { seededEntropy } from './seeded-entropy.js'
export { firstInstant, settled, virtualClock, type VirtualClock } from './virtual-clock.js'
export { at, act, entering, membersOf, openRules, person, type Person } from './people.js'
export { cameBack, changedRole, created, hasJoined, hasLeft, wentAway } from './room-events.js'
export { frozen } from './frozen.js'
export { roomDriver, type RoomDriver, type Step } from './room-driver.js'
export * from './arbitraries/index.js'
export { activityDriver, type ActivityDriver, type ActivityStep, type Leaver } from './activity-driver.js'
export {
  engineKit,
  logOf,
  type Asking,
  type EngineKit,
  type EngineKitOptions,
  type Heard,
  type Noticed,
} from './engine-kit.js'
export { faultyEventStore, mishaps, type FaultyEventStore } from './faulty-event-store.js'
