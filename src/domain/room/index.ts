/** The room: who is in it, what they do together, and all rules about that. */
export { answerTo, type Answer } from './answered.js'
export { fingerprint, storageOf } from './codec.js'
export type { RoomCommand, RoomRules } from './commands.js'
export { decide, type Decision } from './decide.js'
export { due } from './due.js'
export type { Dialect, History, LeaveReason, Role, RoomEvent, RoomOwnEvent } from './events.js'
export { evolve, initial, type Member, type Module, type Room, type RoomState } from './state.js'
export { classOf, mayRead, shownTo, viewFor } from './view.js'
