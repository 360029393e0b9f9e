/** The engine: one mailbox a room, group commit, timers, recovery. */
export { createEngine, type Engine } from './engine.js'
export type { AuditOptions, EngineOptions } from './engine-context.js'
export { defaultLimits, type EngineLimits } from './limits.js'
export type { ReplyCallback, CommandResult, EngineFault, RequestFailure, Request } from './request.js'
