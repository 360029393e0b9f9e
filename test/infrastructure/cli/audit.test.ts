import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../../src/application/ports/audit-trail.js'
import { auditEntry } from '../../contract/event-store/audit.js'
import { appendOf as roomOf, main } from './recorded-rooms.js'
import { tamperAudit } from '../storage/lmdb/lmdb-folders.js'
import { digestOf, folders, openStore, roomreel } from './cli-kit.js'

const { of, empty, clear } = folders()
afterEach(clear)

const hourMs = 3_600_000
const start = Date.parse('2026-12-01T08:00:00Z')

const some: ReadonlyArray<AuditEntry> = [
  auditEntry('1', { at: start, action: '/ startRandom' }),
  auditEntry('2', {
    at: start + hourMs,
    user: 'bob',
    roles: [],
    outcome: 'refused',
    reason: 'not-broadcaster',
  }),
  auditEntry('3', {
    at: start + 2 * hourMs,
    user: null,
    roles: [],
    isVerified: false,
    count: 12,
    room: null,
  }),
  auditEntry('4', { at: start + 3 * hourMs, user: '=HYPERLINK("x")', target: 'a,b', roles: ['admin'] }),
]

const folderWith = async (entries: ReadonlyArray<AuditEntry> = some): Promise<string> => {
  const data = await of(roomOf(main()))
  const store = await openStore(data)
  await store.audit.record(entries)()
  await store.close()
  return data
}

const requestsFor = async (data: string, ...args: ReadonlyArray<string>): Promise<ReadonlyArray<unknown>> => {
  const { out } = await roomreel(['--data', data, 'audit', '--json', ...args])
  return out.map((line) => (JSON.parse(line) as AuditEntry).request)
}

describe('audit', () => {
  test.each([
    { args: [], requests: ['1', '2', '3', '4'] },
    { args: ['--user', 'bob'], requests: ['2'] },
    { args: ['--role', 'staff'], requests: ['1'] },
    { args: ['--room', 'room-1'], requests: ['1', '2', '4'] },
    { args: ['--action', 'startRandom'], requests: ['1'] },
    { args: ['--outcome', 'refused'], requests: ['2'] },
    { args: ['--since', '2026-12-01T10:00Z'], requests: ['3', '4'] },
    { args: ['--until', '2026-12-01T10:00Z', '--outcome', 'accepted'], requests: ['1'] },
  ])('shows the records that match $args', async ({ args, requests }) => {
    expect(await requestsFor(await folderWith(), ...args)).toEqual(requests)
  })

  test('prints one line per record, and changes nothing in the folder', async () => {
    const data = await folderWith()
    const before = digestOf(data)
    const { code, out } = await roomreel(['--data', data, 'audit'], { columns: 200 })
    expect(code).toBe(0)
    expect(out.map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))).toEqual([
      '1 | 2026-12-01T08:00:00.000Z | ann (staff) | / startRandom | accepted | room-1 | 192.0.2.1',
      '2 | 2026-12-01T09:00:00.000Z | bob | /rooms command | not-broadcaster | room-1 | 192.0.2.1',
      '3 | 2026-12-01T10:00:00.000Z | – | /rooms command | accepted ×12 | 192.0.2.1',
      '4 | 2026-12-01T11:00:00.000Z | =HYPERLINK("x") (admin) | /rooms command | accepted | room-1 | → a,b | 192.0.2.1',
    ])
    expect(digestOf(data)).toBe(before)
  })

  test('prints CSV in which no cell is a formula', async () => {
    const { out } = await roomreel(['--data', await folderWith(), 'audit', '--csv'])
    expect(out).toHaveLength(5)
    expect(out[0]).toBe(
      'seq,at,user,isVerified,roles,room,action,target,outcome,reason,emergency,count,node,address,request,hash',
    )
    expect(out[4]).toMatch(
      /^4,2026-12-01T11:00:00.000Z,"'=HYPERLINK\(""x""\)",true,admin,room-1,\/rooms command,"a,b",accepted,,,1,/,
    )
  })

  test('exports to a new file that only its owner can read', async () => {
    const data = await folderWith()
    const file = join(await empty(), 'audit.ndjson')
    expect((await roomreel(['--data', data, 'audit', 'export', file, '--user', 'bob'])).code).toBe(0)
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await roomreel(['--data', data, 'audit', 'export', file])).code).toBe(2)
    const csv = join(await empty(), 'audit.csv')
    expect((await roomreel(['--data', data, 'audit', 'export', '--csv', csv])).code).toBe(0)
    expect((await readFile(csv, 'utf8')).startsWith('seq,at,')).toBe(true)
  })

  test.each([
    ['--since', 'yesterday'],
    ['--role', 'nurse'],
    ['--outcome', 'maybe'],
    ['--json', '--csv'],
  ])('rejects %s %s', async (...args) => {
    expect((await roomreel(['--data', await folderWith(), 'audit', ...args])).code).toBe(2)
  })
})

describe('audit verify', () => {
  test('confirms a chain, and with a head kept elsewhere also its end', async () => {
    const data = await folderWith()
    const file = join(await empty(), 'heads')
    const { out } = await roomreel(['--data', data, 'audit', 'head'], { env: { NODE_ID: 'ward-3' } })
    await writeFile(file, `${out.join('\n')}\n`)
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ seq: 4, node: 'ward-3', first: { seq: 1, at: start } })
    const verified = await roomreel(['--data', data, 'audit', 'verify', '--head', file])
    expect([verified.code, verified.out]).toEqual([
      0,
      ['good  the audit trail: 4 records, chain holds, 1 head match'],
    ])
    expect((await roomreel(['--data', data, 'audit', 'verify'])).code).toBe(0)
  })

  test('signs with one key of the folder, which only its owner can read', async () => {
    const data = await folderWith()
    const keys = new Set<unknown>()
    for (let each = 0; each < 3; each++) {
      const { out } = await roomreel(['--data', data, 'audit', 'head'])
      keys.add((JSON.parse(out[0] ?? '') as { publicKey: unknown }).publicKey)
    }
    expect(keys.size).toBe(1)
    expect((await stat(join(data, 'audit-key.pem'))).mode & 0o777).toBe(0o600)
    const file = join(await empty(), 'heads')
    await writeFile(file, (await roomreel(['--data', data, 'audit', 'head'])).out.join('\n'))
    const verify = (key: string) =>
      roomreel(['--data', data, 'audit', 'verify', '--head', file, '--public-key', key])
    expect((await verify(String([...keys][0]))).code).toBe(0)
    expect((await verify('MCowBQYDK2VwAyEA')).code).toBe(1)
  })

  test('names an altered record', async () => {
    const data = await folderWith()
    await tamperAudit(data, 2, (stored) => {
      stored[80] = (stored[80] ?? 0) ^ 1
      return stored
    })
    const { code, notes } = await roomreel(['--data', data, 'audit', 'verify'])
    expect(code).toBe(1)
    expect(notes[0]).toBe('bad   the audit trail: record 2 has been changed: its hash does not match')
  })

  test('rejects a file that has no head', async () => {
    const file = join(await empty(), 'heads')
    await writeFile(file, '{}')
    expect((await roomreel(['--data', await folderWith(), 'audit', 'verify', '--head', file])).code).toBe(2)
  })
})

describe('export', () => {
  test('leaves a record of who exported which room, unless AUDIT=off', async () => {
    const data = await folderWith([])
    await roomreel(['--data', data, 'export', 'main'], { env: { NODE_ID: 'ward-3' } })
    await roomreel(['--data', data, 'export', 'main'], { env: { AUDIT: 'off' } })
    await roomreel(['--data', data, 'export', 'nowhere'])
    const { out } = await roomreel(['--data', data, 'audit', '--json'])
    expect(out.map((line): unknown => JSON.parse(line))).toMatchObject([
      { action: 'roomreel export', room: 'main', outcome: 'accepted', node: 'ward-3', address: null },
    ])
  })
})
