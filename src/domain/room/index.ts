/** The room: who is in it, what they do together, and all rules about that. */
export type { CommandOutcome } from './command-deduplication.js'
export { fingerprint, schemaOf } from './codec.js'
export { moduleCommand, type RoomCommand, type RoomRules } from './commands.js'
export { isPrivateWithToken } from './create.js'
export { decide } from './decide.js'
export type { Decision } from './decision.js'
export { nextTimer } from './next-timer.js'
export type {
  ProtocolName,
  History,
  LeaveReason,
  Role,
  RoomEvent,
  RoomOwnEvent,
  RoomSignalled,
} from './events.js'
export { ActivityFailure } from './run-activity.js'
export { effects, type RoomEffect, type EffectResult } from './effects.js'
export { broadcasterOf, usesProtocol, peerEntryOf } from './roles.js'
export {
  outcomeOf,
  type Entry,
  evolve,
  initial,
  type Member,
  type Module,
  type Room,
  type RoomState,
} from './state.js'
export {
  viewerClassOf,
  mayRead,
  redactMember,
  stateWithPlainMembers,
  redactEvent,
  redactState,
} from './redact.js'
