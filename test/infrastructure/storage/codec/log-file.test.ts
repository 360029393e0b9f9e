import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import * as E from '#fp/Either'
import * as O from '#fp/Option'
import type { RecordedEvent } from '../../../../src/domain/kernel/domain-event.js'
import { epoch, roomId } from '../../../../src/domain/kernel/ids.js'
import type { RoomEvent } from '../../../../src/domain/room/index.js'
import type {
  ExportedParts,
  LogFileCorruption,
} from '../../../../src/infrastructure/storage/codec/log-file.js'
import {
  createLogReader,
  headerLine,
  isLogFileCorruption,
  recordLine,
} from '../../../../src/infrastructure/storage/codec/log-file.js'
import type { Frame } from '../../../../src/infrastructure/storage/codec/frame.js'
import type { ImportedLog } from '../../../../src/infrastructure/storage/lmdb/import-and-remove.js'
import type { RoomRecord } from '../../../../src/application/ports/event-store.js'
import type { LmdbEventStore } from '../../../../src/infrastructure/storage/lmdb-event-store.js'
import { recorded, testEpoch, testRoom } from '../../../kit/recording.js'
import { created, hasJoined, wentAway } from '../../../kit/room-events.js'
import { person } from '../../../kit/people.js'
import { firstInstant } from '../../../kit/virtual-clock.js'
import { appendOf, firstEpoch } from '../lmdb/sample-appends.js'
import { scratch } from '../lmdb/lmdb-folders.js'
import { roomRecord, type BuiltInEvent } from '../../../kit/index.js'

const { folder, open, clear } = scratch()
afterEach(clear)

const allParts: ExportedParts = { personal: true, secrets: true }
const withoutSecrets: ExportedParts = { personal: true, secrets: false }
const hashedOnly: ExportedParts = { personal: false, secrets: false }

const ann = person('Ann', 'ann@example.org')

const events: ReadonlyArray<BuiltInEvent | RoomEvent> = [
  created,
  hasJoined(ann, 'picker', 'viewer'),
  {
    type: 'random-picker.committed',
    data: { drawNo: 1, commitment: '11' },
    secret: { serverSeed: 'server-seed' },
  },
  { type: 'relay.event', data: { module: 'quiz', event: 'said', payload: 'my secret is Ann' } },
  wentAway(ann, 1_800_000_000_000),
]
const log = recorded(events).map(roomRecord)

const storeWithLog = async (): Promise<LmdbEventStore> => {
  const store = await open({ folder: await folder(), durability: 'process' })
  const rest = { records: log, epoch: testEpoch, sessionsIn: [ann.session], occupied: true, due: 5 }
  await store.commit([appendOf(testRoom, 0, 0, rest)])()
  return store
}

const exportLog = async (store: LmdbEventStore, parts: ExportedParts): Promise<ReadonlyArray<string>> => {
  const header = await store.header(testRoom)()
  const frames = await store.frames(testRoom, 0, 1_000)()
  if (E.isLeft(header) || E.isLeft(frames) || O.isNone(header.right))
    throw new Error('the log does not exist')
  return [headerLine(header.right.value), ...frames.right.map((frame) => recordLine(frame, parts))]
}

/** Verifies a log file from its first line to its last; `Left`: its first corruption. */
const verifyChain = (
  lines: Iterable<string>,
): E.Either<LogFileCorruption, ImportedLog & { readonly records: ReadonlyArray<RoomRecord> }> => {
  const reader = createLogReader()
  const frames: Array<Frame> = []
  const records: Array<RoomRecord> = []
  for (const text of lines) {
    const read = reader.next(text)
    if (isLogFileCorruption(read)) return E.left(read)
    if (read.type !== 'record') continue
    frames.push(read.frame)
    records.push(read.record)
  }
  const end = reader.end()
  return isLogFileCorruption(end) ? E.left(end) : E.right({ header: end, frames, records })
}

const records = (found: ReturnType<typeof verifyChain>): ReadonlyArray<RecordedEvent> | LogFileCorruption =>
  E.isRight(found) ? found.right.records : found.left

const changeLine = (lines: ReadonlyArray<string>, line: number, change: (text: string) => string) =>
  lines.map((text, place) => (place === line - 1 ? change(text) : text))

describe('an exported log', () => {
  it('starts with a header of its format, room, epoch, count and last hash', async () => {
    const [header = ''] = await exportLog(await storeWithLog(), withoutSecrets)
    expect(JSON.parse(header)).toEqual({
      format: 'roomreel-log/1',
      room: 'main',
      epoch: 'epoch-1',
      count: 5,
      lastHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('with all parts is read as the original log', async () => {
    expect(records(verifyChain(await exportLog(await storeWithLog(), allParts)))).toEqual(log)
  })

  it('without secrets has no secret field, and verifies', async () => {
    const lines = await exportLog(await storeWithLog(), withoutSecrets)
    for (const secret of ['server-seed', ann.session, ann.connection])
      expect(lines.join()).not.toContain(secret)
    expect(lines.join()).toContain('ann@example.org')
    expect(records(verifyChain(lines))).toEqual(
      log.map(({ secret: _secret, ...shown }: RecordedEvent) => shown),
    )
  })

  it('without personal parts has no personal field, and verifies', async () => {
    const lines = await exportLog(await storeWithLog(), hashedOnly)
    for (const word of ['"Ann"', 'ann@example.org', 'my secret']) expect(lines.join()).not.toContain(word)
    const found = records(verifyChain(lines))
    expect(found).toMatchObject([
      {},
      { data: { name: null, userId: null } },
      {},
      { data: { payload: null } },
      {},
    ])
  })

  it('ends with the same hash for any exported parts', async () => {
    const store = await storeWithLog()
    const headers = await Promise.all(
      [allParts, withoutSecrets, hashedOnly].map(async (parts) => (await exportLog(store, parts))[0]),
    )
    expect(new Set(headers).size).toBe(1)
  })

  it('can be verified with JSON and SHA-256 alone', async () => {
    const [header = '', ...lines] = await exportLog(await storeWithLog(), allParts)
    const lengthPrefixed = (text: string): Buffer => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(Buffer.byteLength(text))
      return Buffer.concat([length, Buffer.from(text)])
    }
    const sha256 = (...parts: ReadonlyArray<Buffer>): Buffer =>
      createHash('sha256').update(Buffer.concat(parts)).digest()
    let previous = sha256(...['log/1/first', 'main', 'epoch-1'].map(lengthPrefixed))
    for (const line of lines) {
      const { hash, personal, secret, ...hashed } = JSON.parse(line)
      // The keys of these lines are in canonical order.
      previous = sha256(previous, Buffer.from(JSON.stringify(hashed)))
      expect(previous.toString('hex')).toBe(hash)
      for (const [name, part] of Object.entries({ personal, secret })) {
        if (part === undefined) continue
        const saltedHash = sha256(Buffer.from(part.salt, 'hex'), Buffer.from(JSON.stringify(part.value)))
        expect(saltedHash.toString('hex')).toBe(hashed.seals[name])
      }
    }
    expect(previous.toString('hex')).toBe(JSON.parse(header).lastHash)
  })
})

describe('verifying a log file', () => {
  it('finds every changed character', async () => {
    const lines = await exportLog(await storeWithLog(), allParts)
    for (const [place, text] of lines.entries()) {
      for (let at = 0; at < text.length; at += 3) {
        const other = text[at] === '1' ? '2' : '1'
        const changed = changeLine(lines, place + 1, (line) => line.slice(0, at) + other + line.slice(at + 1))
        const found = verifyChain(changed)
        expect(E.isLeft(found)).toBe(true)
      }
    }
  })

  it.each([2, 4, 6])('names the record whose data was changed: line %s', async (line) => {
    const lines = changeLine(await exportLog(await storeWithLog(), withoutSecrets), line, (text) =>
      text.replace('"data":{', '"data":{"a":1,'),
    )
    expect(verifyChain(lines)).toEqual(
      E.left({
        line,
        seq: line - 1,
        problem: `record ${line - 1} has been changed: its hash does not match`,
      }),
    )
  })

  it('names the record whose personal part was changed', async () => {
    const lines = changeLine(await exportLog(await storeWithLog(), withoutSecrets), 3, (text) =>
      text.replace('"Ann"', '"Bob"'),
    )
    expect(verifyChain(lines)).toEqual(
      E.left({
        line: 3,
        seq: 2,
        problem: 'record 2 has been changed: its personal or secret part does not match its salted hash',
      }),
    )
  })

  it('names a record that is missing in the middle', async () => {
    const lines = await exportLog(await storeWithLog(), withoutSecrets)
    expect(verifyChain([...lines.slice(0, 3), ...lines.slice(4)])).toEqual(
      E.left({ line: 4, seq: 3, problem: 'record 3 is missing: record 4 is in its place' }),
    )
  })

  it('names a record that is missing at the end', async () => {
    const lines = await exportLog(await storeWithLog(), withoutSecrets)
    expect(verifyChain(lines.slice(0, -1))).toEqual(
      E.left({ line: 6, seq: 5, problem: 'record 5 is missing: the file ends before it' }),
    )
  })

  it('finds a truncated log with a matching header', async () => {
    const lines = await exportLog(await storeWithLog(), withoutSecrets)
    const cut = changeLine(lines.slice(0, -1), 1, (text) => text.replace('"count":5', '"count":4'))
    expect(verifyChain(cut)).toMatchObject({ left: { line: 1 } })
  })

  it('finds two swapped records', async () => {
    const [header = '', first = '', second = '', ...rest] = await exportLog(
      await storeWithLog(),
      withoutSecrets,
    )
    expect(verifyChain([header, second, first, ...rest])).toMatchObject({ left: { line: 2, seq: 1 } })
  })

  it('finds a log under the name of another room', async () => {
    const lines = await exportLog(await storeWithLog(), withoutSecrets)
    const renamed = changeLine(lines, 1, (text) => text.replace('"main"', '"side"'))
    expect(verifyChain(renamed)).toMatchObject({ left: { line: 2, seq: 1 } })
  })

  it.each([
    ['an empty file', []],
    ['an empty line', ['']],
    ['another format', ['{"format":"roomreel-log/2"}']],
    ['plain text', ['hello']],
  ])('rejects %s in its first line', (_what, lines) => {
    expect(verifyChain(lines)).toMatchObject({ left: { line: 1, seq: null } })
  })

  it.each([
    ['is not JSON', () => '{'],
    ['cannot be parsed', () => '[]'],
    ['has an unknown field', (text: string) => text.replace('{"at"', '{"admin":true,"at"')],
    ['has an unknown type', (text: string) => text.replace('room.member-joined', 'room.member-unknown')],
  ])('names a line that %s', async (_what, change) => {
    const lines = changeLine(await exportLog(await storeWithLog(), withoutSecrets), 3, change)
    expect(verifyChain(lines)).toMatchObject({ left: { line: 3, seq: 2 } })
  })

  it('accepts an empty last line', async () => {
    expect(E.isRight(verifyChain([...(await exportLog(await storeWithLog(), withoutSecrets)), '']))).toBe(
      true,
    )
  })
})

describe('an imported log', () => {
  const newEpoch = epoch('epoch-of-the-copy')
  const importedAt = firstInstant + 3_600_000

  const importLog = async (lines: ReadonlyArray<string>, store: LmdbEventStore) => {
    const verified = verifyChain(lines)
    if (E.isLeft(verified)) throw new Error(verified.left.problem)
    return store.importLog(verified.right, newEpoch, importedAt)()
  }

  it('is a closed room with its own epoch and the original records', async () => {
    const lines = await exportLog(await storeWithLog(), withoutSecrets)
    const other = await open({ folder: await folder(), durability: 'process' })
    expect(await importLog(lines, other)).toEqual(E.right({ type: 'appended' }))
    const found = await other.read(testRoom, 0, 100)()
    const shown = log.map(({ secret: _secret, ...rest }: RecordedEvent) => ({ ...rest, epoch: newEpoch }))
    const last = { room: testRoom, epoch: newEpoch, seq: 6, at: importedAt, by: null, cause: null }
    expect(found).toEqual(E.right([...shown, { type: 'room.closed', data: { reason: 'imported' }, ...last }]))
    expect(await other.find(testRoom)()).toEqual(
      E.right(
        O.some({ room: testRoom, epoch: newEpoch, seq: 6, lastAt: last.at, due: null, occupied: false }),
      ),
    )
    expect(await other.awaiting()()).toEqual(E.right([]))
    expect(await other.roomsOf(ann.session)()).toEqual(E.right([]))
  })

  it('can be exported and imported again, also without its left-out parts', async () => {
    const other = await open({ folder: await folder(), durability: 'process' })
    await importLog(await exportLog(await storeWithLog(), hashedOnly), other)
    const third = await open({ folder: await folder(), durability: 'process' })
    expect(await importLog(await exportLog(other, allParts), third)).toEqual(E.right({ type: 'appended' }))
    expect(await third.read(testRoom, 0, 100)()).toMatchObject({ right: { length: 7 } })
  })

  it('is rejected when its room exists, and that room stays unchanged', async () => {
    const store = await storeWithLog()
    expect(await importLog(await exportLog(store, withoutSecrets), store)).toEqual(
      E.right({ type: 'conflict', actual: { epoch: testEpoch, seq: 5 } }),
    )
    expect(await store.read(testRoom, 0, 100)()).toEqual(E.right(log))
  })

  it('without records is rejected', async () => {
    const empty = await open({ folder: await folder(), durability: 'process' })
    const room = roomId('empty')
    const header = { room, epoch: firstEpoch, count: 0, lastHash: '' }
    const found = await empty.importLog({ header, frames: [] }, newEpoch, importedAt)()
    expect(E.isRight(found) && found.right.type).toBe('fault')
    expect(await empty.find(room)()).toEqual(E.right(O.none))
  })
})
