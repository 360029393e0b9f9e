import type { Append, AppendOutcome } from '../../../application/ports/event-store.js'
import type { RoomId, SessionKey } from '../../../domain/kernel/ids.js'
import { appended, entryAfter, isAwaiting, refusal, unfit } from '../append.js'
import type { Flaw } from '../codec/flaw.js'
import { isFlaw } from '../codec/flaw.js'
import type { Frame } from '../codec/frame.js'
import { hashIn, layoutIn } from '../codec/frame.js'
import type { Hash } from '../codec/hashing.js'
import { firstLink } from '../codec/hashing.js'
import type { Vocabulary } from '../codec/kept-as.js'
import { builtInVocabulary } from '../codec/kept-as.js'
import { seal } from '../codec/seal.js'
import type { Head } from './head.js'
import { headText } from './head.js'
import { corruptFault } from './read-log.js'
import type { Tables } from './tables.js'
import { present } from './tables.js'

/** What one append writes. Nothing about it can fail any more but the disk. */
export interface Writing {
  readonly room: RoomId
  /** The frames come after this place. */
  readonly after: number
  readonly frames: ReadonlyArray<Frame>
  readonly head: Head
  readonly wasAwaiting: boolean
  readonly sessionsIn: ReadonlyArray<SessionKey>
  readonly sessionsOut: ReadonlyArray<SessionKey>
}

/** What a group of appends comes to once it is written, and what is to be written for it. */
export interface Group {
  readonly outcomes: ReadonlyArray<AppendOutcome>
  readonly writings: ReadonlyArray<Writing>
  /** Where the logs end then. */
  readonly heads: ReadonlyMap<RoomId, Head>
}

/** A group that still takes appends. */
export interface OpenGroup extends Group {
  readonly add: (append: Append) => void
}

/** Where a room's log will end once all that is to be written before this group has been. */
export type EndOf = (room: RoomId) => Head | Flaw | undefined

/**
 * Decides each append on the end of its room's log, in order, so that two of one room follow one another. Nobody
 * else writes to this folder and groups are written one after another, so what is decided here holds in the
 * transaction. Whatever can throw does so here: a transaction that is left half-way would be committed so.
 */
export const groupOn = (endOf: EndOf, vocabulary: Vocabulary = builtInVocabulary): OpenGroup => {
  const heads = new Map<RoomId, Head>()
  const outcomes: Array<AppendOutcome> = []
  const writings: Array<Writing> = []
  return {
    outcomes,
    writings,
    heads,
    add: (append) => {
      const writing = writingOf(append, heads.get(append.room) ?? endOf(append.room), vocabulary)
      if ('type' in writing) {
        outcomes.push(writing)
        return
      }
      heads.set(append.room, writing.head)
      writings.push(writing)
      outcomes.push(appended)
    },
  }
}

const writingOf = (
  append: Append,
  found: Head | Flaw | undefined,
  vocabulary: Vocabulary,
): Writing | AppendOutcome => {
  const {
    room,
    epoch,
    expectedSeq,
    records,
    addedSessions: sessionsIn,
    removedSessions: sessionsOut,
  } = append
  if (found !== undefined && isFlaw(found)) return { type: 'fault', fault: corruptFault(room, found) }
  const refused = refusal(append, found?.entry) ?? keyRefusal(append)
  if (refused !== undefined) return refused
  let hash: Hash = found?.hash ?? firstLink(room, epoch)
  const frames: Array<Frame> = []
  for (const record of records) {
    const frame = seal(record, hash, vocabulary)
    if (isFlaw(frame)) return { type: 'fault', fault: corruptFault(room, frame) }
    frames.push(frame)
    hash = hashIn(frame, layoutIn(frame))
  }
  const wasAwaiting = found !== undefined && isAwaiting(found.entry)
  const head = { entry: entryAfter(append), hash }
  return { room, after: expectedSeq, frames, head, wasAwaiting, sessionsIn, sessionsOut }
}

/** lmdb's keys have room for 1 978 bytes: far more than the names of a room and a session take. */
const longestName = 600

const keyRefusal = ({
  room,
  expectedSeq,
  addedSessions: sessionsIn,
  removedSessions: sessionsOut,
}: Append): AppendOutcome | undefined => {
  const isNoKey = (name: string): boolean => name.length === 0 || name.length > longestName
  if (isNoKey(room)) return unfit(room, expectedSeq + 1, `has a room's name of ${room.length} characters`)
  return sessionsIn.some(isNoKey) || sessionsOut.some(isNoKey)
    ? unfit(room, expectedSeq + 1, 'comes with a session whose key is empty or too long')
    : undefined
}

/** Writes the frames with all that belongs to them in one transaction. */
export const write = async (
  { root, records, heads, awaiting, roomsBySession, sessionsByRoom }: Tables,
  writings: ReadonlyArray<Writing>,
): Promise<void> => {
  if (writings.length === 0) return
  await root.batch(() => {
    for (const { room, after, frames, head, wasAwaiting, sessionsIn, sessionsOut } of writings) {
      let seq = after
      for (const frame of frames) {
        seq += 1
        void records.put([room, seq], frame)
      }
      void heads.put(room, headText(head))
      const awaits = isAwaiting(head.entry)
      if (awaits && !wasAwaiting) void awaiting.put(room, present)
      if (!awaits && wasAwaiting) void awaiting.remove(room)
      for (const session of sessionsIn) {
        void roomsBySession.put([session, room], present)
        void sessionsByRoom.put([room, session], present)
      }
      for (const session of sessionsOut) {
        void roomsBySession.remove([session, room])
        void sessionsByRoom.remove([room, session])
      }
    }
  })
}
