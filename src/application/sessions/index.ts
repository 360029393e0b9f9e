/** Sessions: which client is which member, what it receives, and what it missed. */
export { createSessionManager, type SessionLoad, type SessionManager } from './session-manager.js'
export { type Connection, type Handshake, memberIdIn } from './connection.js'
export type { SessionLimits } from './limits.js'
