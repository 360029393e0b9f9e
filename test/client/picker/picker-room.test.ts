import { expect, test } from 'vitest'
import { checkDraw } from '../../../src/client/fairness/check-draw.js'
import { bundledHashing } from '../../../src/client/fairness/hashing.js'
import type { DrawProof } from '../../../src/client/fairness/proof.js'
import {
  emptyRoom,
  evolveRoom,
  type PickerRoom,
  type RoomSignal,
} from '../../../src/client/picker/picker-room.js'
import type { JoinResult, PickerEmit } from '../../../src/client/picker/picker-wire.js'

const proof: DrawProof = {
  algorithm: 'draw/1',
  room: 'main',
  drawNo: 1,
  serverSeed: `${'00'.repeat(31)}01`,
  commitment: '95e4335d2fe88d2c3cef3f7ae2840ccf189331c89040e5d77353ddc9891559bf',
  members: [
    { id: '#1', name: 'Ann' },
    { id: '#2', name: 'Bob' },
    { id: '#3', name: 'Cléo' },
  ],
  contributions: [],
  ticks: 50,
}
const indices = [...'20101201021222010101221002210122120100202020121100'].map(Number)

const emit = (heard: PickerEmit): RoomSignal => ({ type: 'emit', emit: heard })

const join = (result: Partial<JoinResult> = {}): RoomSignal => ({
  type: 'joined',
  result: { room: 'main', memberId: 'me', role: 'viewer', viewers: 1, ...result },
})

const committed = emit({
  event: 'randomCommitted',
  payload: { drawNo: 1, commitment: proof.commitment },
})
const started = emit({
  event: 'randomStarted',
  payload: {
    drawId: 'd1',
    drawNo: 1,
    members: proof.members,
    ticks: 50,
    intervalMs: 100,
    commitment: proof.commitment,
  },
})
const highlights = indices.map((index, i) =>
  emit({
    event: 'randomHighlight',
    payload: { drawId: 'd1', tick: i + 1, index, member: proof.members[index] ?? { id: '', name: '' } },
  }),
)
const complete = emit({
  event: 'randomComplete',
  payload: { drawId: 'd1', index: 0, winner: { id: '#1', name: 'Ann' }, proof, at: 5_000 },
})

const fold = (signals: ReadonlyArray<RoomSignal>, from: PickerRoom = emptyRoom): PickerRoom =>
  signals.reduce(evolveRoom, from)

test('collects what every step of the check needs, from the commitment on', async () => {
  const room = fold([join(), committed, started, ...highlights, complete])
  expect(room.draw).toBeNull()
  expect(room.past).toMatchObject([{ drawNo: 1, memberCount: 3, winner: { name: 'Ann' }, at: 5_000 }])
  const check = await checkDraw(room.past[0]?.proof, room.past[0]?.seen ?? {}, bundledHashing)
  expect(check.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    'proof passed',
    'draw passed',
    'announced passed',
    'commitment passed',
    'members passed',
    'contributions computed',
    'seed computed',
    'highlights passed',
    'winner passed',
  ])
})

test('keeps the first commitment that was announced for a draw', () => {
  const other = emit({ event: 'randomCommitted', payload: { drawNo: 1, commitment: 'ff'.repeat(32) } })
  expect(fold([join(), committed, other]).commitments).toEqual({ 1: proof.commitment })
})

test('shows the present name and the next ticks after a join during a draw', () => {
  const late = join({
    draw: {
      drawId: 'd1',
      members: proof.members,
      tick: 30,
      member: { id: '#2', name: 'Bob' },
      startedAt: 0,
    },
  })
  const room = fold([late, ...highlights.slice(30, 33)])
  expect(room.draw).toMatchObject({ tick: 33, drawNo: null })
  expect(room.draw?.highlights.map(({ tick }) => tick)).toEqual([31, 32, 33])
  expect(fold([...highlights.slice(33), complete], room).past[0]?.seen.lockedMembers).toEqual(proof.members)
})

test('does not step back when the answer to a join comes after highlights', () => {
  const behind = join({
    draw: { drawId: 'd1', members: proof.members, tick: 2, member: null, startedAt: 0 },
  })
  expect(fold([join(), started, ...highlights.slice(0, 10), behind]).draw).toMatchObject({
    tick: 10,
    drawNo: 1,
  })
})

test('shows a repeated highlight once', () => {
  const first = highlights[0]
  if (first === undefined) throw new Error('no highlight')
  expect(fold([join(), started, first, first]).draw?.highlights).toHaveLength(1)
})

test('removes a draw that ended while the client was away at the next join', () => {
  expect(fold([join(), started, ...highlights.slice(0, 3), join()]).draw).toBeNull()
})

test('merges recent draws with those seen, the newest first', () => {
  const seen = fold([join(), committed, started, ...highlights, complete])
  const recent = { at: 1, members: 9, winner: null, cancelled: false }
  const room = fold(
    [
      {
        type: 'recent-draws',
        draws: [
          { ...recent, drawId: 'd0', drawNo: 2 },
          { ...recent, drawId: 'd1', drawNo: 1 },
        ],
        proofs: {},
      },
    ],
    seen,
  )
  expect(room.past.map(({ drawNo, memberCount }) => [drawNo, memberCount])).toEqual([
    [2, 9],
    [1, 3],
  ])
})

test('adds stored proofs to the recent draws that they belong to', () => {
  const recent = { at: 5, members: 3, winner: null, cancelled: false }
  const room = fold([
    join(),
    {
      type: 'recent-draws',
      draws: [
        { ...recent, drawId: 'd2', drawNo: 2 },
        { ...recent, drawId: 'd1', drawNo: 1 },
      ],
      proofs: { d1: { proof, seen: { drawNo: 1 } }, elsewhere: { proof, seen: {} } },
    },
  ])
  expect(room.past.map(({ drawId, proof: kept, seen }) => [drawId, kept, seen])).toEqual([
    ['d2', null, {}],
    ['d1', proof, { drawNo: 1 }],
  ])
})

test('lists a cancelled draw with its proof', () => {
  const cancelled = emit({ event: 'randomCancelled', payload: { drawId: 'd1', reason: 'cancelled', proof } })
  expect(fold([join(), started, cancelled])).toMatchObject({
    draw: null,
    past: [{ cancelled: true, winner: null, proof }],
  })
})

test('replaces the viewers of a returning broadcaster by the list of the answer', () => {
  const before = emit({ event: 'viewer-joined', payload: { viewerId: 'gone', name: 'Gone' } })
  const watchers = [{ viewerId: 'v1', name: 'Vic' }, { viewerId: 'v2' }]
  const leads = (told: Partial<JoinResult> = {}): RoomSignal => join({ role: 'broadcaster', ...told })
  expect(fold([leads(), before, leads({ watchers })]).viewers).toEqual(watchers)
  expect(fold([leads(), before, leads()]).viewers).toEqual([{ viewerId: 'gone', name: 'Gone' }])
  expect(fold([leads(), before, join()]).viewers).toEqual([])
})

test('lists each viewer once, with the latest name', () => {
  const joins = (viewerId: string, name: string) =>
    emit({ event: 'viewer-joined', payload: { viewerId, name } })
  const room = fold([
    join({ role: 'broadcaster' }),
    joins('a', 'Ann'),
    joins('b', 'Bob'),
    joins('a', 'Anna'),
    emit({ event: 'viewer-left', payload: { viewerId: 'b' } }),
  ])
  expect(room.viewers).toEqual([{ viewerId: 'a', name: 'Anna' }])
})

test('has the own contribution to a draw among what was seen', () => {
  const contribution = { by: 'me', entropy: '11'.repeat(16) }
  const room = fold([join(), { type: 'contributed', drawNo: 1, contribution }, started, complete])
  expect(room.past[0]?.seen.ownContributions).toEqual([contribution])
})

test('starts empty in another room', () => {
  const room = fold([join(), committed, started, ...highlights, complete, join({ room: 'other' })])
  expect(room).toMatchObject({ me: { room: 'other' }, past: [], commitments: {}, next: null })
})
