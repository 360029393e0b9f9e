import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../../../src/domain/kernel/domain-event.js'
import { commandId, epoch, memberId, roomId } from '../../../../src/domain/kernel/ids.js'
import { canonicalJson } from '../../../../src/domain/kernel/json.js'
import { lengthPrefixed } from '../../../../src/domain/kernel/bytes.js'
import { builtInModel } from '../../../../src/plugins.js'
import { initial, stateWithPlainMembers } from '../../../../src/domain/room/index.js'
import type { Corruption, SchemaLookup } from '../../../../src/infrastructure/storage/codec/record-codec.js'
import {
  isCorruption,
  decodeRecord,
  encodeRecord,
} from '../../../../src/infrastructure/storage/codec/record-codec.js'
import type { Frame } from '../../../../src/infrastructure/storage/codec/frame.js'
import {
  frameOf,
  hashIn,
  layoutOf,
  hashedTextIn,
  personalIn,
  previousHashIn,
  secretIn,
  genesisHash,
  hashToHex,
} from '../../../../src/infrastructure/storage/codec/frame.js'
import { parsePath } from '../../../../src/infrastructure/storage/codec/pii.js'

const { evolve } = builtInModel

const room = roomId('main')
const first = epoch('epoch-1')
const root = genesisHash(room, first)

const place = { room, epoch: first, seq: 1, previous: root }

const record = (type: string, data: unknown, secret?: unknown): RecordedEvent => ({
  type,
  data,
  ...(secret === undefined ? {} : { secret }),
  room,
  epoch: first,
  seq: 1,
  at: 1_700_000_000_000,
  by: memberId('socket-1'),
  cause: { id: commandId('c1'), digest: 'd1' },
})

const joined = record(
  'room.member-joined',
  { memberId: 'socket-1', dialect: 'picker', role: 'viewer', name: 'Änn', userId: 'ann@example.org' },
  { session: 'a'.repeat(64), connection: 'connection-1' },
)

const encode = (of: RecordedEvent, schemas?: SchemaLookup): Frame => {
  const frame = encodeRecord(of, root, schemas)
  if (isCorruption(frame)) throw new Error(frame.problem)
  return frame
}

const decode = (frame: Frame, schemas?: SchemaLookup): RecordedEvent | Corruption => {
  const found = decodeRecord(frame, place, schemas)
  return isCorruption(found) ? found : found.record
}

const problem = (found: RecordedEvent | Corruption): string => ('problem' in found ? found.problem : 'none')

describe('an encoded record', () => {
  it('has no personal and no secret field in its hashed part', () => {
    const frame = encode(joined)
    const hashedText = hashedTextIn(frame, layoutOf(frame))
    for (const word of ['Änn', 'ann@example.org', 'aaaa', 'connection-1'])
      expect(hashedText).not.toContain(word)
    expect(JSON.parse(hashedText)).toEqual({
      at: 1_700_000_000_000,
      by: 'socket-1',
      cause: { digest: 'd1', id: 'c1' },
      data: { dialect: 'picker', memberId: 'socket-1', role: 'viewer' },
      epoch: 'epoch-1',
      room: 'main',
      seals: {
        personal: expect.stringMatching(/^[0-9a-f]{64}$/),
        secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      seq: 1,
      type: 'room.member-joined',
      v: 1,
    })
  })

  it('is hashed as canonical JSON after the previous hash', () => {
    const frame = encode(joined)
    const layout = layoutOf(frame)
    const hashedText = hashedTextIn(frame, layout)
    expect(hashedText).toBe(canonicalJson(JSON.parse(hashedText)))
    const previous = createHash('sha256')
      .update(lengthPrefixed('log/1/first', 'main', 'epoch-1'))
      .digest()
    expect(previousHashIn(frame)).toBe(previous.toString('latin1'))
    const hash = createHash('sha256').update(previous).update(hashedText, 'utf8').digest('hex')
    expect(hashToHex(hashIn(frame, layout))).toBe(hash)
  })

  it('has the salted hashes of its personal and secret parts', () => {
    const frame = encode(joined)
    const layout = layoutOf(frame)
    const { seals } = JSON.parse(hashedTextIn(frame, layout))
    const personal = personalIn(frame, layout) ?? Buffer.alloc(0)
    const secret = secretIn(frame, layout) ?? Buffer.alloc(0)
    expect(personal.toString('utf8', 32)).toBe('{"name":"Änn","userId":"ann@example.org"}')
    expect(secret.toString('utf8', 32)).toBe(`{"connection":"connection-1","session":"${'a'.repeat(64)}"}`)
    expect(createHash('sha256').update(personal).digest('hex')).toBe(seals.personal)
    expect(createHash('sha256').update(secret).digest('hex')).toBe(seals.secret)
  })

  it('has a new salt each time', () => {
    const salts = Array.from({ length: 2_000 }, () => {
      const frame = encode(joined)
      return personalIn(frame, layoutOf(frame))?.toString('hex', 0, 32)
    })
    expect(new Set(salts).size).toBe(2_000)
  })

  it('decodes to the original record', () => {
    expect(decode(encode(joined))).toStrictEqual(joined)
  })

  it('decodes with nested personal fields restored', () => {
    const members = [{ id: '1', name: 'Ann' }]
    const complete = record('random-picker.complete', {
      drawId: 'd',
      index: 0,
      winner: members[0],
      proof: { algorithm: 'draw/1', drawNo: 3, members, serverSeed: '00' },
    })
    const frame = encode(complete)
    expect(hashedTextIn(frame, layoutOf(frame))).not.toContain('Ann')
    expect(decode(frame)).toStrictEqual(complete)
  })

  it('leaves out undefined fields, as JSON does', () => {
    const activated = record('room.activity-activated', {
      activity: 'quiz',
      runBy: 'relay',
      options: undefined,
    })
    expect(decode(encode(activated))).toEqual(activated)
  })

  it.each([
    ['a BigInt', 1n],
    ['a cyclic list', cyclicList()],
  ])('is a corruption that names the record for %s', (_what, payload) => {
    const found = encodeRecord(record('relay.event', { module: 'm', event: 'e', payload }), root)
    expect('problem' in found && found.problem).toMatch(/^record 1 cannot be written: /)
  })

  it('is a corruption for an unknown event type', () => {
    const found = encodeRecord(record('room.exploded', {}), root)
    expect('problem' in found && found.problem).toBe('record 1 has an unknown type: room.exploded')
  })
})

function cyclicList(): unknown {
  const list: Array<unknown> = []
  list.push(list)
  return list
}

describe('decoding a record', () => {
  it('finds every changed bit', () => {
    const frame = encode(joined)
    fc.assert(
      fc.property(fc.nat({ max: frame.length * 8 - 1 }), (bit) => {
        const changed = Buffer.from(frame)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        expect(problem(decode(changed))).toMatch(/^record 1 /)
      }),
      { numRuns: 2_000 },
    )
  })

  it('finds every truncation', () => {
    const frame = encode(joined)
    for (let length = 0; length < frame.length; length++) {
      expect(problem(decode(Buffer.from(frame.subarray(0, length))))).toMatch(/^record 1 /)
    }
  })

  it.each([
    [
      'of another room',
      { ...place, room: roomId('side') },
      'is at the wrong position: it names main, epoch-1, 1',
    ],
    [
      'of another epoch',
      { ...place, epoch: epoch('e2') },
      'is at the wrong position: it names main, epoch-1, 1',
    ],
    ['with another number', { ...place, seq: 2 }, 'is at the wrong position: it names main, epoch-1, 1'],
    [
      'after another record',
      { ...place, previous: 'x'.repeat(32) },
      'breaks the hash chain: it follows another record',
    ],
  ])('rejects a valid record %s', (_what, at, expected) => {
    const found = decodeRecord(encode(joined), at)
    expect('problem' in found && found.problem).toBe(`record ${at.seq} ${expected}`)
  })

  it('names a type that this version does not know', () => {
    const schemas: SchemaLookup = () => ({ v: 1, personal: [], upcasters: [], erasedValues: {} })
    const frame = encode(record('chess.moved', {}), schemas)
    expect(problem(decode(frame))).toBe('record 1 has a type that this version does not know: chess.moved')
  })
})

describe('a record of an older schema version', () => {
  const upcasters = [
    (data: unknown) => ({ text: data }),
    (data: unknown) => ({ ...(typeof data === 'object' ? data : {}), language: 'en' }),
  ]
  const inVersion =
    (v: number): SchemaLookup =>
    () => ({ v, personal: v > 1 ? [parsePath('text')] : [], upcasters, erasedValues: { text: '' } })

  it('is upcast version by version', () => {
    const frame = encode(record('chat.message', 'hello'), inVersion(1))
    expect(decode(frame, inVersion(3))).toMatchObject({ data: { text: 'hello', language: 'en' } })
  })

  it('keeps its original hash', () => {
    const frame = encode(record('chat.message', 'hello'), inVersion(1))
    const found = decodeRecord(frame, place, inVersion(3))
    expect('hash' in found && found.hash).toBe(hashIn(frame, layoutOf(frame)))
  })

  it('is upcast from its own version', () => {
    const frame = encode(record('chat.message', { text: 'hello' }), inVersion(2))
    expect(decode(frame, inVersion(3))).toMatchObject({ data: { text: 'hello', language: 'en' } })
  })

  it('of a newer version is rejected by name', () => {
    const frame = encode(record('chat.message', { text: 'hello' }), inVersion(3))
    expect(problem(decode(frame, inVersion(2)))).toBe(
      'record 1 has version 3 of chat.message; this version of Roomreel reads up to 2',
    )
  })

  it('without an upcaster is rejected by name', () => {
    const frame = encode(record('chat.message', 'hello'), inVersion(1))
    expect(problem(decode(frame, inVersion(9)))).toBe(
      'record 1 has version 3 of chat.message, which has no upcaster',
    )
  })
})

describe('a record with erased personal fields', () => {
  const erase = (frame: Frame): Frame => {
    const layout = layoutOf(frame)
    return frameOf(previousHashIn(frame), hashedTextIn(frame, layout), undefined, secretIn(frame, layout))
  }

  it('keeps its hash', () => {
    const frame = erase(encode(joined))
    expect(hashIn(frame, layoutOf(frame))).toBe(hashIn(withoutParts(frame), layoutOf(frame)))
    expect(decode(frame)).toEqual({
      ...joined,
      data: {
        memberId: 'socket-1',
        dialect: 'picker',
        role: 'viewer',
        name: null,
        userId: null,
        profile: null,
      },
    })
  })

  /** The hash depends on the hashed part only. */
  const withoutParts = (frame: Frame): Frame =>
    frameOf(previousHashIn(frame), hashedTextIn(frame, layoutOf(frame)))

  it('can be folded in the log of a draw', () => {
    const candidate = { id: 'ann', name: 'Ann' }
    const drawId = 'main-1'
    const proof = { algorithm: 'draw/1', room, drawNo: 1, members: [candidate], contributions: [], ticks: 50 }
    const records = [
      record('room.created', { room, isPrivate: false, maxPeers: 10, history: 'own' }),
      joined,
      record('room.activity-activated', { activity: 'random-picker', runBy: 'random-picker', options: null }),
      record('random-picker.committed', { drawNo: 1, commitment: 'c' }, { serverSeed: 's' }),
      record('random-picker.started', {
        drawId,
        drawNo: 1,
        members: [candidate],
        ticks: 50,
        intervalMs: 100,
        commitment: 'c',
        startedAt: 5,
      }),
      record('random-picker.highlight', { drawId, tick: 1, index: 0, member: candidate }),
      record('random-picker.complete', { drawId, index: 0, winner: candidate, proof }),
    ]
    let previous = root
    let state = initial(room)
    for (const [before, event] of records.entries()) {
      const frame = encodeRecord({ ...event, seq: before + 1 }, previous)
      if (isCorruption(frame)) throw new Error(frame.problem)
      const found = decodeRecord(erase(frame), { ...place, seq: before + 1, previous })
      if (isCorruption(found)) throw new Error(found.problem)
      previous = found.hash
      state = evolve(state, found.record)
    }
    expect(JSON.stringify(state)).not.toContain('Ann')
    expect(stateWithPlainMembers(state)).toMatchObject({
      members: { 'socket-1': { name: null } },
      modules: {
        'random-picker': { state: { draws: [{ winner: { id: '', name: '' }, cancelled: false }] } },
      },
    })
  })
})
