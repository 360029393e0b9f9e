import type { RoomId } from '../../domain/kernel/ids.js'
import type { RoomModel } from '../../domain/room/index.js'
import type { Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { EventStore } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import type { Publisher } from '../ports/publisher.js'
import type { CommitScheduler } from './commit-scheduler.js'
import type { PendingWork } from './room/mailbox.js'
import type { EngineLimits } from './limits.js'
import type { AdmissionControl } from './admission-control.js'

export interface EngineOptions {
  /** The rules, with the activities and protocols that rooms have. A log can be read only with the activities that wrote it. */
  readonly model: RoomModel
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
  /** Grace period of a lost connection, in milliseconds (E-50). */
  readonly graceMs: number
  /** How long the log of an empty room without timers is kept, in milliseconds (E-57). */
  readonly retentionMs: number
  readonly limits?: Partial<EngineLimits>
  /** Default: nothing is recorded. */
  readonly audit?: AuditOptions | undefined
}

/** The audit trail of an engine. */
export interface AuditOptions {
  /** The name of the server process, in each record. */
  readonly node: string
  /** How long records are kept, in milliseconds. */
  readonly retentionMs: number
}

/** What all rooms of an engine share. */
export interface EngineContext extends Required<Omit<EngineOptions, 'limits' | 'retentionMs' | 'audit'>> {
  readonly audit: AuditOptions | null
  readonly limits: EngineLimits
  readonly commits: CommitScheduler
  readonly admission: AdmissionControl
  readonly pendingWork: PendingWork
  /** The room has no work left, and nothing holds it. */
  readonly onIdle: (room: RoomId) => void
}

/** What the parts of one room share. Its monitor also deactivates an activity that has thrown. */
export type RoomContext = EngineContext & { readonly room: RoomId }
