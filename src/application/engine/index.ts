/** The engine: one mailbox a room, group commit, timers, recovery. */
export { createEngine, type Engine, type EngineOptions } from './engine.js'
export { defaultLimits, type EngineLimits } from './limits.js'
export type { ReplyCallback, CommandResult, EngineFault, RequestFailure, Request } from './request.js'
