import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import { entryOf, summedEntryOf } from '../../identity/audit-scope.js'
import type { AuditEntry, AuditSubject } from '../../ports/audit-trail.js'
import type { RoomSignalled } from '../../../domain/room/index.js'
import type { RoomContext } from '../engine-context.js'
import type { CommandResult, Request, RequestFailure } from '../request.js'

/** The audit entries of one room's decisions, which are committed with the room's records. */
export interface AuditBuffer {
  /** Adds the entry of a decided request. Returns whether the trail has the request once that entry is durable. */
  readonly addDecision: (request: Request, outcome: Either<RequestFailure, CommandResult>) => boolean
  /** Adds the entry of a record that sums up signals. */
  readonly addSignals: (subject: AuditSubject | null, signalled: RoomSignalled['data']) => void
  /** The number of entries so far, and how many of them are durable. */
  readonly count: () => number
  readonly durableCount: () => number
  readonly hasUncommitted: () => boolean
  /** The entries since the last call. */
  readonly take: () => ReadonlyArray<AuditEntry>
  /** The entries of the last `take` are durable. */
  readonly markDurable: () => void
  /** Their decisions were withdrawn: drops every entry that is not durable. */
  readonly withdraw: () => void
}

export const createAuditBuffer = ({ room, clock, audit }: RoomContext): AuditBuffer => {
  let uncommitted: Array<AuditEntry> = []
  let count = 0
  let takenCount = 0
  let durableCount = 0

  const add = (entry: AuditEntry): void => {
    uncommitted.push(entry)
    count++
  }

  return {
    addDecision: ({ audit: scope, command }, outcome) => {
      if (audit === null || scope === undefined) return false
      if (E.isRight(outcome)) {
        // The room's record of the signals has an entry for all of them.
        if (command?.type === 'signal') return true
        add(entryOf(scope, { at: clock.now(), room, code: null, node: audit.node }))
        return true
      }
      const code = auditCodeOf(outcome.left)
      // Its outcome is unknown, so the entry may be in the trail already.
      if (code === 'store-unavailable' || code === scope.retriedCode) return false
      add(entryOf(scope, { at: clock.now(), room, code, node: audit.node }))
      return true
    },
    addSignals: (subject, { to, count: signals }) => {
      if (audit === null || subject === null) return
      const outcome = { at: clock.now(), room, code: null, node: audit.node }
      add(summedEntryOf(subject, outcome, 'signal', to, signals))
    },
    count: () => count,
    durableCount: () => durableCount,
    hasUncommitted: () => uncommitted.length > 0,
    take: () => {
      if (uncommitted.length === 0) return noEntries
      const taken = uncommitted
      uncommitted = []
      takenCount = count
      return taken
    },
    markDurable: () => {
      durableCount = takenCount
    },
    withdraw: () => {
      uncommitted = []
      takenCount = count
      durableCount = count
    },
  }
}

const noEntries: ReadonlyArray<AuditEntry> = []

/** The error code of an activity's rejection, or the type of any other failure. */
const auditCodeOf = (failure: RequestFailure): string =>
  failure.type === 'activity-rejected' ? failure.error.code : failure.type
