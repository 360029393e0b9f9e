import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as E from '#fp/Either'
import * as O from '#fp/Option'
import { afterEach, describe, expect, test } from 'vitest'
import { roomId } from '../../../src/domain/kernel/ids.js'
import { builtInModel } from '../../../src/plugins.js'
import { contextOf, entering, foldOf, testEpoch, builtIn, roomRecord } from '../../kit/index.js'
import { changeRecord, digestOf, folders, openStore, roomreel } from './cli-kit.js'
import { appendOf, board, canaries, main, olaf, secretRoom } from './recorded-rooms.js'

const { decide } = builtInModel

const { of, empty, clear } = folders()
afterEach(clear)

/** A data folder with rooms of each kind, and paths for files. */
const folderWithRooms = async () => {
  const data = await of(appendOf(main()), appendOf(board()), appendOf(secretRoom()))
  const files = await empty()
  return { data, file: (name: string) => join(files, `${name}.ndjson`) }
}

const options = [
  { parts: [] },
  { parts: ['--with-secrets'] },
  { parts: ['--without-personal'] },
  { parts: ['--with-secrets', '--without-personal'] },
]

describe('export and import', () => {
  test.each(options)('keep a log verifiable with $parts', async ({ parts }) => {
    const { data, file } = await folderWithRooms()
    const other = `${file('other')}.data`
    for (const room of ['main', 'board', 'secret-room']) {
      const result = await roomreel(['--data', data, 'export', room, file(room), ...parts])
      expect([result.code, result.out]).toEqual([0, []])
      expect((await roomreel(['verify', '--file', file(room)])).code).toBe(0)
      expect((await roomreel(['--data', other, 'import', file(room)])).code).toBe(0)
    }
    expect((await roomreel(['--data', other, 'verify'])).code).toBe(0)
    const replay = (folder: string) => roomreel(['--data', folder, 'replay', 'main', '--json'])
    const original = (await replay(data)).out
    const imported = (await replay(other)).out
    expect(imported).toHaveLength(original.length + 1)
    if (!parts.includes('--without-personal')) expect(imported.slice(0, -1)).toEqual(original)
    expect(JSON.parse(imported.at(-1) ?? '')).toMatchObject({
      type: 'room.closed',
      data: { reason: 'imported' },
    })
  })

  test('write the same bytes to standard output as to a file', async () => {
    const { data, file } = await folderWithRooms()
    const { out } = await roomreel(['--data', data, 'export', 'board'])
    await roomreel(['--data', data, 'export', 'board', file('board')])
    expect(await readFile(file('board'), 'utf8')).toBe(out.map((line) => `${line}\n`).join(''))
  })

  test('create a closed room with its own epoch, without a due instant, dated now', async () => {
    const { data, file } = await folderWithRooms()
    const other = `${file('other')}.data`
    await roomreel(['--data', data, 'export', 'main', file('main'), '--with-secrets'])
    await roomreel(['--data', other, 'import', file('main')])
    const store = await openStore(other)
    const found = await store.find(roomId('main'))()
    const records = await store.read(roomId('main'), 0, 100)()
    await store.close()
    if (E.isLeft(found) || O.isNone(found.right) || E.isLeft(records)) throw new Error('it is not there')
    const { epoch, occupied, due, lastAt } = found.right.value
    expect([epoch === testEpoch, occupied, due]).toEqual([false, false, null])
    expect(Math.abs(Date.now() - lastAt)).toBeLessThan(60_000)
    const closed = foldOf(records.right, { phase: 'absent', id: roomId('main') })
    const enter = entering(olaf, 'picker', 'viewer')
    expect(decide(contextOf(enter, olaf.memberId), closed)).toEqual(
      E.left({ type: 'access-denied', cause: 'closed' }),
    )
  })

  test('verify a draw without names in part, and report that', async () => {
    const { data, file } = await folderWithRooms()
    await roomreel(['--data', data, 'export', 'main', file('main'), '--without-personal'])
    expect((await roomreel(['verify', '--file', file('main')])).out).toEqual([
      'good  main: 66 records, chain and folding hold, 0 draws proven, 2 draws in part: the names are not in the log',
    ])
    expect(await readFile(file('main'), 'utf8')).not.toMatch(/Cléo|"name":"Ann"/)
  })
})

describe('a changed log file', () => {
  const exportedRoom = async (room: string) => {
    const { data, file } = await folderWithRooms()
    await roomreel(['--data', data, 'export', room, file(room)])
    return {
      file: file(room),
      lines: (await readFile(file(room), 'utf8')).trimEnd().split('\n'),
      other: `${file('o')}.data`,
    }
  }

  type Lines = ReadonlyArray<string>
  const changeLine = (line: number, from: string, to: string) => (lines: Lines) =>
    lines.map((text, place) => (place === line - 1 ? text.replace(from, to) : text))

  test.each<readonly [string, (lines: Lines) => Lines, string]>([
    ['a changed name', changeLine(3, '"Ann"', '"Eve"'), 'line 3: record 2 has been changed'],
    ['a changed instant', changeLine(4, '"at":1', '"at":2'), 'line 4: record 3 has been changed'],
    ['a record left out', (lines) => lines.toSpliced(4, 1), 'line 5: record 4 is missing'],
    [
      'two lines that changed places',
      (lines) => lines.toSpliced(4, 2, lines[5] ?? '', lines[4] ?? ''),
      'line 5: record 4 is missing',
    ],
    ['a repeated line', (lines) => lines.toSpliced(4, 0, lines[4] ?? ''), 'line 6: record 5 is missing'],
    [
      'an end cut off',
      (lines) => lines.slice(0, 20),
      'line 21: record 20 is missing: the file ends before it',
    ],
    ['an additional line', (lines) => [...lines, lines[66] ?? ''], 'line 68: record 67 exceeds the count'],
    [
      'half a line',
      (lines) => changeLine(67, lines[66] ?? '', '{"at":17')(lines),
      'line 67: record 66 cannot be parsed',
    ],
    ['no header', (lines) => lines.slice(1), 'line 1: is not a header of roomreel-log/1'],
    ['an empty file', () => [], 'line 1: is missing: the file is empty'],
  ])('with %s is rejected and not imported', async (_what, change, problem) => {
    const { file, lines, other } = await exportedRoom('main')
    await writeFile(file, change(lines).join('\n'))
    const { code, notes } = await roomreel(['verify', '--file', file])
    expect(code).toBe(1)
    expect(notes[0]?.slice(0, `bad   ${file}: ${problem}`.length)).toBe(`bad   ${file}: ${problem}`)
    expect((await roomreel(['--data', other, 'import', file])).code).toBe(1)
    expect(existsSync(other)).toBe(false)
  })

  test('cannot be read if it is missing or a folder', async () => {
    const folder = await empty()
    for (const file of [folder, join(folder, 'nowhere')]) {
      const { code, notes } = await roomreel(['verify', '--file', file])
      expect([code, notes.length]).toEqual([2, 1])
      expect(notes[0]).toMatch(`${file} cannot be read: `)
    }
  })
})

test('a log file may contain line separators other than line feeds in texts', async () => {
  const driver = board('own', 'separators')
  const append = appendOf(driver)
  const records = append.records
    .map(builtIn)
    .map((record) =>
      record.type === 'relay.event'
        ? { ...record, data: { ...record.data, payload: 'a\u2028b\u2029c\rd\u0085e' } }
        : record,
    )
    .map(roomRecord)
  const data = await of({ ...append, records })
  const file = join(await empty(), 'file.ndjson')
  await roomreel(['--data', data, 'export', 'separators', file])
  expect((await roomreel(['verify', '--file', file])).code).toBe(0)
})

test('an import does not change an existing room', async () => {
  const { data, file } = await folderWithRooms()
  await roomreel(['--data', data, 'export', 'main', file('main')])
  const before = digestOf(data)
  const { code, notes } = await roomreel(['--data', data, 'import', file('main')])
  expect([code, notes]).toEqual([2, [`room main already exists in ${data}; nothing was written`]])
  expect(digestOf(data)).toBe(before)
})

test('an export does not overwrite a file and leaves no partial file', async () => {
  const { data, file } = await folderWithRooms()
  await writeFile(file('mine'), 'mine')
  const second = await roomreel(['--data', data, 'export', 'main', file('mine')])
  expect([second.code, second.notes]).toEqual([2, [`${file('mine')} already exists; name another file`]])
  expect(await readFile(file('mine'), 'utf8')).toBe('mine')
  await changeRecord(data, 'main', 60, () => undefined)
  const { code, notes } = await roomreel(['--data', data, 'export', 'main', file('half')])
  expect([code, notes]).toEqual([1, ['room main: record 60 is missing']])
  expect(existsSync(file('half'))).toBe(false)
})

describe('secrets', () => {
  const outputOf = async (data: string, commands: ReadonlyArray<ReadonlyArray<string>>): Promise<string> => {
    const lines: Array<string> = []
    for (const command of commands) {
      const { out, notes } = await roomreel(['--data', data, ...command])
      lines.push(...out, ...notes)
    }
    return lines.join('\n')
  }

  /** The secrets in these logs, as they appear in an export. */
  const secrets = [main(), secretRoom()].flatMap((driver) =>
    driver
      .log()
      .map(builtIn)
      .flatMap((record) => {
        if (record.type === 'random-picker.started') return [JSON.stringify(record.secret?.plan)]
        if (record.type !== 'random-picker.committed') return []
        const { drawNo } = record.data
        const isRevealed = driver
          .log()
          .map(builtIn)
          .some(
            (other) =>
              (other.type === 'random-picker.complete' || other.type === 'random-picker.cancelled') &&
              other.data.proof.drawNo === drawNo,
          )
        return isRevealed ? [] : [record.secret?.serverSeed]
      }),
  )
  const all = [canaries.token, ...canaries.sessions, ...canaries.connections, ...secrets]

  test('are in no output by default', async () => {
    const { data } = await folderWithRooms()
    const rooms = ['main', 'board', 'secret-room']
    const text = await outputOf(data, [
      ['rooms'],
      ['rooms', '--json'],
      ['verify'],
      ...rooms.flatMap((room) => [
        ['replay', room],
        ['replay', room, '--json'],
        ['replay', room, '--at', '9'],
        ['export', room],
        ['export', room, '--without-personal'],
      ]),
      ['replay', 'secret-room', '--as', 'Pia', '--at', '9'],
      ['replay', 'secret-room', '--as', 'Pia', '--json'],
    ])
    expect(all.length).toBeGreaterThan(7)
    for (const secret of all) expect(text).not.toContain(secret)
    expect(text).not.toMatch(/tokenHash|"session"/)
  })

  test('are in an export with --with-secrets', async () => {
    const { data } = await folderWithRooms()
    const text = await outputOf(data, [
      ['export', 'main', '--with-secrets'],
      ['export', 'secret-room', '--with-secrets'],
    ])
    for (const secret of all.slice(1)) expect(text).toContain(secret)
    expect(text).not.toContain(canaries.token)
  })
})
