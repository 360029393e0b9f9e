/**
 * Roomreel in a NestJS application: the engine, its module and sockets, the stores, and the ports for stores, clocks and
 * publishers of the application. The test kit is `roomreel/testing`; the browser SDK is `roomreel/client`.
 */
export {
  createEngine,
  defaultLimits,
  type AuditOptions,
  type ReplyCallback,
  type CommandResult,
  type Engine,
  type EngineLimits,
  type EngineOptions,
  type EngineFault,
  type RequestFailure,
  type Request,
} from './application/engine/index.js'

export type {
  AuditEntry,
  AuditExtent,
  AuditFault,
  AuditPosition,
  AuditRecord,
  AuditStore,
  AuditSubject,
} from './application/ports/audit-trail.js'
export type { Cancel, Clock } from './application/ports/clock.js'
export type { Entropy } from './application/ports/entropy.js'
export type {
  Append,
  EventStore,
  IndexEntry,
  AppendOutcome,
  RoomRecord,
  StoreFault,
} from './application/ports/event-store.js'
export type { Monitor } from './application/ports/monitor.js'
export type { Delivery, Publisher } from './application/ports/publisher.js'

export {
  createRoomModel,
  eventOf,
  initial,
  isActivityEvent,
  moduleCommand,
  mayRead,
  stateOf,
  type PluginList,
  type ProtocolSpec,
  type ProtocolName,
  type Member,
  type Role,
  type Room,
  type RoomCommand,
  type RoomEvent,
  type RoomModel,
  type RoomRules,
  type RoomState,
} from './domain/room/index.js'
export type { MembershipStarted, MembershipChange, MembershipEnded } from './domain/room/membership-change.js'
export {
  defineActivity,
  type Activity,
  type ActivityCommand,
  type AnyActivity,
  type Effect,
  type EffectContext,
  type ErrorTable,
  type Departure as ActivityDeparture,
  type LeaveReason,
  type Participant,
  type RoomView,
  type EventSchema,
  type Viewer,
} from './domain/kernel/activity.js'
export type { CommandContext } from './domain/kernel/command-context.js'
export { accept, reject, type Decision } from './domain/kernel/decision.js'
export type { Cause, DomainEvent, RecordedEvent } from './domain/kernel/domain-event.js'
export {
  commandId,
  connectionId,
  epoch,
  isRoomName,
  memberId,
  roomId,
  sessionKey,
  type CommandId,
  type ConnectionId,
  type Epoch,
  type MemberId,
  type RoomId,
  type SessionKey,
} from './domain/kernel/ids.js'
export type { Timer, Instant } from './domain/kernel/instant.js'
export { payloadDecoder, type PayloadDecoder } from './domain/kernel/payload-decoder.js'
export {
  builtInActivities,
  builtInModel,
  builtInProtocols,
  roomModel,
  type RoomModelOptions,
} from './plugins.js'
export { lookup } from './domain/kernel/record.js'
export {
  invalidPayload,
  type ActivityRejection,
  type CommonRejection,
  type ErrorDescription,
  type Malformed,
  type Rejection,
} from './domain/kernel/rejection.js'
export { emptyTable, entryIn, findIn, valuesIn, withEntry, type Table } from './domain/kernel/table.js'
export {
  defineProtocol,
  message,
  type Incoming,
  type IncomingMessage,
  type Outgoing,
  type Protocol,
  type ProtocolDefinition,
} from './infrastructure/protocols/define-protocol.js'
export {
  eventIn,
  on,
  room as roomEvents,
  toEveryone,
  toMember,
  toOthers,
  type EncodeEvent,
  type EventFamily,
} from './infrastructure/protocols/event-family.js'
export type { Entered } from './infrastructure/protocols/enter-room.js'
export type { HandlerContext } from './infrastructure/protocols/handler-context.js'
export {
  reject as rejectRequest,
  reply,
  type HandlerRejection,
  type HandlerResult,
} from './infrastructure/protocols/handler-result.js'

export {
  createConnectFourPlayer,
  type ConnectFourPlayer,
  type PlayerOptions,
} from './infrastructure/workers/connect-four-player.js'
export { systemClock } from './infrastructure/clock/system-clock.js'
export { systemEntropy } from './infrastructure/entropy/system-entropy.js'
export { backUp, checkAll, type Checked, type CheckedAudit } from './infrastructure/storage/back-up.js'
export {
  openLmdbEventStore,
  type Durability,
  type LmdbEventStore,
  type LmdbOptions,
  type OpenFault,
} from './infrastructure/storage/lmdb-event-store.js'
export { memoryEventStore } from './infrastructure/storage/memory-event-store.js'

export { RoomreelModule, type RoomreelOptions } from './infrastructure/nest/roomreel.module.js'
export { roomSockets, type RoomSockets, type RoomSocketsOptions } from './infrastructure/nest/room-sockets.js'
export { ShutdownError, type Shutdown, type StepFailure } from './infrastructure/nest/shutdown.js'
export { principalOf } from './infrastructure/transport/handshake-guard.js'
export type {
  Authenticate,
  Authentication,
  HandshakeRequest,
  VerifiedUser,
} from './infrastructure/transport/handshake-guard.js'
export type { AuditScope } from './application/identity/audit-scope.js'
export type { AuditRequest, AuditTrail } from './application/identity/audit-trail.js'
export { userRoles, type Principal, type UserRole } from './application/identity/principal.js'
export {
  jwtAuthentication,
  type JwtAuthentication,
  type JwtOptions,
} from './infrastructure/identity/jwt-authentication.js'
export { issueToken, type NewToken } from './infrastructure/identity/issue-token.js'
export type { FrameLimits } from './infrastructure/transport/frame-limits.js'
export type { RateLimits } from './infrastructure/limits/rate-limits.js'
export type { Rate } from './infrastructure/limits/token-bucket.js'
export type { ShutdownPlan, TransportLimits } from './infrastructure/transport/transport.js'
export {
  MemberPresence,
  RoomEventCommitted,
  RoomreelCqrsModule,
  SubmitRoomCommand,
  type RoomreelCqrsOptions,
} from './infrastructure/nest/roomreel-cqrs.module.js'
export { type CommittedEvents, type MembershipChanges } from './infrastructure/nest/publishing.js'
export {
  CLOCK,
  COMMITTED_EVENTS,
  ENGINE,
  ENTROPY,
  MEMBERSHIP_CHANGES,
  MONITOR,
  STORE,
} from './infrastructure/nest/tokens.js'
