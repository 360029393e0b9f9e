/** The room: who is in it, what they do together, and all rules about that. */
export type { Answer } from './command-deduplication.js'
export { fingerprint, storageOf } from './codec.js'
export { actOf, type RoomCommand, type RoomRules } from './commands.js'
export { isOpenedBy } from './create.js'
export { decide } from './decide.js'
export type { Decision } from './decision.js'
export { due } from './next-timer.js'
export type { Dialect, History, LeaveReason, Role, RoomEvent, RoomOwnEvent, RoomSignalled } from './events.js'
export { ActivityFailure } from './run-activity.js'
export { wants, type RoomWant, type WantAnswer } from './effects.js'
export { broadcasterOf, isSpokenIn, peerEntryOf } from './roles.js'
export {
  answerIn,
  type Entry,
  evolve,
  initial,
  type Member,
  type Module,
  type Room,
  type RoomState,
} from './state.js'
export { classOf, mayRead, memberFor, plainState, shownTo, viewFor } from './redact.js'
