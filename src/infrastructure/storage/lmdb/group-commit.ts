import type { SchemaLookup, Corruption } from '../codec/record-codec.js'
import { builtInSchemas, isCorruption, encodeRecord } from '../codec/record-codec.js'
import * as E from '#fp/Either'
import type { Either } from '#fp/Either'
import type { AuditEntry, AuditFault, AuditStore } from '../../../application/ports/audit-trail.js'
import type { Append, EventStore, AppendOutcome, StoreFault } from '../../../application/ports/event-store.js'
import type { RoomId, SessionKey } from '../../../domain/kernel/ids.js'
import { appended, entryAfter, isAwaiting, checkAppend, invalidRecord } from '../append.js'
import type { AuditEnd } from '../codec/audit-codec.js'
import { encodeAuditRecord } from '../codec/audit-codec.js'
import type { Frame, Hash } from '../codec/frame.js'
import { hashIn, layoutOf, genesisHash } from '../codec/frame.js'
import { putAudit } from './audit-table.js'
import { encodeHead } from './head-cache.js'
import type { Connection } from './connection.js'
import type { HeadCache, Head } from './head-cache.js'
import type { Tables } from './tables.js'
import { corruptFault } from './read-log.js'
import { present } from './tables.js'

/** What one commit writes: an append of a room, or audit entries that belong to none. */
type GroupPart = Append | { readonly audit: ReadonlyArray<AuditEntry> }

/** The writes of a store. All of them share its transactions. */
export interface GroupCommit {
  readonly commit: EventStore['commit']
  readonly recordAudit: AuditStore['record']
}

/**
 * Writes that arrive during a write share the next transaction. They are decided and encoded at once, on the heads
 * that the current transaction will leave, so that lmdb's thread does not wait for this one. If that transaction
 * fails or the heads change, they are decided again when their transaction starts.
 */
export const groupCommit = (inTurn: Connection['inTurn'], heads: HeadCache): GroupCommit => {
  let next: WaitingGroup | undefined
  let currentWrite: CurrentWrite | undefined

  const openNext = (): WaitingGroup => {
    const parts: Array<GroupPart> = []
    const outcomes = inTurn(async (tables) => {
      if (next === group) next = undefined
      const ready = prepare(group, tables)
      currentWrite = { tables, group: ready }
      try {
        await writeGroup(tables, ready)
        heads.store(ready.heads, ready.auditHead())
      } catch (error) {
        heads.invalidate()
        throw error
      } finally {
        currentWrite = undefined
      }
      return ready.outcomes
    })
    const group: WaitingGroup = { parts, outcomes, decided: undefined }
    // When the folder cannot be written, the job above does not run.
    void outcomes.then(() => {
      if (next === group) next = undefined
    })
    return group
  }

  /** The group with all its parts decided; again if the heads they were decided on are invalid. */
  const prepare = (group: WaitingGroup, tables: Tables): Group => {
    const { decided } = group
    const isValid = decided?.tables === tables && decided.version === heads.version()
    const { open } = isValid ? decided : (group.decided = decideAgain(tables))
    for (const part of group.parts.slice(open.outcomes.length)) open.add(part)
    return open
  }

  const decideAgain = (tables: Tables): DecidedGroup => {
    const before = currentWrite?.group
    const ends: GroupStart = {
      headOf: (room) => before?.heads.get(room) ?? heads.find(tables, room),
      auditHead: () => before?.auditHead() ?? heads.audit(tables),
    }
    const open = createGroup(ends, tables.schemas)
    return { open, tables, version: heads.version() }
  }

  const prepareAhead = (group: WaitingGroup): void => {
    if (currentWrite === undefined) return
    try {
      prepare(group, currentWrite.tables)
    } catch {
      // lmdb cannot be read now; the group is decided again when its transaction starts, which reports the fault.
      group.decided = undefined
    }
  }

  /** The outcomes of these parts, in order. */
  const write = async (
    parts: ReadonlyArray<GroupPart>,
  ): Promise<Either<StoreFault, ReadonlyArray<AppendOutcome>>> => {
    next ??= openNext()
    const group = next
    const from = group.parts.length
    for (const part of parts) group.parts.push(part)
    prepareAhead(group)
    return E.map((all: ReadonlyArray<AppendOutcome>) => all.slice(from, from + parts.length))(
      await group.outcomes,
    )
  }

  return {
    commit: (appends) => async () => {
      const outcomes = await write(appends)
      if (E.isRight(outcomes)) return outcomes.right
      return appends.map(() => ({ type: 'fault', fault: outcomes.left }))
    },

    recordAudit: (audit) => async () => {
      const outcomes = await write([{ audit }])
      return E.isRight(outcomes) ? E.right(undefined) : E.left(asAuditFault(outcomes.left))
    },
  }
}

/** A write fails as a whole, so its fault concerns no single record. */
export const asAuditFault = ({ problem }: StoreFault): AuditFault => ({ type: 'unavailable', problem })

/** The group that is being written. */
interface CurrentWrite {
  readonly tables: Tables
  readonly group: Group
}

/** A group that takes parts until its turn. */
interface WaitingGroup {
  readonly parts: Array<GroupPart>
  readonly outcomes: Promise<Either<StoreFault, ReadonlyArray<AppendOutcome>>>
  decided: DecidedGroup | undefined
}

/** The decided part of a group, and the heads that it was decided on. */
interface DecidedGroup {
  readonly open: OpenGroup
  readonly tables: Tables
  readonly version: number
}

/** What one append writes. After this only the disk can fail. */
export interface RoomWrite {
  readonly room: RoomId
  /** The seq before the first frame. */
  readonly after: number
  readonly frames: ReadonlyArray<Frame>
  readonly head: Head
  readonly wasAwaiting: boolean
  readonly addedSessions: ReadonlyArray<SessionKey>
  readonly removedSessions: ReadonlyArray<SessionKey>
}

/** The outcomes of a group once it is written, and what it writes. */
export interface Group {
  readonly outcomes: ReadonlyArray<AppendOutcome>
  readonly writes: ReadonlyArray<RoomWrite>
  /** The heads after the group. */
  readonly heads: ReadonlyMap<RoomId, Head>
  readonly auditFrames: ReadonlyArray<Frame>
  /** The end of the audit trail after the group; `undefined` if the group adds nothing to it. */
  readonly auditHead: () => AuditEnd | undefined
}

/** A group that still takes parts. */
export interface OpenGroup extends Group {
  readonly add: (part: GroupPart) => void
}

/** The ends of the room logs and of the audit trail once all earlier groups are written. */
export interface GroupStart {
  readonly headOf: (room: RoomId) => Head | Corruption | undefined
  readonly auditHead: () => AuditEnd
}

/**
 * Decides each append on the head of its log, in order. There is one writer per folder and groups are written in
 * order, so the decisions hold in the transaction. Everything that can throw is done here: a throw inside the
 * transaction would commit half of it.
 */
export const createGroup = (
  { headOf, auditHead: firstAuditHead }: GroupStart,
  schemas: SchemaLookup = builtInSchemas,
): OpenGroup => {
  const heads = new Map<RoomId, Head>()
  const outcomes: Array<AppendOutcome> = []
  const writes: Array<RoomWrite> = []
  const auditFrames: Array<Frame> = []
  let auditHead: AuditEnd | undefined

  const addAudit = (entries: ReadonlyArray<AuditEntry>): void => {
    for (const entry of entries) {
      const previous = auditHead ?? firstAuditHead()
      const frame = encodeAuditRecord(entry, previous)
      auditFrames.push(frame)
      auditHead = { seq: previous.seq + 1, hash: hashIn(frame, layoutOf(frame)) }
    }
  }

  const addAppend = (append: Append): AppendOutcome => {
    const roomWrite = decideAppend(append, heads.get(append.room) ?? headOf(append.room), schemas)
    if ('type' in roomWrite) return roomWrite
    heads.set(append.room, roomWrite.head)
    writes.push(roomWrite)
    if (append.audit !== undefined) addAudit(append.audit)
    return appended
  }

  return {
    outcomes,
    writes,
    heads,
    auditFrames,
    auditHead: () => auditHead,
    add: (part) => {
      if ('room' in part) return void outcomes.push(addAppend(part))
      addAudit(part.audit)
      outcomes.push(appended)
    },
  }
}

const decideAppend = (
  append: Append,
  found: Head | Corruption | undefined,
  schemas: SchemaLookup,
): RoomWrite | AppendOutcome => {
  const { room, epoch, expectedSeq, records, addedSessions, removedSessions } = append
  if (found !== undefined && isCorruption(found)) return { type: 'fault', fault: corruptFault(room, found) }
  const conflict = checkAppend(append, found?.entry) ?? checkKeys(append)
  if (conflict !== undefined) return conflict
  let hash: Hash = found?.hash ?? genesisHash(room, epoch)
  const frames: Array<Frame> = []
  for (const record of records) {
    const frame = encodeRecord(record, hash, schemas)
    if (isCorruption(frame)) return { type: 'fault', fault: corruptFault(room, frame) }
    frames.push(frame)
    hash = hashIn(frame, layoutOf(frame))
  }
  const wasAwaiting = found !== undefined && isAwaiting(found.entry)
  const head = { entry: entryAfter(append), hash }
  return { room, after: expectedSeq, frames, head, wasAwaiting, addedSessions, removedSessions }
}

/** lmdb's keys hold 1 978 bytes, much more than the names of a room and a session need. */
const maxKeyLength = 600

const checkKeys = ({
  room,
  expectedSeq,
  addedSessions,
  removedSessions,
}: Append): AppendOutcome | undefined => {
  const isInvalidKey = (name: string): boolean => name.length === 0 || name.length > maxKeyLength
  if (isInvalidKey(room))
    return invalidRecord(
      room,
      expectedSeq + 1,
      `has a room name of ${room.length} characters; it needs 1 to ${maxKeyLength}`,
    )
  return addedSessions.some(isInvalidKey) || removedSessions.some(isInvalidKey)
    ? invalidRecord(room, expectedSeq + 1, 'has a session key that is empty or too long')
    : undefined
}

/** Writes frames, heads, index entries and audit records in one transaction. */
export const writeGroup = async (
  { root, records, heads, awaiting, roomsBySession, sessionsByRoom, audit }: Tables,
  { writes, auditFrames = [], auditHead }: Pick<Group, 'writes'> & Partial<Group>,
): Promise<void> => {
  const auditEnd = auditHead?.()
  if (writes.length === 0 && auditEnd === undefined) return
  await root.batch(() => {
    if (auditEnd !== undefined) putAudit({ root, audit }, auditFrames, auditEnd)
    for (const { room, after, frames, head, wasAwaiting, addedSessions, removedSessions } of writes) {
      let seq = after
      for (const frame of frames) {
        seq += 1
        void records.put([room, seq], frame)
      }
      void heads.put(room, encodeHead(head))
      const awaits = isAwaiting(head.entry)
      if (awaits && !wasAwaiting) void awaiting.put(room, present)
      if (!awaits && wasAwaiting) void awaiting.remove(room)
      for (const session of addedSessions) {
        void roomsBySession.put([session, room], present)
        void sessionsByRoom.put([room, session], present)
      }
      for (const session of removedSessions) {
        void roomsBySession.remove([session, room])
        void sessionsByRoom.remove([room, session])
      }
    }
  })
}
