import * as E from '#fp/Either'
import { toHex } from '../../domain/kernel/bytes.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { AuditEntry, AuditStore, AuditSubject } from '../ports/audit-trail.js'
import type { Cancel, Clock } from '../ports/clock.js'
import type { Entropy } from '../ports/entropy.js'
import type { Monitor } from '../ports/monitor.js'
import type { AuditedPrincipal, AuditScope } from './audit-scope.js'
import { entryOf, summedEntryOf } from './audit-scope.js'
import type { Principal } from './principal.js'

/** The principal that asks, from where, and for what. */
export interface AuditRequest {
  readonly principal: AuditedPrincipal | null
  readonly address: string | null
  readonly action: string
  readonly room?: RoomId | null
}

/** Records what no room decides: errors before a room is asked, reads by operators, connections. */
export interface AuditTrail {
  /** One for each request, with an id of its own. */
  readonly scopeOf: (request: AuditRequest) => AuditScope
  /**
   * Records the end of a request: `code` is its error, null: it is accepted. `done` is called once the record is durable,
   * or with false if the store has failed: the request is counted then, and must not have an effect.
   */
  readonly record: (scope: AuditScope, code: string | null, done: (isRecorded: boolean) => void) => void
  /** Counts a refused request. All of one second, user, address, action and code become one record. */
  readonly countRefused: (scope: AuditScope, code: string) => void
  /** Writes what was counted. A store that does not answer loses it. */
  readonly stop: () => Promise<void>
}

export interface AuditTrailOptions {
  readonly store: AuditStore
  readonly clock: Clock
  readonly entropy: Entropy
  readonly monitor: Pick<Monitor, 'audit'>
  /** The name of the server process, in each record. */
  readonly node: string
}

const sumIntervalMs = 1_000
/** Different sums in one second. Beyond them, one further sum has all the rest. */
const maxSums = 1_000
/** Records that wait for the store. Beyond them, requests fail with `store-unavailable`. */
const maxWaiting = 10_000

interface WaitingRecord {
  readonly entry: AuditEntry
  readonly done: (isRecorded: boolean) => void
}

interface Sum {
  readonly subject: AuditSubject
  readonly action: string
  readonly code: string
  readonly at: number
  count: number
}

export const createAuditTrail = ({ store, clock, entropy, monitor, node }: AuditTrailOptions): AuditTrail => {
  const prefix = toHex(entropy.bytes().subarray(0, 6))
  let requests = 0
  let waiting: Array<WaitingRecord> = []
  let isWriting = false
  let writing: Promise<void> = Promise.resolve()
  let sums = new Map<string, Sum>()
  let sumTimer: Cancel | null = null
  let isStopped = false

  const write = async (entries: ReadonlyArray<AuditEntry>): Promise<boolean> => {
    const isWritten = await isRecorded(store, entries)
    monitor.audit?.(isWritten ? 'recorded' : 'unavailable', entries.length)
    return isWritten
  }

  const writeWaiting = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting
      waiting = []
      const isWritten = await write(group.map(({ entry }) => entry))
      for (const { done } of group) done(isWritten)
    }
    isWriting = false
  }

  const fail = (scope: AuditScope, done: WaitingRecord['done']): void => {
    countRefused(scope, 'store-unavailable')
    done(false)
  }

  const record: AuditTrail['record'] = (scope, code, done) => {
    if (waiting.length >= maxWaiting) return fail(scope, done)
    waiting.push({
      entry: entryOf(scope, { at: clock.now(), room: scope.room, code, node }),
      done: (isWritten) => {
        if (!isWritten) return fail(scope, done)
        scope.isRecorded = true
        done(true)
      },
    })
    if (isWriting) return
    isWriting = true
    // A microtask later, so that records of the same turn share a write.
    writing = Promise.resolve().then(writeWaiting)
  }

  const countRefused: AuditTrail['countRefused'] = (scope, code) => {
    scope.isRecorded = true
    monitor.audit?.('summed', 1)
    const key = JSON.stringify([scope.address, scope.user, scope.action, code])
    addSum(key, { subject: scope, action: scope.action, code, at: clock.now(), count: 1 })
  }

  const addSum = (key: string, sum: Sum): void => {
    const same = sums.get(key) ?? (sums.size < maxSums ? undefined : sums.get(otherKey))
    if (same !== undefined) same.count += sum.count
    else if (sums.size < maxSums) sums.set(key, sum)
    else sums.set(otherKey, { ...sum, subject: anonymous(sum.subject), action: 'other', code: 'other' })
    if (!isStopped) sumTimer ??= clock.schedule(clock.now() + sumIntervalMs, () => void writeSums())
  }

  /** What cannot be written stays counted for the next second. */
  const writeSums = async (): Promise<void> => {
    sumTimer = null
    const group = sums
    sums = new Map()
    if (group.size === 0) return
    const entries = [...group.values()].map(({ subject, action, code, at, count }) =>
      summedEntryOf(subject, { at, room: null, code, node }, action, null, count),
    )
    if (await write(entries)) return
    const countedSince = sums
    sums = group
    for (const [key, sum] of countedSince) addSum(key, sum)
    if (!isStopped) sumTimer ??= clock.schedule(clock.now() + sumIntervalMs, () => void writeSums())
  }

  return {
    scopeOf: ({ principal, address, action, room }) => ({
      user: principal?.userId ?? null,
      isVerified: principal?.isVerified ?? false,
      roles: principal?.roles ?? noRoles,
      address,
      request: `${prefix}-${(++requests).toString(36)}`,
      action,
      target: null,
      room: room ?? null,
      emergency: undefined,
      statement: null,
      retriedCode: null,
      isRecorded: false,
    }),
    record,
    countRefused,
    stop: async () => {
      isStopped = true
      sumTimer?.()
      await writing
      await writeSums()
    },
  }
}

const noRoles: Principal['roles'] = []

const otherKey = 'other'

const anonymous = ({ request }: AuditSubject): AuditSubject => ({
  user: null,
  isVerified: false,
  roles: noRoles,
  address: null,
  request,
  action: 'other',
  target: null,
})

/** A store that throws breaks its contract and counts as unavailable. */
const isRecorded = async (store: AuditStore, entries: ReadonlyArray<AuditEntry>): Promise<boolean> => {
  try {
    return E.isRight(await store.record(entries)())
  } catch {
    return false
  }
}
