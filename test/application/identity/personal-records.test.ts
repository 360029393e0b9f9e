import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Person } from '../../../src/application/identity/personal-records.js'
import {
  admitsUser,
  createPersonalSelection,
  memberOfUser,
  nameOfMember,
} from '../../../src/application/identity/personal-records.js'
import type { RoomRecord } from '../../../src/application/ports/event-store.js'
import type { Viewer } from '../../../src/domain/kernel/activity.js'
import { initial } from '../../../src/domain/room/index.js'
import { createDrawVerifier } from '../../../src/infrastructure/cli/draw-verifier.js'
import { createFoldVerifier } from '../../../src/infrastructure/cli/fold-verifier.js'
import type { Frame } from '../../../src/infrastructure/storage/codec/frame.js'
import {
  genesisHash,
  hashIn,
  layoutOf,
  personalIn,
  secretIn,
  withoutParts,
} from '../../../src/infrastructure/storage/codec/frame.js'
import {
  decodeRecord,
  encodeRecord,
  isCorruption,
} from '../../../src/infrastructure/storage/codec/record-codec.js'
import { builtInModel } from '../../../src/plugins.js'
import { goldenLines, goldenNames } from '../../domain/golden/files.js'
import type { BuiltInEvent } from '../../kit/index.js'
import {
  created,
  everybody,
  firstInstant,
  hasJoined,
  person,
  played,
  recorded,
  roomRecord,
  sessions,
} from '../../kit/index.js'

type Log = ReadonlyArray<RoomRecord>

const canary = 'text-of-an-erased-user'

const membersIn = (log: Log, userId: string): Person['memberIds'] =>
  new Set(log.flatMap((record) => memberOfUser(userId, record)?.memberId ?? []))

const personIn = (log: Log, userId: string): Person => {
  const memberIds = membersIn(log, userId)
  return { userId, memberIds, names: new Set(log.flatMap((record) => nameOfMember(memberIds, record) ?? [])) }
}

/** The log with a canary in each text that the user's members wrote; the names of draws stay, because a proof covers them. */
const withCanaries = (log: Log, userId: string): Log => {
  const members = membersIn(log, userId)
  const isOwn = ({ by }: RoomRecord): boolean => by !== null && members.has(by)
  return log.map((record): RoomRecord => {
    if (record.type === 'room.member-joined' && members.has(record.data.memberId)) {
      return { ...record, data: { ...record.data, name: canary, profile: { about: canary } } }
    }
    if (record.type === 'room.activity-activated' && isOwn(record)) {
      return { ...record, data: { ...record.data, options: { text: canary } } }
    }
    const isRelayed: boolean = record.type.startsWith('relay.')
    return isRelayed && isOwn(record)
      ? ({ ...record, data: { ...dataOf(record), payload: [canary] } } as RoomRecord)
      : record
  })
}

const dataOf = ({ data }: { readonly data?: unknown }): Readonly<Record<string, unknown>> => ({
  ...(typeof data === 'object' ? data : {}),
})

const framesOf = (log: Log): ReadonlyArray<Frame> => {
  const frames: Array<Frame> = []
  for (const record of log) {
    const last = frames.at(-1)
    const previous =
      last === undefined ? genesisHash(record.room, record.epoch) : hashIn(last, layoutOf(last))
    const frame = encodeRecord(record, previous)
    if (isCorruption(frame)) throw new Error(frame.problem)
    frames.push(frame)
  }
  return frames
}

/** The log as it is read after the erasure, with the positions of the erased records. */
const erasedLog = (log: Log, userId: string, withNames = false) => {
  const select = createPersonalSelection(personIn(log, userId), builtInModel)
  const erased: Array<number> = []
  const frames = framesOf(log).map((frame, index) => {
    const record = log[index]
    const selected = record && select(record)
    if (selected === undefined || (selected.isByName && !withNames)) return frame
    erased.push(selected.seq)
    return withoutParts(frame, selected.erased)
  })
  return { erased, frames, records: readBack(log, frames) }
}

const readBack = (log: Log, frames: ReadonlyArray<Frame>): Log => {
  let previous = log[0] === undefined ? '' : genesisHash(log[0].room, log[0].epoch)
  return frames.map((frame, index) => {
    const { room, epoch } = log[0] ?? { room: '', epoch: '' }
    const decoded = decodeRecord(frame, { room, epoch, seq: index + 1, previous } as never)
    if (isCorruption(decoded)) throw new Error(decoded.problem)
    previous = decoded.hash
    return decoded.record
  })
}

/** The first violation that `roomreel verify` reports, and the numbers of proven and of nameless draws. */
const verified = async (log: Log) => {
  const room = log[0]?.room ?? ('' as never)
  const folds = createFoldVerifier(room, builtInModel)
  const draws = createDrawVerifier(room)
  for (const record of log) {
    const problem = folds.next(record) ?? (await draws.next(record))
    if (problem !== null) return { problem: `${record.seq} ${problem}`, ...draws.counts() }
  }
  return { problem: folds.end(), ...draws.counts() }
}

/** Everything that anybody is shown of a log: each event and each state. */
const viewsOf = (log: Log): string => {
  const viewers: ReadonlyArray<Viewer> = [
    { type: 'operator' },
    ...everybody.map(({ memberId }): Viewer => ({ type: 'member', id: memberId })),
  ]
  let state = log[0] === undefined ? initial('' as never) : initial(log[0].room)
  const shown: Array<unknown> = []
  for (const record of log) {
    state = builtInModel.evolve(state, record)
    for (const viewer of viewers) {
      shown.push(builtInModel.redactEvent(viewer, record), builtInModel.redactState(viewer, state))
    }
  }
  return JSON.stringify(shown)
}

/** Which records are about the user, told from the meaning of each event type. */
const expectedErasures = (log: Log, userId: string): ReadonlyArray<number> => {
  const members: ReadonlySet<unknown> = membersIn(log, userId)
  let starter: unknown = null
  let host: unknown = null
  const isAbout = ({ type, by, data: typed }: RoomRecord): boolean => {
    const data = dataOf({ data: typed })
    const names = (value: unknown): boolean =>
      JSON.stringify(value).includes(JSON.stringify(userId)) ||
      [...members].some((member) => JSON.stringify(value).includes(JSON.stringify(member)))
    switch (type as string) {
      case 'room.created':
        return names(data['admission'] ?? null)
      case 'room.member-joined':
        return members.has(by) || members.has(data['memberId'])
      case 'room.activity-activated':
      case 'relay.event':
        return members.has(by)
      case 'random-picker.started':
        starter = by
        return members.has(starter) || names(data['members'])
      case 'random-picker.highlight':
        return members.has(starter) || names(data['member'])
      case 'random-picker.complete':
      case 'random-picker.cancelled':
        return (
          members.has(by) || members.has(starter) || names((data['proof'] as { members: unknown }).members)
        )
      case 'telequiz.question':
        if (data['number'] === 1) host = by
        return members.has(host)
      case 'telequiz.opened':
        return members.has(by) || names(data['userId'])
      case 'telequiz.answered':
        return members.has(by) || names(data['user'])
      case 'telequiz.scores':
      case 'telequiz.finished':
        return members.has(by) || names(data['table'])
      default:
        return false
    }
  }
  return log.filter(isAbout).map(({ seq }) => seq)
}

const users = ['user-a', 'user-b'] as const

const expectErasure = async (original: Log, userId: string): Promise<void> => {
  const log = withCanaries(original, userId)
  const before = await verified(log)
  const { erased, frames, records } = erasedLog(log, userId)
  expect(erased).toEqual(expectedErasures(log, userId))
  const after = await verified(records)
  // The proofs of the recorded log `imported` name another room, before and after.
  expect(after.problem).toBe(before.problem)
  expect(after.draws + after.nameless).toBe(before.draws + before.nameless)
  const views = viewsOf(records)
  expect(views).not.toContain(canary)
  expect(views).not.toContain(userId)
  for (const [index, frame] of frames.entries()) {
    if (!erased.includes(index + 1)) continue
    expect(personalIn(frame, layoutOf(frame))).toBeUndefined()
    if (records[index]?.type.startsWith('telequiz.question')) {
      expect(secretIn(frame, layoutOf(frame))).toBeUndefined()
    }
  }
}

describe('erasing a user', () => {
  property.prop([sessions, fc.constantFrom(...users), fc.double({ min: 0, max: 1, noNaN: true })], {
    numRuns: 150,
  })(
    'from a random log at any moment selects its records, and the rest verifies and shows nothing of it',
    async (session, userId, fraction) => {
      const log = played(session).log()
      await expectErasure(log.slice(0, Math.ceil(fraction * log.length)), userId)
    },
  )

  test.each(goldenNames('.log.ndjson').flatMap((name) => users.map((userId) => [name, userId] as const)))(
    'from the recorded log %s leaves a log that verifies: %s',
    async (name, userId) => {
      const log = goldenLines<RoomRecord>(`${name}.log.ndjson`, () => [])
      for (const end of [log.length, log.length >> 1]) await expectErasure(log.slice(0, end), userId)
    },
  )

  test('includes what names its member by the member id, from before the member named its user', () => {
    const [zoe, other] = [person('Zoe'), person('Other', 'other')]
    const scoresOf = (user: string): BuiltInEvent => ({
      type: 'telequiz.scores',
      data: { number: 1, table: [{ user, score: 1 }] },
    })
    const log = recorded<BuiltInEvent>([
      created,
      hasJoined(zoe, 'native', 'member'),
      hasJoined(other, 'native', 'member'),
      scoresOf(zoe.memberId),
      scoresOf(other.memberId),
      hasJoined({ ...zoe, userId: 'zoe' }, 'party', 'user'),
      scoresOf('zoe'),
    ]).map(roomRecord)
    expect(erasedLog(log, 'zoe').erased).toEqual([2, 4, 6, 7])
  })

  test('erases the list of users that a room admits if it names the user, and not if the user has made it', () => {
    const zoe = person('Zoe', 'zoe')
    const logOf = (...userIds: ReadonlyArray<string>) =>
      recorded<BuiltInEvent>(
        [
          { ...created, data: { ...created.data, admission: { userIds, roles: ['staff'] } } },
          hasJoined(zoe, 'native', 'member'),
        ],
        0,
        { at: firstInstant, by: zoe.memberId, cause: null },
      ).map(roomRecord)
    expect(erasedLog(logOf('max'), 'zoe').erased).toEqual([2])
    const { erased, records } = erasedLog(logOf('max', 'zoe'), 'zoe')
    expect(erased).toEqual([1, 2])
    expect(records[0]?.data).toEqual({
      ...created.data,
      admission: { userIds: [], roles: ['staff'] },
    })
    expect(admitsUser('zoe', logOf('max', 'zoe')[0] as never)).toBe(true)
    expect(admitsUser('zoe', records[0] as never)).toBe(false)
  })

  test('erases nothing for a user that no record names', () => {
    const log = goldenLines<RoomRecord>('draw.log.ndjson', () => [])
    expect(erasedLog(log, 'nobody').erased).toEqual([])
  })
})
