import { randomBytes } from 'node:crypto'
import type { Database, DatabaseOptions, Key, RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import type { UserRestrictions } from '../../../application/ports/identity-store.js'
import type { RoomId, SessionKey, UserKey } from '../../../domain/kernel/ids.js'
import type { Frame } from '../codec/frame.js'
import type { SchemaLookup } from '../codec/record-codec.js'
import { builtInSchemas } from '../codec/record-codec.js'
import { checkDataFile } from './data-file.js'

/**
 * What a committed append survives. `disk`: a power loss, because it is flushed first. `process`: the end of this
 * process, because the operating system has it.
 */
export type Durability = 'disk' | 'process'

/** The tables of a data folder. All are written in one transaction. */
export interface Tables {
  readonly schemas: SchemaLookup
  /** `EventStore.key`; empty in a read-only folder that has none. */
  readonly key: string
  readonly root: RootDatabase<string, string>
  /** By room and seq. */
  readonly records: Database<Frame, [RoomId, number]>
  /** By room: the head of its log. A room without a head does not exist. */
  readonly heads: Database<string, RoomId>
  /** The rooms that are due or occupied. */
  readonly awaiting: Database<string, RoomId>
  /** The memberships, in both directions. */
  readonly roomsBySession: Database<string, [SessionKey, RoomId]>
  readonly sessionsByRoom: Database<string, [RoomId, SessionKey]>
  /** Rooms whose records are being removed, and the number of their records. */
  readonly removals: Database<number, RoomId>
  /** The restrictions of users; absent in a folder of an earlier version that is open for reading. */
  readonly identity: Database<UserRestrictions, UserKey> | undefined
  /** The checkpoint of a room's webhooks. */
  readonly webhookCheckpoints: Database<string, RoomId>
  /** All tables except `root`, by the names that lmdb has of them. */
  readonly byName: ReadonlyMap<string, Database<unknown, Key>>
  /** The audit trail, by seq. Its end is in `root`. A read-only folder of an earlier version has neither. */
  readonly audit: Database<Frame, number>
}

/** The value in tables whose keys say everything. */
export const present = '1'

const keyKey = 'key'
const formatKey = 'format'
/** Whether webhooks are on. */
export const webhooksKey = 'webhooks'
/** Where the audit trail ends, and the last record that retention has removed. Each commit writes the root table. */
export const auditHeadKey = 'audit-head'
export const auditAnchorKey = 'audit-anchor'

/** All keys in the root table, in which lmdb also has the names of the tables. */
export const rootKeys: ReadonlySet<string> = new Set([
  keyKey,
  formatKey,
  webhooksKey,
  auditHeadKey,
  auditAnchorKey,
])
const format = 'roomreel-data/1'

export interface OpenOptions {
  readonly folder: string
  readonly durability: Durability
  readonly readOnly: boolean
  /** Default: those of the built-in plug-ins. */
  readonly schemas?: SchemaLookup
}

/** Throws the errors of lmdb, and for a folder in an unknown format. */
export const openTables = ({
  folder,
  durability,
  readOnly,
  schemas = builtInSchemas,
}: OpenOptions): Tables => {
  const problem = checkDataFile(folder)
  if (problem !== undefined) throw new Error(problem)
  const root = open<string, string>({
    path: folder,
    readOnly,
    // Otherwise a folder with a dot in its name is taken for a file.
    noSubdir: false,
    maxDbs: 16,
    encoding: 'string',
    // With it, a commit is answered before its flush, which follows soon.
    overlappingSync: durability === 'process',
    // With it, a failed commit ends the process by an unhandled rejection inside lmdb.
    eventTurnBatching: false,
  })
  try {
    const found = root.get(formatKey)
    if (found !== undefined && found !== format) {
      throw new Error(`its format is ${found}, and this version reads ${format}`)
    }
    if (found === undefined && readOnly) throw new Error('it has no Roomreel logs')
    return readOnly
      ? tablesOf(root, root.get(keyKey) ?? '', schemas)
      : root.transactionSync(() => createTables(root, schemas))
  } catch (error) {
    void root.close()
    throw error
  }
}

/** In one transaction: a folder has all tables and its format, or none. */
const createTables = (root: Tables['root'], schemas: SchemaLookup): Tables => {
  const key = root.get(keyKey) ?? randomBytes(32).toString('base64url')
  void root.put(keyKey, key)
  void root.put(formatKey, format)
  return tablesOf(root, key, schemas)
}

const tablesOf = (root: Tables['root'], key: string, schemas: SchemaLookup): Tables => {
  const byName = new Map<string, Database<unknown, Key>>()
  const table = <Value, TableKey extends Key>(
    options: DatabaseOptions & { readonly name: string },
  ): Database<Value, TableKey> => {
    const opened = root.openDB<Value, TableKey>(options)
    // lmdb opens no missing table for reading.
    if (isOpened(opened)) byName.set(options.name, opened)
    return opened
  }
  return {
    schemas,
    root,
    key,
    records: table(recordsTable),
    heads: table({ name: 'heads', encoding: 'string' }),
    awaiting: table({ name: 'awaiting', encoding: 'string' }),
    roomsBySession: table({ name: 'rooms-by-session', encoding: 'string' }),
    sessionsByRoom: table({ name: 'sessions-by-room', encoding: 'string' }),
    removals: table({ name: 'removals', encoding: 'json' }),
    identity: table({ name: 'identity', encoding: 'json' }),
    webhookCheckpoints: table({ name: 'webhook-cursors', encoding: 'string' }),
    audit: table(auditTable),
    byName,
  }
}

const isOpened = (table: unknown): boolean => table !== undefined

/**
 * lmdb returns all values in one buffer that the next value overwrites, so each is copied; lmdb's own copy takes
 * three times as long.
 */
const frameEncoding = {
  encode: (frame: Frame): Frame => frame,
  decode: (shared: Uint8Array): Frame => {
    const frame = Buffer.allocUnsafe(shared.length)
    // lmdb overwrites `length` of its buffer with the length of the value, which `set` ignores.
    frame.set(new Uint8Array(shared.buffer, shared.byteOffset, shared.length))
    return frame
  },
}

const recordsTable = { name: 'records', encoder: frameEncoding }
const auditTable = { name: 'audit', encoder: frameEncoding }

/** The second keys of all pairs with this first key, in order. */
export const secondKeysOf = <First extends string, Second extends string>(
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
