import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from '#fp/Either'
import { open as openLmdb } from 'lmdb'
import type { EventStore } from '../../../../src/application/ports/event-store.js'
import type { RoomId } from '../../../../src/domain/kernel/ids.js'
import type {
  Durability,
  LmdbEventStore,
  LmdbOptions,
} from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import { openLmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import type { StoreUnderTest } from '../../../contract/event-store.js'

/** Folders and stores of one test; `clear` closes and removes all of them. */
export interface Scratch {
  readonly folder: () => Promise<string>
  readonly open: (options: LmdbOptions) => Promise<LmdbEventStore>
  readonly folderOf: (store: EventStore) => string
  readonly clear: () => Promise<void>
}

export const scratch = (): Scratch => {
  const folders: Array<string> = []
  const stores = new Map<EventStore, string>()
  return {
    folder: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'roomreel-store-'))
      folders.push(folder)
      return folder
    },
    open: async (options) => {
      const opened = await openLmdbEventStore(options)()
      if (E.isLeft(opened)) throw new Error(opened.left.problem)
      stores.set(opened.right, options.folder)
      return opened.right
    },
    folderOf: (store) => {
      const folder = stores.get(store)
      if (folder === undefined) throw new Error('this store was not opened here')
      return folder
    },
    clear: async () => {
      for (const store of stores.keys()) await store.close()
      stores.clear()
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The lmdb store for the contract suite. */
export const lmdbUnderTest = (durability: Durability): StoreUnderTest => {
  const { folder, open, folderOf, clear } = scratch()
  return {
    open: async () => open({ folder: await folder(), durability }),
    reopen: async (store) => {
      await store.close()
      return open({ folder: folderOf(store), durability })
    },
    damage: (store, room, seq) => tamper(folderOf(store), room, seq, flipMiddleBit),
    lose: (store, room, seq) => tamper(folderOf(store), room, seq, () => undefined),
    damageAudit: (store, seq) => tamperAudit(folderOf(store), seq, flipMiddleBit),
    loseAudit: (store, seq) => tamperAudit(folderOf(store), seq, () => undefined),
    dispose: clear,
  }
}

type Change = (stored: Buffer) => Buffer | undefined

/** Changes a stored record outside the store; `undefined` removes it. */
export const tamper = (folder: string, room: RoomId, seq: number, change: Change): Promise<void> =>
  changeValue(folder, 'records', [room, seq], change)

/** Changes a record of the audit trail outside the store; `undefined` removes it. */
export const tamperAudit = (folder: string, seq: number, change: Change): Promise<void> =>
  changeValue(folder, 'audit', seq, change)

const changeValue = async (
  folder: string,
  table: string,
  key: [string, number] | number,
  change: Change,
): Promise<void> => {
  // With the options of the store: lmdb does not open a folder twice with different options in one process.
  const root = openLmdb({
    path: folder,
    maxDbs: 16,
    noSubdir: false,
    eventTurnBatching: false,
    overlappingSync: false,
  })
  const values = root.openDB<Buffer, [string, number] | number>({ name: table, encoding: 'binary' })
  const stored = values.get(key)
  const changed = stored === undefined ? undefined : change(Buffer.from(stored))
  if (changed === undefined) await values.remove(key)
  else await values.put(key, changed)
}

/** With another bit in the middle. */
const flipMiddleBit = (stored: Buffer): Buffer => {
  const middle = stored.length >> 1
  stored[middle] = (stored[middle] ?? 0) ^ 1
  return stored
}
