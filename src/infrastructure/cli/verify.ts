import { readFile } from 'node:fs/promises'
import * as E from '#fp/Either'
import type { IndexEntry } from '../../application/ports/event-store.js'
import type { RoomId } from '../../domain/kernel/ids.js'
import type { VerifiedLog } from '../event-stores/codec/log-file.js'
import { verifyChain } from '../event-stores/codec/log-file.js'
import type { LmdbEventStore } from '../event-stores/lmdb-event-store.js'
import { found, recordsOf, roomNamed, roomsOf, withDataFolder } from './data-folder.js'
import { Failure } from './failure.js'
import type { Finding, Verified } from './verification.js'
import { verifier } from './verification.js'

type Print = (line: string) => void

/** Checks one room, or all of them. Gives how many are not as they should be. */
export const verifyRooms = (folder: string, rooms: ReadonlyArray<string>, print: Print): Promise<number> =>
  withDataFolder(folder, 'read', async (store) => {
    let bad = 0
    for await (const entry of chosen(store, rooms)) {
      const outcome = await verifyRoom(store, entry)
      print(outcome.line)
      if (!outcome.holds) bad++
    }
    return bad
  })

async function* chosen(store: LmdbEventStore, rooms: ReadonlyArray<string>): AsyncGenerator<IndexEntry> {
  if (rooms.length === 0) yield* roomsOf(store)
  for (const room of rooms) yield await found(store, roomNamed(room))
}

const verifyRoom = async (
  store: LmdbEventStore,
  entry: IndexEntry,
): Promise<{ readonly holds: boolean; readonly line: string }> => {
  const { next, verified } = verifier(entry.room)
  try {
    // Reading checks the hash chain on its way.
    for await (const record of recordsOf(store, entry)) {
      const finding = await next(record)
      if (finding !== null) return { holds: false, line: badLine(entry.room, finding) }
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return { holds: false, line: `bad   ${error.message}` }
  }
  return { holds: true, line: goodLine(entry.room, verified()) }
}

/** Checks an exported log. Gives it if all of it holds. */
export const verifiedFile = async (
  file: string,
): Promise<{ readonly log: VerifiedLog; readonly line: string }> => {
  const log = verifyChain((await read(file)).split('\n'))
  if (E.isLeft(log)) throw new Failure(`${file}, line ${log.left.line}: ${log.left.problem}`)
  const { header, records } = log.right
  const { next, verified } = verifier(header.room)
  for (const record of records) {
    const finding = await next(record)
    if (finding !== null) throw new Failure(`${file}: ${badLine(header.room, finding)}`)
  }
  return { log: log.right, line: goodLine(header.room, verified()) }
}

const read = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch {
    throw new Failure(`${file} cannot be read`)
  }
}

const goodLine = (room: RoomId, { records, draws }: Verified): string =>
  `good  ${room}: ${records} records, chain and folding hold, ${draws} ${draws === 1 ? 'draw' : 'draws'} proven`

const badLine = (room: RoomId, { seq, problem }: Finding): string =>
  `bad   room ${room}: record ${seq} ${problem}`
