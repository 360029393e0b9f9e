import * as E from '#fp/Either'
import type { TaskEither } from '#fp/TaskEither'
import type { AuditFault, AuditStore } from '../../application/ports/audit-trail.js'
import type { EventStore, StoreFault } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { LmdbEventStore, LmdbOptions, OpenFault } from './lmdb-event-store.js'
import { openLmdbEventStore } from './lmdb-event-store.js'

/** The result of verifying all logs. Without faults the store is sound. */
export interface Checked {
  readonly rooms: number
  readonly records: number
  /** One per corrupt room; it names the record. */
  readonly faults: ReadonlyArray<StoreFault>
  readonly audit: CheckedAudit
}

export interface CheckedAudit {
  /** The records up to the first corrupt one. */
  readonly records: number
  readonly fault: AuditFault | null
}

/** Reads every log and the audit trail from the first record to the last. */
export const checkAll =
  (store: EventStore): TaskEither<StoreFault, Checked> =>
  async () => {
    const faults: Array<StoreFault> = []
    let records = 0
    let rooms = 0
    let last: RoomId | null = null
    for (;;) {
      const page: E.Either<StoreFault, ReadonlyArray<{ readonly room: RoomId }>> = await store.list(
        last,
        pageRooms,
      )()
      if (E.isLeft(page)) return page
      if (page.right.length === 0) {
        return E.right({ rooms, records, faults, audit: await checkAudit(store.audit) })
      }
      for (const { room } of page.right) {
        const log = await checkLog(store, room)
        rooms += 1
        if (typeof log === 'number') records += log
        else faults.push(log)
        last = room
      }
    }
  }

const pageRooms = 1_000
const pageRecords = 10_000

const checkLog = async (store: EventStore, room: RoomId): Promise<number | StoreFault> => {
  for (let after = 0; ;) {
    const page = await store.read(room, after, pageRecords)()
    if (E.isLeft(page)) return page.left
    if (page.right.length === 0) return after
    after += page.right.length
  }
}

const lastSound = (fault: AuditFault, after: number): number =>
  fault.type === 'corrupt' ? fault.seq - 1 : after

const checkAudit = async ({ read, extent }: AuditStore): Promise<CheckedAudit> => {
  const found = await extent()()
  if (E.isLeft(found)) return { records: 0, fault: found.left }
  const first = found.right.anchor.seq
  for (let after = first; ;) {
    const page = await read(after, pageRecords)()
    if (E.isLeft(page)) return { records: lastSound(page.left, after) - first, fault: page.left }
    if (page.right.length === 0) return { records: after - first, fault: null }
    after += page.right.length
  }
}

/**
 * Copies a store in use into another folder, and verifies the copy from its first record to its last. The result is
 * that of the copy.
 */
export const backUp =
  (
    store: LmdbEventStore,
    folder: string,
    /** As for `openLmdbEventStore`. */
    model?: LmdbOptions['model'],
  ): TaskEither<StoreFault | OpenFault, Checked> =>
  async () => {
    const copied = await store.copyTo(folder)()
    if (E.isLeft(copied)) return copied
    const faults: Array<StoreFault> = []
    const copy = await openLmdbEventStore({
      folder,
      durability: 'disk',
      access: 'read',
      ...(model === undefined ? {} : { model }),
      report: (fault) => faults.push(fault),
    })()
    if (E.isLeft(copy)) return copy
    const checked = await checkAll(copy.right)()
    await copy.right.close()
    return E.isLeft(checked)
      ? checked
      : E.right({ ...checked.right, faults: [...faults, ...checked.right.faults] })
  }
