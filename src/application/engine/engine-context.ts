import type { RoomId } from '../../domain/kernel/ids.js'
import type { Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { EventStore } from '../ports/event-store.js'
import type { Monitor } from '../ports/monitor.js'
import type { Outside } from '../ports/effect-handler.js'
import type { Publisher } from '../ports/publisher.js'
import type { GroupCommit } from './commit-scheduler.js'
import type { Waiting } from './mailbox.js'
import type { EngineLimits } from './limits.js'
import type { Turnstile } from './admission-control.js'

/** What all rooms of an engine share. */
export interface Surroundings {
  readonly store: EventStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly publisher: Publisher
  readonly outside: Outside
  readonly monitor: Monitor
  readonly limits: EngineLimits
  readonly commits: GroupCommit
  readonly turnstile: Turnstile
  readonly graceMs: number
  readonly waiting: Waiting
  /** Nothing waits in this room and nobody holds it. */
  readonly idle: (room: RoomId) => void
}
