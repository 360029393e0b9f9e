import { describe, expect, test } from 'vitest'
import { commitmentOf } from '../../../../src/domain/activities/random-picker/fairness.js'
import type { PickerCommand, PickerEvent } from '../../../../src/domain/activities/random-picker/index.js'
import { randomPicker } from '../../../../src/domain/activities/random-picker/index.js'
import type { Malformed } from '../../../../src/domain/kernel/rejection.js'
import { invalidPayload } from '../../../../src/domain/kernel/rejection.js'
import type { RoomView } from '../../../../src/domain/kernel/activity.js'
import { contextOf, everybody, firstInstant, givenActivity, recorded, testRoom } from '../../../kit/index.js'
import { recomputed } from './recompute.js'

const [ann, , bob] = everybody
const serverSeed = '11'.repeat(32)
const drawNo = 3
const commitment = commitmentOf(testRoom, drawNo, serverSeed)
const drawId = `draw_${commitment.slice(0, 16)}`

const committed: PickerEvent = {
  type: 'random-picker.committed',
  data: { drawNo, commitment },
  secret: { serverSeed },
}
const members = [
  { id: '#1', name: 'Ann' },
  { id: '#2', name: 'Bob' },
]
const contributed = (by: string, entropy: string): PickerEvent => ({
  type: 'random-picker.contributed',
  data: { drawNo, by, entropy },
})
const planOf = (
  contributions: ReadonlyArray<{ readonly by: string; readonly entropy: string }>,
  drawn = members,
): ReadonlyArray<number> =>
  recomputed({
    algorithm: 'draw/1',
    room: testRoom,
    drawNo,
    serverSeed,
    commitment,
    members: drawn,
    contributions,
    ticks: 50,
  }).highlights

const started = (
  contributions: ReadonlyArray<{ readonly by: string; readonly entropy: string }>,
  drawn = members,
): PickerEvent => ({
  type: 'random-picker.started',
  data: { drawId, drawNo, members: drawn, ticks: 50, intervalMs: 100, commitment, startedAt: firstInstant },
  secret: { plan: planOf(contributions, drawn) },
})

const stateAfter = (...events: ReadonlyArray<PickerEvent>) =>
  recorded(events).reduce(
    (state, event) => randomPicker.evolve(state, event),
    randomPicker.initial(randomPicker.name),
  )

/** Without a leader every member may start a draw. */
const participants: RoomView['members'] = [ann, bob].map(({ memberId, name, userId }) => ({
  [memberId]: {
    id: memberId,
    name,
    userId,
    presence: { type: 'connected' },
  },
}))
const given = givenActivity(randomPicker, participants)

const byAnn = (command: PickerCommand) => contextOf(command, ann.memberId)
const start = (drawn: Extract<PickerCommand, { readonly type: 'start' }>['members'], nonce?: string) =>
  byAnn(nonce === undefined ? { type: 'start', members: drawn } : { type: 'start', members: drawn, nonce })

describe('starting a draw', () => {
  test('fixes the members and their order, and plans from the commitment and the contributions', () => {
    const entropy = '22'.repeat(16)
    given(committed, contributed(bob.memberId, entropy))
      .when(start([{ name: 'Ann' }, { name: 'Bob' }]))
      .then(started([{ by: bob.memberId, entropy }]))
  })

  test('adds the starter’s nonce as the last contribution, its bytes as hex', () => {
    given(committed)
      .when(start([{ name: 'Ann' }, { name: 'Bob' }], 'glück'))
      .then(
        contributed(ann.memberId, '676cc3bc636b'),
        started([{ by: ann.memberId, entropy: '676cc3bc636b' }]),
      )
    given(committed)
      .when(start([{ name: 'Ann' }, { name: 'Bob' }], ''))
      .then(started([]))
  })

  test('gives a member without an id its position as id, and keeps other ids', () => {
    const named = [
      { id: '#1', name: 'Ann' },
      { id: 'bob', name: 'Ann' },
      { id: '#3', name: 'Cléo' },
    ]
    given(committed)
      .when(start([{ name: 'Ann' }, { id: 'bob', name: 'Ann' }, { name: 'Cléo' }]))
      .then(started([], named))
  })

  const tooMany = Array.from({ length: 10_001 }, (_, place) => ({ name: `n${place}` }))
  const invalidStarts: ReadonlyArray<readonly [string, ReturnType<typeof start>, Malformed]> = [
    ['no members', start([]), invalidPayload('members', 'is empty; name one member or more')],
    ['10 001 members', start(tooMany), invalidPayload('members', 'has 10001; at most 10000 are taken')],
    [
      'an empty name',
      start([{ name: 'a' }, { name: '' }]),
      invalidPayload('members.1.name', 'must have 1 to 200 characters'),
    ],
    [
      'a name of 201 characters',
      start([{ name: 'x'.repeat(201) }]),
      invalidPayload('members.0.name', 'must have 1 to 200 characters'),
    ],
    [
      'half a character',
      start([{ name: 'a\ud800' }]),
      invalidPayload('members.0.name', 'must have 1 to 200 characters'),
    ],
    [
      'half a character as id',
      start([{ id: '\udfff', name: 'a' }]),
      invalidPayload('members.0.id', 'must have 1 to 200 characters'),
    ],
    [
      'an empty id',
      start([{ id: '', name: 'a' }]),
      invalidPayload('members.0.id', 'must have 1 to 200 characters'),
    ],
    [
      'a repeated id',
      start([
        { id: 'a', name: 'a' },
        { id: 'a', name: 'b' },
      ]),
      invalidPayload('members.1.id', 'is the id of another member too'),
    ],
    [
      'an id that equals the position of another member',
      start([{ id: '#2', name: 'a' }, { name: 'b' }]),
      invalidPayload('members.1.id', 'is the id of another member too'),
    ],
    [
      'a nonce of 129 bytes',
      start(members, `${'é'.repeat(64)}a`),
      invalidPayload('nonce', 'has 129 bytes; at most 128 are taken'),
    ],
    ['half a character as nonce', start(members, '\ud800'), invalidPayload('nonce', 'is ill-formed Unicode')],
  ]
  test.each(invalidStarts)('rejects %s', (_, context, rejection) => {
    given(committed).when(context).thenRejected(rejection)
  })

  test('accepts 10 000 members, names of 200 characters, a nonce of 128 bytes, and equal names', () => {
    const many = tooMany.slice(1).map(() => ({ name: 'é'.repeat(200) }))
    const decision = randomPicker.decide(start(many, 'é'.repeat(64)), stateAfter(committed), {
      id: testRoom,
      members: participants,
      leader: null,
    })
    expect(decision).toMatchObject({ _tag: 'Right', right: [{}, { type: 'random-picker.started' }] })
  })

  test('is rejected during a draw and without a commitment', () => {
    given(committed, started([])).when(start(members)).thenRejected({ type: 'draw-running' })
    given().when(start(members)).thenRejected({ type: 'no-draw' })
    const { secret: _secret, ...withoutSecret } = committed
    given(withoutSecret).when(start(members)).thenRejected({ type: 'no-draw' })
  })
})

describe('contributing', () => {
  const contribute = (entropy: string) => byAnn({ type: 'contribute', entropy })

  test.each([16, 32])('accepts %i bytes as hex, in either case', (bytes) => {
    given(committed)
      .when(contribute('Ab'.repeat(bytes)))
      .then(contributed(ann.memberId, 'ab'.repeat(bytes)))
  })

  test.each([
    ['15 bytes', 'ab'.repeat(15)],
    ['33 bytes', 'ab'.repeat(33)],
    ['half a byte', `${'ab'.repeat(16)}a`],
    ['no hex', 'zz'.repeat(16)],
    ['a space', ` ${'ab'.repeat(16)}`],
    ['a line end', `${'ab'.repeat(16)}\n`],
    ['nothing', ''],
  ])('rejects %s', (_, entropy) => {
    given(committed)
      .when(contribute(entropy))
      .thenRejected(invalidPayload('entropy', 'must be 16 to 32 bytes as hex'))
  })

  test('is rejected from strangers, a second time, during a draw and without a commitment', () => {
    const entropy = 'ab'.repeat(16)
    given(committed)
      .when(contextOf({ type: 'contribute', entropy }))
      .thenRejected({ type: 'not-in-room' })
    given(committed, contributed(ann.memberId, entropy))
      .when(contribute('cd'.repeat(16)))
      .thenRejected({ type: 'entropy-given' })
    given(committed, started([])).when(contribute(entropy)).thenRejected({ type: 'draw-running' })
    given().when(contribute(entropy)).thenRejected({ type: 'no-draw' })
  })

  test('to the next draw is possible after a contribution to this draw', () => {
    const entropy = 'ab'.repeat(16)
    const next: PickerEvent = { ...committed, data: { drawNo: drawNo + 1, commitment: 'c' } }
    given(committed, contributed(ann.memberId, entropy), started([{ by: ann.memberId, entropy }]), next)
      .when(contribute(entropy))
      .then({ type: 'random-picker.contributed', data: { drawNo: drawNo + 1, by: ann.memberId, entropy } })
  })
})

describe('cancelling', () => {
  test('is rejected without a running draw', () => {
    given(committed)
      .when(byAnn({ type: 'cancel' }))
      .thenRejected({ type: 'no-draw' })
    given()
      .when(byAnn({ type: 'cancel' }))
      .thenRejected({ type: 'no-draw' })
  })
})

describe('a tick', () => {
  const tick = (number: number, afterMs: number, of = drawId) =>
    contextOf<PickerCommand>({ type: 'tick', drawId: of, tick: number }, null, { at: firstInstant + afterMs })
  const running = [committed, started([])] as const

  test('records the next highlight of the plan, from its instant on', () => {
    const [index = -1] = planOf([])
    const highlight: PickerEvent = {
      type: 'random-picker.highlight',
      data: { drawId, tick: 1, index, member: members[index] ?? { id: '', name: '' } },
    }
    given(...running)
      .when(tick(1, 99))
      .thenNothing()
    given(...running)
      .when(tick(1, 100))
      .then(highlight)
    given(...running)
      .when(tick(1, 60_000))
      .then(highlight)
    given(...running, highlight)
      .when(tick(1, 200))
      .thenNothing()
  })

  test('that is not the next one, or of another draw, has no effect at any instant', () => {
    for (const number of [-1, 0, 2, 50, 51, 1.5, Number.NaN]) {
      given(...running)
        .when(tick(number, 60_000))
        .thenNothing()
    }
    given(...running)
      .when(tick(1, 60_000, 'draw_0000000000000000'))
      .thenNothing()
    given(committed).when(tick(1, 60_000)).thenNothing()
    given().when(tick(1, 60_000)).thenNothing()
  })
})

describe('opening', () => {
  const open = (random: Uint8Array, ...events: ReadonlyArray<PickerEvent>) =>
    randomPicker.open({ ...contextOf(null), random }, stateAfter(...events), {
      id: testRoom,
      members: participants,
      leader: null,
    })

  test('commits to the first draw, with a secret that differs from the random bytes', () => {
    const random = Uint8Array.from({ length: 32 }, () => 7)
    const [first, ...more] = open(random)
    expect(more).toEqual([])
    if (first?.type !== 'random-picker.committed') throw new Error('the first event is no commitment')
    const seed = first.secret?.serverSeed ?? ''
    expect(first.data).toEqual({ drawNo: 1, commitment: commitmentOf(testRoom, 1, seed) })
    expect(seed).toMatch(/^[0-9a-f]{64}$/)
    expect(seed).not.toBe(Buffer.from(random).toString('hex'))
    expect(open(random.map(() => 8))).not.toEqual([first])
  })

  test('keeps an existing commitment', () => {
    expect(open(new Uint8Array(32), committed)).toEqual([])
    expect(open(new Uint8Array(32), committed, started([]))).toEqual([])
  })
})
