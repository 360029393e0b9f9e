import { afterEach, describe, expect, test } from 'vitest'
import type { Folders } from './cli-kit.js'
import { digestOf, folders, openStore, roomreel } from './cli-kit.js'
import { ann, appendOf, board, bob, main, nina, olaf, secretRoom } from './recorded-rooms.js'

const { of, empty, clear }: Folders = folders()
afterEach(clear)

const threeRooms = (): Promise<string> => of(appendOf(main()), appendOf(board()), appendOf(secretRoom()))

describe('the timeline', () => {
  test('has a line per record: seq, time, type, actor, data', async () => {
    const data = await threeRooms()
    const { code, out, notes } = await roomreel(['--data', data, 'replay', 'board'])
    expect([code, notes]).toEqual([0, []])
    expect(out).toEqual([
      'board since 2026-01-01T00:00:00.000Z, 9 records',
      '1  0:00.000  room.created               socket-of-N…  history="own" isPrivate=false maxPeers=10 room="board"',
      '2  0:00.000  room.member-joined         Nina          memberId="socket-of-Nina" dialect="native" role="member" name="Nina" userId=null',
      '3  0:00.000  room.activity-activated    Nina          activity="poll" runBy="relay" options={…}',
      '4  0:00.000  poll.vote                  Nina          choice="before Olaf"',
      '5  0:01.000  room.member-joined         Olaf          memberId="socket-of-Olaf" dialect="native" role="member" name="Olaf" userId=null',
      '6  0:03.000  poll.vote                  Nina          choice="while Olaf was there"',
      '7  0:03.000  room.member-left           Olaf          memberId="socket-of-Olaf" dialect="native" reason="left" role="member"',
      '8  0:07.000  poll.vote                  Nina          "after Olaf\\n\\u001b[31m\\u202e\\u009b"',
      '9  0:07.000  room.member-back           Nina          memberId="socket-of-Nina"',
    ])
  })

  test.each([80, 100, 160])('fits a screen of %i columns', async (columns) => {
    const data = await threeRooms()
    const { out } = await roomreel(['--data', data, 'replay', 'main'], { columns })
    expect(out).toHaveLength(66 + 1)
    for (const line of out) expect(line.length).toBeLessThanOrEqual(columns)
  })

  test('waits between records in proportion to the speed', async () => {
    const data = await threeRooms()
    const { waitsMs } = await roomreel(['--data', data, 'replay', 'board', '--speed', '4'])
    expect(waitsMs).toEqual([0, 0, 0, 250, 500, 0, 1_000, 0])
  })

  test('does not wait without a speed', async () => {
    const data = await threeRooms()
    expect((await roomreel(['--data', data, 'replay', 'board'])).waitsMs).toEqual([])
  })

  test('prints one wire event per line as JSON', async () => {
    const data = await threeRooms()
    const { out } = await roomreel(['--data', data, 'replay', 'board', '--json'])
    expect(out.map((line) => JSON.parse(line).seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(JSON.parse(out[5] ?? '')).toEqual({
      room: 'board',
      seq: 6,
      at: 1_767_225_603_000,
      by: nina.memberId,
      type: 'poll.vote',
      data: { choice: 'while Olaf was there' },
    })
    expect(JSON.parse(out[7] ?? '').data).toBe('after Olaf\n\u001b[31m\u202e\u009b')
  })
})

describe('replay --as', () => {
  const seqs = (out: ReadonlyArray<string>): ReadonlyArray<number> => out.map((line) => JSON.parse(line).seq)

  test.each([olaf.memberId, 'Olaf'])('shows %s the records from its join to its leaving', async (member) => {
    const data = await threeRooms()
    const { out } = await roomreel(['--data', data, 'replay', 'board', '--as', member, '--json'])
    expect(seqs(out)).toEqual([5, 6, 7])
  })

  test('shows earlier records in a room whose members may read everything', async () => {
    const data = await of(appendOf(board('all')))
    const { out } = await roomreel(['--data', data, 'replay', 'board', '--as', 'Olaf', '--json'])
    expect(seqs(out)).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('prints the state at a record that the member saw', async () => {
    const data = await threeRooms()
    const { out } = await roomreel(['--data', data, 'replay', 'board', '--as', 'Olaf', '--at', '6', '--json'])
    const [state = ''] = out
    expect(Object.keys(JSON.parse(state).members)).toEqual([nina.memberId, olaf.memberId])
  })

  test.each([4, 8])('rejects the state at record %i, which the member did not see', async (seq) => {
    const data = await threeRooms()
    const result = await roomreel(['--data', data, 'replay', 'board', '--as', 'Olaf', '--at', String(seq)])
    const notes = [`Olaf did not see record ${seq}; it was present from record 5 to 7`]
    expect(result).toEqual({ code: 2, out: [], notes, waitsMs: [], questions: [] })
  })

  test('names the members when the name is unknown', async () => {
    const data = await threeRooms()
    const { code, out, notes } = await roomreel(['--data', data, 'replay', 'main', '--as', 'Zed'])
    expect([code, out]).toEqual([2, []])
    expect(notes).toEqual([
      `Zed was never a member of main; its members were ${ann.memberId} (Ann), ${bob.memberId} (Bob)`,
    ])
  })
})

describe('the state at a record', () => {
  test('is the fold of the records up to it', async () => {
    const data = await threeRooms()
    const at = async (seq: number) => {
      const { out } = await roomreel(['--data', data, 'replay', 'main', '--at', String(seq)])
      return JSON.parse(out.join('\n'))
    }
    expect((await at(1)).members).toEqual({})
    expect((await at(2)).members[ann.memberId].name).toBe('Ann')
    expect((await at(10)).modules['random-picker'].state.phase.draw.tick).toBe(2)
    expect((await at(65)).modules['random-picker'].state.draws).toHaveLength(2)
  })

  test.each([
    [['--at', '67'], 'the log of main ends at 66'],
    [
      ['--at', '0'],
      /^option '--at <seq>' argument '0' is invalid. It must be a whole number from 1; see --help/,
    ],
    [['--at', '1e2'], /^option '--at <seq>' argument '1e2' is invalid/],
    [['--at', '3', '--speed', '2'], /^option '--speed <factor>' cannot be used with option '--at <seq>'/],
    [['--speed', '0'], /^option '--speed <factor>' argument '0' is invalid. It must be a number over 0/],
    [['--speed', 'Infinity'], /^option '--speed <factor>'/],
    [['--bogus'], /^unknown option '--bogus'; put -- before a room name that starts with -/],
  ])('rejects %j in one line and exits with 2', async (args, line) => {
    const data = await threeRooms()
    const { code, out, notes } = await roomreel(['--data', data, 'replay', 'main', ...args])
    expect([code, out, notes.length]).toEqual([2, [], 1])
    expect(notes[0]).toMatch(line)
  })
})

describe('a data folder', () => {
  test('lists its rooms', async () => {
    const data = await threeRooms()
    expect((await roomreel(['--data', data, 'rooms'])).out).toEqual([
      'board                          9 records  2026-01-01T00:00:07.000Z  occupied',
      'main                          66 records  2026-01-01T00:00:06.500Z  occupied  due 2026-01-01T00:00:21.500Z',
      'secret-room                   17 records  2026-01-01T00:00:01.200Z  occupied  due 2026-01-01T00:00:01.300Z',
    ])
    const { out } = await roomreel(['rooms', '--json'], { env: { DATA_DIR: data } })
    expect(out.map((line) => JSON.parse(line).room)).toEqual(['board', 'main', 'secret-room'])
  })

  test('in use by a server is rejected in one line', async () => {
    const data = await threeRooms()
    const server = await openStore(data)
    for (const command of [['rooms'], ['replay', 'main'], ['verify'], ['export', 'main']]) {
      const { code, out, notes } = await roomreel(['--data', data, ...command])
      expect([code, out]).toEqual([2, []])
      expect(notes).toEqual([`the data folder ${data} is in use by process ${process.pid}`])
    }
    await server.close()
  })

  test('that does not exist or has no logs is not created', async () => {
    const folder = await empty()
    for (const data of [folder, `${folder}/nowhere`]) {
      const { code, notes } = await roomreel(['--data', data, 'rooms'])
      expect([code, notes]).toEqual([2, [`the data folder ${data} has no logs`]])
    }
    expect(digestOf(folder)).toBe(digestOf(`${folder}/nowhere`))
  })

  test('without rooms is reported as such', async () => {
    const data = await of()
    expect((await roomreel(['--data', data, 'rooms'])).notes).toEqual([`${data} has no rooms`])
    expect((await roomreel(['--data', data, 'verify'])).notes).toEqual([`${data} has no rooms`])
  })

  test('rejects unknown rooms and invalid room names', async () => {
    const data = await threeRooms()
    const notes = async (room: string) => (await roomreel(['--data', data, 'replay', '--', room])).notes
    expect(await notes('nowhere')).toEqual(['room nowhere does not exist; "roomreel rooms" lists all rooms'])
    expect(await notes('a b')).toEqual(['a b is not a room name; use 1 to 128 letters, digits and -_.:'])
  })

  test('may have rooms with unusual names', async () => {
    const names = ['-begins.with:dash', '.', '__proto__', 'x'.repeat(128)]
    const data = await of(...names.map((name) => appendOf(board('own', name))))
    for (const name of names) {
      const { code, out } = await roomreel(['--data', data, 'replay', '--', name])
      expect([code, out.length]).toEqual([0, 10])
    }
    expect((await roomreel(['--data', data, 'verify'])).code).toBe(0)
  })

  test('is unchanged by reading commands', async () => {
    const data = await threeRooms()
    const before = digestOf(data)
    for (const command of [
      ['rooms'],
      ['replay', 'main'],
      ['replay', 'main', '--at', '3'],
      ['replay', 'board', '--as', 'Olaf', '--json'],
      ['verify'],
      ['export', 'main'],
      ['export', 'secret-room', '--with-secrets'],
    ]) {
      const { code } = await roomreel(['--data', data, ...command], { env: { AUDIT: 'off' } })
      expect(code).toBe(0)
      expect([command, digestOf(data)]).toEqual([command, before])
    }
  })
})
