/**
 * What Nest is asked for by name, because an interface is gone at run time: `@Inject(ENGINE) engine: Engine`. Registered
 * symbols, so that an application that has loaded this package twice still finds what it provided.
 */
export const ENGINE = Symbol.for('roomreel.engine')
export const HUB = Symbol.for('roomreel.hub')
export const SETTINGS = Symbol.for('roomreel.settings')
export const CLOCK = Symbol.for('roomreel.clock')
export const ENTROPY = Symbol.for('roomreel.entropy')
export const STORE = Symbol.for('roomreel.store')
export const MONITOR = Symbol.for('roomreel.monitor')
export const METRICS = Symbol.for('roomreel.metrics')
/** What rooms are made with and what a join tells: `RoomSettings` of the dialects. */
export const ROOM_SETTINGS = Symbol.for('roomreel.room-settings')
/** Where a call goes that is too large for a mesh: `Sfu`. */
export const SFU = Symbol.for('roomreel.sfu')
/** Whether the server is starting, ready or stopping: `Lifecycle`. */
export const LIFECYCLE = Symbol.for('roomreel.lifecycle')
/** How many read room logs by HTTP, and how fast they have to read: `LogReadLimits`. */
export const LOG_READ_LIMITS = Symbol.for('roomreel.log-read-limits')
/** The tables of every dialect that is served: `Vocabulary[]`. */
export const VOCABULARIES = Symbol.for('roomreel.vocabularies')
/** What is told of every record that has become durable: `CommittedEvents`. */
export const COMMITTED_EVENTS = Symbol.for('roomreel.committed-events')
/** What is told of everybody who has come or gone: `Attendances`. */
export const ATTENDANCES = Symbol.for('roomreel.attendances')
