import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Contribution, Proof } from '../../../../src/domain/activities/random-picker/index.js'
import {
  commitmentOf,
  entropyOf,
  highlightsOf,
  membersHashOf,
  sampler,
  seedOf,
} from '../../../../src/domain/activities/random-picker/fairness.js'
import { entropies } from '../../../kit/index.js'
import { recomputed } from './recompute.js'

const serverSeed = `${'00'.repeat(31)}01`

/** The test vectors of fairness.md. */
const vectors = [
  {
    room: 'main',
    drawNo: 1,
    members: [
      { id: '#1', name: 'Ann' },
      { id: '#2', name: 'Bob' },
      { id: '#3', name: 'Cléo' },
    ],
    contributions: [],
    C: '95e4335d2fe88d2c3cef3f7ae2840ccf189331c89040e5d77353ddc9891559bf',
    K: 'd9aab7e47ada6a122f352aa9da4119f9d71ba966ba94b066906cd474e1af5593',
    P: '29e25c9e99dbe03a8f97cebf59e12aa9f4d2a6f6a6d0b9a2d73a89a926e182e8',
    seed: '15b56395703910acff62778a1dd617a6cc8c51b82ccf2a769add43785858504d',
    highlights: '20101201021222010101221002210122120100202020121100',
    winner: 'Ann',
  },
  {
    room: 'room_abc123',
    drawNo: 7,
    members: [
      { id: 'ann', name: 'Ann' },
      { id: 'bob', name: 'Bob' },
      { id: 'cléo', name: 'Cléo' },
    ],
    contributions: [
      { by: 'sock-1', entropy: '11111111111111111111111111111111' },
      { by: 'sock-2', entropy: '6c75636b79' },
    ],
    C: '8f0877f3f5c80e1537fb6808a74008eb63ccb2dfa263e7aa27112047a8214489',
    K: 'ec3a778e7ac30277b7509355aac0e71591edfd0c2fd7ff45f5da9e804332e24d',
    P: '5630cafa8967029d5d982379acc8164b7249c3d5a3306031a61ca320ba1773a3',
    seed: '8428513367c2a6ec331326d66ab3dfd5a9b44921f598446e4b285f383aa7aa44',
    highlights: '21221012111002222022222022201012000222020100211100',
    winner: 'Ann',
  },
] satisfies ReadonlyArray<unknown>

describe.each(vectors)('the vector of draw $drawNo in $room', (vector) => {
  const { room, drawNo, members, contributions } = vector
  const commitment = commitmentOf(room, drawNo, serverSeed)
  const seed = seedOf({ room, drawNo, serverSeed, commitment, members, contributions })
  const highlights = highlightsOf(seed, members.length)

  test('has the commitment C', () => expect(commitment).toBe(vector.C))
  test('has the contributions K', () => expect(entropyOf(contributions)).toBe(vector.K))
  test('has the members P', () => expect(membersHashOf(members)).toBe(vector.P))
  test('has the seed', () => expect(seed).toBe(vector.seed))
  test('has the 50 highlights', () => {
    expect(highlights).toHaveLength(50)
    expect(highlights.join('')).toBe(vector.highlights)
  })
  test('has the winner, who is the 50th highlight', () => {
    expect(members[highlights[49] ?? -1]?.name).toBe(vector.winner)
  })
})

describe('the sampler', () => {
  test('of 8-bit words gives every index equally often and skips the remainder, for every n up to 256', () => {
    for (let n = 1; n <= 256; n++) {
      const indexOf = sampler(256, n)
      const hits = new Map<number | undefined, number>()
      for (let word = 0; word < 256; word++) {
        const index = indexOf(word)
        hits.set(index, (hits.get(index) ?? 0) + 1)
      }
      const skipped = hits.get(undefined) ?? 0
      hits.delete(undefined)
      const perIndex = Math.floor(256 / n)
      expect({ n, skipped }).toEqual({ n, skipped: 256 % n })
      expect([...hits].sort(([left], [right]) => (left ?? 0) - (right ?? 0))).toEqual(
        Array.from({ length: n }, (_, index) => [index, perIndex]),
      )
    }
  })

  test('of 32-bit words skips only those from the largest multiple of n', () => {
    expect(sampler(2 ** 32, 3)(0xffff_ffff)).toBeUndefined()
    expect(sampler(2 ** 32, 3)(0xffff_fffe)).toBe(2)
    expect(sampler(2 ** 32, 10_000)(4_294_959_999)).toBe(9_999)
    expect(sampler(2 ** 32, 10_000)(4_294_960_000)).toBeUndefined()
    expect(sampler(2 ** 32, 1)(0xffff_ffff)).toBe(0)
    expect(sampler(2 ** 32, 2 ** 16)(0xffff_ffff)).toBe(0xffff)
  })
})

const wellFormed = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const contributions: fc.Arbitrary<ReadonlyArray<Contribution>> = fc.array(
  fc.record({ by: wellFormed, entropy: entropies.map((hex) => hex.toLowerCase()) }),
  { maxLength: 4 },
)

const proofs: fc.Arbitrary<Proof> = fc
  .record({
    room: fc.stringMatching(/^[A-Za-z0-9\-_.:]{1,128}$/),
    drawNo: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    serverSeed: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => Buffer.from(bytes).toString('hex')),
    members: fc.array(fc.record({ id: wellFormed, name: wellFormed }), { minLength: 1, maxLength: 40 }),
    contributions,
  })
  .map((drawn) => ({
    algorithm: 'draw/1',
    commitment: commitmentOf(drawn.room, drawn.drawNo, drawn.serverSeed),
    ticks: 50,
    ...drawn,
  }))

property.prop([proofs])('any draw equals the independent computation from fairness.md', (proof) => {
  const seed = seedOf(proof)
  expect({
    commitment: proof.commitment,
    contributions: entropyOf(proof.contributions),
    members: membersHashOf(proof.members),
    seed,
    highlights: highlightsOf(seed, proof.members.length),
  }).toEqual(recomputed(proof))
})

property.prop([proofs, fc.integer({ min: 0, max: 200 })])(
  'more ticks of the same seed begin with the same highlights',
  (proof, more) => {
    const seed = seedOf(proof)
    const short = highlightsOf(seed, proof.members.length)
    expect(highlightsOf(seed, proof.members.length, 50 + more).slice(0, 50)).toEqual(short)
  },
)

test('another split into id and name, or another order, gives another hash of the members', () => {
  const hash = membersHashOf([{ id: 'ab', name: 'c' }])
  expect(membersHashOf([{ id: 'a', name: 'bc' }])).not.toBe(hash)
  const members = [
    { id: 'a', name: 'A' },
    { id: 'b', name: 'B' },
  ]
  expect(membersHashOf([...members].reverse())).not.toBe(membersHashOf(members))
})
