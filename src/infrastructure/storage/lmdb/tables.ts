import type { Database, RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import type { RoomId, SessionKey } from '../../../domain/kernel/ids.js'
import type { Frame } from '../codec/frame.js'
import type { Vocabulary } from '../codec/kept-as.js'
import { builtInVocabulary } from '../codec/kept-as.js'
import { freshKey } from '../fresh-key.js'
import { flawOfDataFile } from './data-file.js'

/**
 * What an answered append survives: `disk`, the loss of power, because it was flushed before; `process`, the end of
 * this process at any moment, because it was handed to the system.
 */
export type Durability = 'disk' | 'process'

/** The tables of one data folder. All are written in the same transaction. */
export interface Tables {
  readonly vocabulary: Vocabulary
  /** `EventStore.key`; empty in a folder that is open for reading only and has none. */
  readonly key: string
  readonly root: RootDatabase<string, string>
  /** By room and place in its log. */
  readonly records: Database<Frame, [RoomId, number]>
  /** By room: where its log ends. A room that is not in here is not there. */
  readonly heads: Database<string, RoomId>
  /** The rooms that are due or occupied. */
  readonly awaiting: Database<string, RoomId>
  /** Who is a member where, from both sides. */
  readonly roomsBySession: Database<string, [SessionKey, RoomId]>
  readonly sessionsByRoom: Database<string, [RoomId, SessionKey]>
  /** Rooms whose records are being cleared away, and how many there were. */
  readonly removals: Database<number, RoomId>
  /** By room: how far its webhooks have come. */
  readonly webhookCheckpoints: Database<string, RoomId>
}

/** What is stored in the tables that only say that something is so. */
export const present = '1'

const keyKey = 'key'
const formatKey = 'format'
const format = 'roomreel-data/1'

export interface Opening {
  readonly folder: string
  readonly durability: Durability
  readonly readOnly: boolean
  /** How event types are stored; the built-in ones unless given. */
  readonly vocabulary?: Vocabulary
}

/** Throws what lmdb throws, and where the folder is of a format that this program does not know. */
export const openTables = ({
  folder,
  durability,
  readOnly,
  vocabulary = builtInVocabulary,
}: Opening): Tables => {
  const flaw = flawOfDataFile(folder)
  if (flaw !== undefined) throw new Error(flaw)
  const root = open<string, string>({
    path: folder,
    readOnly,
    // Else a folder with a dot in its name is taken for a file.
    noSubdir: false,
    maxDbs: 16,
    encoding: 'string',
    // With it, a commit is answered before it is flushed, and flushed soon after.
    overlappingSync: durability === 'process',
    // With it, a failed commit ends the process: it also rejects a promise that lmdb made for itself.
    eventTurnBatching: false,
  })
  try {
    const found = root.get(formatKey)
    if (found !== undefined && found !== format) {
      throw new Error(`it is of the format ${found}, and this program knows ${format}`)
    }
    if (found === undefined && readOnly) throw new Error('it has no logs of this program')
    return readOnly
      ? tablesOf(root, root.get(keyKey) ?? '', vocabulary)
      : root.transactionSync(() => made(root, vocabulary))
  } catch (error) {
    void root.close()
    throw error
  }
}

/** In one transaction: a folder has all tables and its format, or nothing. */
const made = (root: Tables['root'], vocabulary: Vocabulary): Tables => {
  const key = root.get(keyKey) ?? freshKey()
  void root.put(keyKey, key)
  void root.put(formatKey, format)
  return tablesOf(root, key, vocabulary)
}

const tablesOf = (root: Tables['root'], key: string, vocabulary: Vocabulary): Tables => ({
  vocabulary,
  root,
  key,
  records: root.openDB(recordsTable),
  heads: root.openDB({ name: 'heads', encoding: 'string' }),
  awaiting: root.openDB({ name: 'awaiting', encoding: 'string' }),
  roomsBySession: root.openDB({ name: 'rooms-by-session', encoding: 'string' }),
  sessionsByRoom: root.openDB({ name: 'sessions-by-room', encoding: 'string' }),
  removals: root.openDB({ name: 'removals', encoding: 'json' }),
  webhookCheckpoints: root.openDB({ name: 'webhook-cursors', encoding: 'string' }),
})

/**
 * lmdb hands out one buffer for every value that it reads, and the next value overwrites it, so each is copied; its
 * own copy for binary values takes three times as long.
 */
const asItIs = {
  encode: (frame: Frame): Frame => frame,
  decode: (shared: Uint8Array): Frame => {
    const frame = Buffer.allocUnsafe(shared.length)
    // lmdb overwrites `length` on its buffer to say how much of it is the value, which copying does not heed.
    frame.set(new Uint8Array(shared.buffer, shared.byteOffset, shared.length))
    return frame
  },
}

const recordsTable = { name: 'records', encoder: asItIs }

/** The second names of all pairs that begin with this one, in their order. */
export const partnersOf = <First extends string, Second extends string>(
  name: First,
  pairs: Database<string, [First, Second]>,
): ReadonlyArray<Second> => {
  const partners: Array<Second> = []
  for (const [first, second] of pairs.getKeys({ start: [name] })) {
    if (first !== name) break
    partners.push(second)
  }
  return partners
}
