import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Append } from '../../../src/application/ports/event-store.js'
import { memberId, roomId } from '../../../src/domain/kernel/ids.js'
import type { PickerCommand } from '../../../src/domain/activities/random-picker/index.js'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'
import { telequiz } from '../../../src/domain/activities/telequiz/index.js'
import type { RoomCommand } from '../../../src/domain/room/index.js'
import { moduleCommand } from '../../../src/domain/room/index.js'
import type { Person, RoomDriver } from '../../kit/index.js'
import { act, entering, openRules, person, roomDriver, seededEntropy } from '../../kit/index.js'
import { changeRecord, digestOf, folders, roomreel } from './cli-kit.js'
import { appendOf } from './recorded-rooms.js'

const { of, empty, clear } = folders()
afterEach(clear)

/** Each text that must be gone has `Zebra` in it. */
const zoe: Person = { ...person('Zoe'), name: 'Zoe Zebra', userId: 'zoe' }
const max: Person = person('Max', 'max')

const driverOf = (name: string): RoomDriver =>
  roomDriver({ room: roomId(name), entropy: seededEntropy(name) })

const picker = (command: PickerCommand): RoomCommand => moduleCommand(randomPicker, command)

const leave = { type: 'leave', dialect: 'all', connection: null, reason: 'left' } as const

/** Zoe relays a text, runs a draw and leaves; Max does the same. */
const poll = (name = 'poll'): RoomDriver => {
  const driver = driverOf(name)
  driver.send(entering(zoe, 'party', 'user', { profile: { city: 'Zebra Town' } }), zoe.memberId)
  driver.send(entering(max, 'party', 'user'), max.memberId)
  driver.send({ type: 'activate', activity: 'poll', options: { title: 'Zebras?' } }, zoe.memberId)
  driver.send(act('poll', { type: 'relay', event: 'vote', payload: 'Zebra text' }), zoe.memberId)
  driver.send(act('poll', { type: 'relay', event: 'vote', payload: 'text of Max' }), max.memberId)
  driver.send(leave, zoe.memberId)
  return driver
}

/** Zoe leads one draw and Max another; the second has Zoe's user id in its list. */
const draws = (): RoomDriver => {
  const driver = driverOf('draws')
  driver.send(entering(zoe, 'picker', 'broadcaster', { activates: 'random-picker' }), zoe.memberId)
  driver.send(
    picker({ type: 'start', members: [{ name: 'Zebra one' }, { name: 'Zebra two' }] }),
    zoe.memberId,
  )
  driver.clock.advance(6_000)
  driver.send(leave, zoe.memberId)
  driver.send(entering(max, 'picker', 'broadcaster'), max.memberId)
  for (const members of [
    [{ id: 'zoe', name: 'Zebra in the list' }, { name: 'Max' }],
    [{ name: 'Only Max' }, { name: 'And Moritz' }],
  ]) {
    driver.send(picker({ type: 'start', members }), max.memberId)
    driver.clock.advance(6_000)
  }
  return driver
}

/** A quiz that Zoe hosts, and one that Max hosts and in which Zoe answers. */
const quizzes = (): RoomDriver => {
  const driver = driverOf('quizzes')
  for (const host of [zoe, max]) {
    for (const member of [zoe, max]) driver.send(entering(member, 'party', 'user'), member.memberId)
    driver.send({ type: 'activate', activity: 'telequiz', options: null }, host.memberId)
    const what = host === zoe ? 'Zebra' : 'Of Max'
    const questions = ['1', '2', '3'].map((number) => ({
      text: `${what} question ${number}`,
      choices: [`${what} yes`, `${what} no`],
      answer: 0,
      seconds: 5,
    }))
    const [first = questions[0], ...later] = questions
    if (first === undefined) throw new Error('no question')
    driver.send(moduleCommand(telequiz, { type: 'start-quiz', questions: [first, ...later] }), host.memberId)
    const player = host === zoe ? max : zoe
    driver.clock.advance(1_000)
    driver.send(moduleCommand(telequiz, { type: 'give-answer', choice: 0 }), player.memberId)
    driver.clock.advance(120_000)
    driver.send({ type: 'deactivate', activity: 'telequiz' }, host.memberId)
  }
  driver.send(leave, zoe.memberId)
  return driver
}

const bytesIn = (at: string): string =>
  readdirSync(at)
    .filter((name) => !name.startsWith('in-use-by-'))
    .map((name) => readFileSync(join(at, name), 'latin1'))
    .join('\n')

const eraseZoe = (data: string, ...more: ReadonlyArray<string>) =>
  // The audit trail names the user whose data was erased.
  roomreel(['--data', data, 'erase', '--user', 'zoe', ...more], { env: { AUDIT: 'off' } })

const allRooms = (): ReadonlyArray<Append> => [poll(), draws(), quizzes()].map((each) => appendOf(each))

describe('erase', () => {
  test('removes the names and texts of a user from the folder, exports and views, and nothing of others', async () => {
    const data = await of(...allRooms())
    expect(bytesIn(data)).toContain('Zebra')
    const result = await eraseZoe(data, '--yes')
    expect(result).toMatchObject({ code: 0, questions: [] })
    expect([...result.out, ...result.notes].join('\n')).not.toContain('Zebra')
    const bytes = bytesIn(data)
    expect(bytes).not.toContain('Zebra')
    expect(bytes).not.toContain('"zoe"')
    for (const kept of ['text of Max', 'Of Max question 3', 'Only Max', 'And Moritz']) {
      expect(bytes).toContain(kept)
    }
    const verified = await roomreel(['--data', data, 'verify'])
    expect(verified.code).toBe(0)
    expect(verified.out).toEqual([
      expect.stringMatching(
        /^good {2}draws: .*1 draw proven, 2 draws in part: the names are not in the log$/,
      ),
      expect.stringMatching(/^good {2}poll: /),
      expect.stringMatching(/^good {2}quizzes: /),
    ])
    for (const room of ['poll', 'draws', 'quizzes']) {
      const exported = await roomreel(['--data', data, 'export', room, '--with-secrets'])
      const replayed = await roomreel(['--data', data, 'replay', room, '--json'])
      expect([exported.code, replayed.code]).toEqual([0, 0])
      expect([...exported.out, ...replayed.out].join('\n')).not.toContain('Zebra')
    }
  })

  test('leaves exports whose last hash is the one before the erasure', async () => {
    const data = await of(...allRooms())
    const header = async () => (await roomreel(['--data', data, 'export', 'draws'])).out[0]
    const before = await header()
    await eraseZoe(data, '--yes')
    expect(await header()).toBe(before)
  })

  test('lists rooms and records, and says when records of others are erased as a whole', async () => {
    const data = await of(appendOf(draws()), appendOf(poll()))
    const { out, notes } = await eraseZoe(data, '--yes')
    const [drawsLine = '', pollLine = '', total, ...rest] = out
    const counts = [drawsLine, pollLine].map((line) => Number(/(\d+) records$/.exec(line)?.[1]))
    expect([drawsLine.slice(0, 5), pollLine.slice(0, 4)]).toEqual(['draws', 'poll'])
    expect(counts[1]).toBe(3)
    const sum = (counts[0] ?? 0) + 3
    expect(total).toBe(`zoe: ${sum} records in 2 rooms; 2 members, 0 proven by a token`)
    expect(rest).toEqual([`erased ${sum} records; backups and exported files still have them`])
    expect(notes).toEqual(['1 record of others among them, for naming the user'])
  })

  test('keeps records of others that hold a name of the user, unless --names is given', async () => {
    const driver = poll()
    driver.send(act('poll', { type: 'relay', event: 'vote', payload: { to: 'Zoe Zebra' } }), max.memberId)
    driver.send(act('poll', { type: 'relay', event: 'vote', payload: 'no, Zoe Zebra was it' }), max.memberId)
    const data = await of(appendOf(driver))
    const { notes } = await eraseZoe(data, '--dry-run')
    expect(notes).toEqual(['1 more record with a name of the user; erased only with --names'])
    await eraseZoe(data, '--yes', '--names')
    expect(bytesIn(data)).not.toContain('{"to":"Zoe Zebra"}')
    expect(bytesIn(data)).toContain('no, Zoe Zebra was it')
    expect((await roomreel(['--data', data, 'verify'])).code).toBe(0)
  })

  test('writes nothing in a dry run', async () => {
    const data = await of(...allRooms())
    const before = digestOf(data)
    expect((await eraseZoe(data, '--dry-run')).code).toBe(0)
    expect(digestOf(data)).toBe(before)
  })

  test.each([
    ['yes', 0, []],
    ['no', 2, ['nothing was erased']],
    ['no-terminal', 2, ['nothing was erased; add --yes to erase without a question']],
  ] as const)('asks before it writes: %s', async (answer, code, notes) => {
    const data = await of(appendOf(poll()))
    const before = digestOf(data)
    const result = await roomreel(['--data', data, 'erase', '--user', 'zoe'], { answer })
    expect(result).toMatchObject({ code, notes, questions: ['Erase 3 records for good?'] })
    expect(digestOf(data) === before).toBe(answer !== 'yes')
  })

  test('rejects a user that no room names, also after its erasure', async () => {
    const data = await of(appendOf(poll()))
    const before = digestOf(data)
    const nobody = await roomreel(['--data', data, 'erase', '--user', 'nobody', '--yes'])
    expect(nobody).toMatchObject({
      code: 2,
      out: [],
      notes: ['no room names the user nobody; nothing was erased'],
    })
    expect(digestOf(data)).toBe(before)
    expect((await eraseZoe(data, '--yes')).code).toBe(0)
    expect((await eraseZoe(data, '--yes')).code).toBe(2)
  })

  test.each([[[]], [['--user', '']], [['--user', 'x'.repeat(201)]]])(
    'rejects the arguments %j',
    async (args) => {
      const data = await of(appendOf(poll()))
      expect((await roomreel(['--data', data, 'erase', ...args, '--yes'])).code).toBe(2)
    },
  )

  test('rejects a folder without logs', async () => {
    const data = await empty()
    expect(await eraseZoe(data, '--yes')).toMatchObject({
      code: 2,
      notes: [`the data folder ${data} has no logs`],
    })
    expect(readdirSync(data)).toEqual([])
  })

  test('rejects a room in which the user is a member', async () => {
    const driver = driverOf('here')
    driver.send(entering(zoe, 'party', 'user'), zoe.memberId)
    const data = await of(appendOf(poll()), appendOf(driver))
    const before = digestOf(data)
    const { code, notes } = await eraseZoe(data, '--yes')
    expect([code, notes[0]]).toEqual([2, 'the user is in room here'])
    expect(notes[1]).toMatch(/^1 room still needs the data; start the server /)
    expect(digestOf(data)).toBe(before)
  })

  test('rejects a room during a draw, whose end needs the names', async () => {
    const driver = driverOf('running')
    driver.send(entering(zoe, 'party', 'user'), zoe.memberId)
    driver.send(leave, zoe.memberId)
    driver.send(entering(max, 'picker', 'broadcaster', { activates: 'random-picker' }), max.memberId)
    driver.send(picker({ type: 'start', members: [{ id: 'zoe', name: 'Z' }, { name: 'Max' }] }), max.memberId)
    const data = await of(appendOf(driver))
    const before = digestOf(data)
    const { code, notes } = await eraseZoe(data, '--yes')
    expect([code, notes[1]]).toEqual([2, expect.stringMatching(/^room running has a timer at 2026-/)])
    expect(digestOf(data)).toBe(before)
    expect((await roomreel(['--data', data, 'erase', '--user', 'max', '--dry-run'])).code).toBe(2)
  })

  test('erases the other rooms when one cannot be read, and says so', async () => {
    const data = await of(appendOf(poll('good')), appendOf(poll('broken')))
    await changeRecord(data, 'broken', 4, (stored) => {
      stored[60] = (stored[60] ?? 0) ^ 1
      return stored
    })
    const { code, notes } = await eraseZoe(data, '--yes')
    expect(code).toBe(1)
    expect(notes).toEqual([
      expect.stringMatching(/^room broken: record 4 .*; nothing in this room can be erased$/),
      '1 room cannot be read',
    ])
    const good = await roomreel(['--data', data, 'export', 'good'])
    expect(good.out.join('\n')).not.toContain('Zebra')
  })

  test('erases all members of one user, also without a name or with several protocols', async () => {
    const driver = driverOf('twice')
    const second: Person = { ...person('Zoe 2'), memberId: memberId('other-socket'), userId: 'zoe' }
    driver.send(entering({ ...zoe, userId: null }, 'native', 'member'), zoe.memberId)
    driver.send(entering(zoe, 'party', 'user'), zoe.memberId)
    driver.send(leave, zoe.memberId)
    const proven = { isVerified: true } as const
    driver.send(entering({ ...second, name: 'Zebra again' }, 'native', 'member', proven), second.memberId)
    driver.send(leave, second.memberId)
    const data = await of(appendOf(driver))
    const { out } = await eraseZoe(data, '--yes')
    expect(out[1]).toBe('zoe: 3 records in 1 room; 2 members, 1 proven by a token')
    expect(bytesIn(data)).not.toContain('Zebra')
  })

  test('erases the list of a room that admits the user, whose members stay out, and says so', async () => {
    const driver = driverOf('ward')
    const rules = { ...openRules, admission: { userIds: ['zoe', 'max'], roles: [] } }
    driver.send(entering(max, 'party', 'user', { isVerified: true, rules }), max.memberId)
    const data = await of(appendOf(driver))
    const { code, out, notes } = await eraseZoe(data, '--yes')
    expect([code, out[1]]).toEqual([0, 'zoe: 1 record in 1 room; 0 members, 0 proven by a token'])
    expect(notes).toContain('room ward will admit nobody by user id: its list is erased as a whole')
    expect(bytesIn(data)).not.toContain('"zoe"')
    expect((await roomreel(['--data', data, 'verify'])).code).toBe(0)
  })

  test('erases a user in a thousand rooms', async () => {
    const data = await of(...Array.from({ length: 1_000 }, (_, number) => appendOf(poll(`room-${number}`))))
    const { code, out } = await eraseZoe(data, '--yes')
    expect([code, out.at(-2)]).toEqual([
      0,
      'zoe: 3000 records in 1000 rooms; 1000 members, 0 proven by a token',
    ])
    expect(bytesIn(data)).not.toContain('Zebra')
  })
})

test('the audit trail has who erased which user, from before it takes effect, unless AUDIT=off', async () => {
  const records = async (data: string): Promise<ReadonlyArray<unknown>> => {
    const { out } = await roomreel(['--data', data, 'audit', '--json'])
    return out.map((line): unknown => JSON.parse(line))
  }
  const data = await of(appendOf(poll()))
  await roomreel(['--data', data, 'erase', '--user', 'zoe', '--dry-run'])
  expect(await records(data)).toEqual([])
  expect(await roomreel(['--data', data, 'erase', '--user', 'zoe', '--yes'])).toMatchObject({ code: 0 })
  expect(await records(data)).toMatchObject([
    { action: 'roomreel erase', target: 'zoe', room: null, outcome: 'accepted', address: null },
  ])
  const other = await of(appendOf(poll()))
  await roomreel(['--data', other, 'erase', '--user', 'zoe', '--yes'], { env: { AUDIT: 'off' } })
  expect(await records(other)).toEqual([])
})
