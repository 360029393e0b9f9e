import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from '#fp/Either'
import { open as openLmdb } from 'lmdb'
import type { Append } from '../../../src/application/ports/event-store.js'
import { runCli } from '../../../src/infrastructure/cli/program.js'
import { escapeControls } from '../../../src/infrastructure/cli/terminal.js'
import type { RoomModel } from '../../../src/domain/room/index.js'
import { builtInModel } from '../../../src/plugins.js'
import type { LmdbEventStore } from '../../../src/infrastructure/storage/lmdb-event-store.js'
import { openLmdbEventStore } from '../../../src/infrastructure/storage/lmdb-event-store.js'

export interface CliResult {
  readonly code: number
  readonly out: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
  readonly waitsMs: ReadonlyArray<number>
  readonly questions: ReadonlyArray<string>
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly columns?: number
  /** To every question. Default: there is nobody to ask. */
  readonly answer?: 'yes' | 'no' | 'no-terminal'
}

/** Runs the command line in this process, on a terminal that records its output and waits. */
export const roomreel = async (
  args: ReadonlyArray<string>,
  { env = {}, columns = 160, answer = 'no-terminal' }: CliOptions = {},
): Promise<CliResult> => {
  const out: Array<string> = []
  const notes: Array<string> = []
  const waitsMs: Array<number> = []
  const questions: Array<string> = []
  const code = await runCli(args, {
    env,
    terminal: {
      print: async (line) => void out.push(escapeControls(line)),
      pass: async (line) => void out.push(line),
      note: (line) => void notes.push(line),
      columns,
      wait: async (ms) => void waitsMs.push(ms),
      confirm: async (question) => {
        questions.push(question)
        return answer
      },
    },
  })
  return { code, out, notes, waitsMs, questions }
}

/** Folders of one test; `clear` removes all of them. */
export interface Folders {
  readonly empty: () => Promise<string>
  /** A data folder with these rooms, which no process has open. */
  readonly of: (...appends: ReadonlyArray<Append>) => Promise<string>
  readonly clear: () => Promise<void>
}

export const folders = (model: RoomModel = builtInModel): Folders => {
  const created: Array<string> = []
  const empty = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'roomreel-cli-'))
    created.push(folder)
    return folder
  }
  return {
    empty,
    of: async (...appends) => {
      const folder = await empty()
      const store = await openStore(folder, model)
      const outcomes = await store.commit(appends)()
      await store.close()
      for (const outcome of outcomes)
        if (outcome.type !== 'appended') throw new Error(JSON.stringify(outcome))
      return folder
    },
    clear: async () => {
      for (const folder of created.splice(0)) await rm(folder, { recursive: true, force: true })
    },
  }
}

export const openStore = async (folder: string, model: RoomModel = builtInModel): Promise<LmdbEventStore> => {
  const store = await openLmdbEventStore({ folder, durability: 'process', model })()
  if (E.isLeft(store)) throw new Error(store.left.problem)
  return store.right
}

/** A digest of all files except `lock.mdb`, in which lmdb registers readers. */
export const digestOf = (folder: string): string => {
  const hash = createHash('sha256')
  for (const name of existsSync(folder) ? readdirSync(folder).toSorted() : []) {
    if (name !== 'lock.mdb') hash.update(name).update(readFileSync(join(folder, name)))
  }
  return hash.digest('hex')
}

/** Changes a stored record without a store; `undefined` removes it. */
export const changeRecord = async (
  folder: string,
  room: string,
  seq: number,
  change: (stored: Buffer) => Buffer | undefined,
): Promise<void> => {
  const root = openLmdb({ path: folder, maxDbs: 16, noSubdir: false })
  const records = root.openDB<Buffer, [string, number]>({ name: 'records', encoding: 'binary' })
  const stored = records.get([room, seq])
  const changed = stored === undefined ? undefined : change(Buffer.from(stored))
  if (changed === undefined) await records.remove([room, seq])
  else await records.put([room, seq], changed)
  await root.close()
}

export const recordIn = async (folder: string, room: string, seq: number): Promise<Buffer> => {
  let found: Buffer | undefined
  await changeRecord(folder, room, seq, (stored) => (found = stored))
  if (found === undefined) throw new Error(`record ${seq} does not exist`)
  return Buffer.from(found)
}

/** Changes the index entry of a room. */
export const changeHead = async (
  folder: string,
  room: string,
  change: (text: string) => string,
): Promise<void> => {
  const root = openLmdb({ path: folder, maxDbs: 16, noSubdir: false })
  const heads = root.openDB<string, string>({ name: 'heads', encoding: 'string' })
  await heads.put(room, change(heads.get(room) ?? ''))
  await root.close()
}
