/** The room aggregate: its members, its modules and their rules. */
export type { CommandOutcome } from './command-deduplication.js'
export { createRoomModel, type RoomModel } from './model.js'
export { ActivityFailure, eventOf, isActivityEvent, type PluginList } from './plugins.js'
export {
  hasTrait,
  leaderOf,
  supportsSignal,
  type Entry,
  type ProtocolSpec,
  type Protocols,
  type RoleTraits,
  type SignalSupport,
} from './protocols.js'
export { moduleCommand, type Decision, type RoomCommand, type RoomRules } from './commands.js'
export { isPrivateWithToken } from './enter.js'
export type {
  Admission,
  ProtocolName,
  History,
  LeaveReason,
  Role,
  RoomEvent,
  ActivityEvent,
  RoomOwnEvent,
  RoomSignalled,
} from './events.js'
export type { RoomEffect } from './modules.js'
export {
  outcomeOf,
  usesProtocol,
  initial,
  memberOfSession,
  stateOf,
  type Member,
  type Module,
  type Room,
  type RoomState,
} from './state.js'
export { mayRead, redactMember, stateWithPlainMembers } from './redact.js'
