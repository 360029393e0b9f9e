/*
 * Injection tokens, because interfaces do not exist at run time: `@Inject(ENGINE) engine: Engine`. The symbols are in the
 * global registry, so that two copies of this package in one process have the same tokens.
 */
export const ENGINE = Symbol.for('roomreel.engine')
export const SESSIONS = Symbol.for('roomreel.sessions')
export const SETTINGS = Symbol.for('roomreel.settings')
export const CLOCK = Symbol.for('roomreel.clock')
export const ENTROPY = Symbol.for('roomreel.entropy')
export const STORE = Symbol.for('roomreel.store')
export const MONITOR = Symbol.for('roomreel.monitor')
export const METRICS = Symbol.for('roomreel.metrics')
/** `RoomSettings`: the rules of new rooms and the ICE servers of a join. */
export const ROOM_SETTINGS = Symbol.for('roomreel.room-settings')
/** `Sfu`, for calls that are too large for a mesh. */
export const SFU = Symbol.for('roomreel.sfu')
/** `Identity`: who acts on each connection, and what it may do. */
export const IDENTITY = Symbol.for('roomreel.identity')
/** `Reauthenticate`: names the user of a new token for a connected socket. */
export const REAUTHENTICATE = Symbol.for('roomreel.reauthenticate')
/** `Lifecycle`: starting, ready or stopping. */
export const LIFECYCLE = Symbol.for('roomreel.lifecycle')
/** How many read room logs by HTTP, and how fast they have to read: `LogReadLimits`. */
export const LOG_READ_LIMITS = Symbol.for('roomreel.log-read-limits')
/** `TokenVerifier`: verifies the tokens of users. */
export const TOKEN_VERIFIER = Symbol.for('roomreel.token-verifier')
/** `Protocol[]`: the protocols that are served. */
export const PROTOCOLS = Symbol.for('roomreel.protocols')
/** `CommittedEvents`: passes on every durable event. */
export const COMMITTED_EVENTS = Symbol.for('roomreel.committed-events')
/** `MembershipChanges`: passes on who has joined and left. */
export const MEMBERSHIP_CHANGES = Symbol.for('roomreel.membership-changes')
