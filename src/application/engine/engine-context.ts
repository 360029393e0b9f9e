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

/** What all rooms of an engine share. */
export interface EngineContext {
  readonly model: RoomModel
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly monitor: Monitor
  readonly limits: EngineLimits
  readonly commits: CommitScheduler
  readonly admission: AdmissionControl
  readonly graceMs: number
  readonly pendingWork: PendingWork
  /** The room has no work left and is not held. */
  readonly onIdle: (room: RoomId) => void
}
