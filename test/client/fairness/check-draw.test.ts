import { createHash, webcrypto } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDraw, type StepName, type WitnessedDraw } from '../../../src/client/fairness/check-draw.js'
import { bundledHashing, webCryptoHashing } from '../../../src/client/fairness/hashing.js'
import type { DrawProof } from '../../../src/client/fairness/proof.js'
import { vectors } from './draw-vectors.js'

const hashings = [webCryptoHashing(webcrypto.subtle), bundledHashing]
const u32 = (n: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(n)
  return bytes
}

const honestCommitment = (room: string, drawNo: number, serverSeed: string): string => {
  const hash = createHash('sha256')
  for (const part of [
    Buffer.from('draw/1/commit'),
    Buffer.from(room),
    u32(drawNo),
    Buffer.from(serverSeed, 'hex'),
  ])
    hash.update(u32(part.length)).update(part)
  return hash.digest('hex')
}

const hexBytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((bytes) => Buffer.from(bytes).toString('hex'))

const nameArbitrary = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })

const proofArbitrary: fc.Arbitrary<DrawProof> = fc
  .record({
    room: fc.stringMatching(/^[a-z0-9_.:-]{1,20}$/),
    drawNo: fc.integer({ min: 1, max: 100_000 }),
    serverSeed: hexBytes(32, 32),
    names: fc.array(nameArbitrary, { minLength: 2, maxLength: 20 }),
    given: fc.array(hexBytes(16, 32), { minLength: 1, maxLength: 4 }),
  })
  .map(({ room, drawNo, serverSeed, names, given }) => ({
    algorithm: 'draw/1',
    room,
    drawNo,
    serverSeed,
    commitment: honestCommitment(room, drawNo, serverSeed),
    members: names.map((name, i) => ({ id: `#${i + 1}`, name })),
    contributions: given.map((entropy, i) => ({ by: `sock-${i + 1}`, entropy })),
    ticks: 50,
  }))

/** An honest draw, seen from start to end by a client that contributed `own`. */
const witnessed = async (proof: DrawProof, own: ReadonlyArray<number> = []): Promise<WitnessedDraw> => {
  const { recomputed } = await checkDraw(proof, {}, bundledHashing)
  if (recomputed === null) throw new Error('the generated proof is not one')
  const member = (index: number) => {
    const found = proof.members[index]
    if (found === undefined) throw new Error(`no member ${index}`)
    return found
  }
  return {
    room: proof.room,
    drawNo: proof.drawNo,
    announcedCommitment: proof.commitment,
    startedCommitment: proof.commitment,
    lockedMembers: proof.members,
    highlights: recomputed.highlights.map((index, i) => ({ tick: i + 1, index, member: member(index) })),
    complete: { index: recomputed.highlights[49] ?? -1, winner: recomputed.winner },
    ownContributions: proof.contributions.filter((_, i) => own.includes(i)),
  }
}

const otherNibble = (hex: string, at: number, by: number): string => {
  const place = at % hex.length
  const nibble = (Number.parseInt(hex.charAt(place), 16) + 1 + (by % 15)) % 16
  return hex.slice(0, place) + nibble.toString(16) + hex.slice(place + 1)
}

type Tampering = (proof: DrawProof, at: number, by: number) => unknown

const replaced = <T>(list: ReadonlyArray<T>, at: number, change: (item: T) => T): ReadonlyArray<T> =>
  list.map((item, i) => (i === at % list.length ? change(item) : item))

const tamperings: ReadonlyArray<[string, StepName, Tampering]> = [
  ['the algorithm', 'proof', (proof) => ({ ...proof, algorithm: 'draw/2' })],
  ['the number of ticks', 'proof', (proof) => ({ ...proof, ticks: 49 })],
  ['the room', 'draw', (proof) => ({ ...proof, room: `${proof.room}x` })],
  ['the number of the draw', 'draw', (proof, _, by) => ({ ...proof, drawNo: proof.drawNo + 1 + by })],
  [
    'a digit of the commitment',
    'announced',
    (proof, at, by) => ({ ...proof, commitment: otherNibble(proof.commitment, at, by) }),
  ],
  [
    'a digit of the server seed',
    'commitment',
    (proof, at, by) => ({ ...proof, serverSeed: otherNibble(proof.serverSeed, at, by) }),
  ],
  [
    "a member's name",
    'members',
    (proof, at) => ({
      ...proof,
      members: replaced(proof.members, at, (member) => ({ ...member, name: `${member.name}.` })),
    }),
  ],
  [
    "a member's id",
    'members',
    (proof, at) => ({
      ...proof,
      members: replaced(proof.members, at, (member) => ({ ...member, id: `${member.id}.` })),
    }),
  ],
  ['a member too few', 'members', (proof) => ({ ...proof, members: proof.members.slice(1) })],
  [
    'a member too many',
    'members',
    (proof) => ({ ...proof, members: [...proof.members, { id: 'late', name: 'Late' }] }),
  ],
  [
    'a digit of a contribution of another',
    'highlights',
    (proof, at, by) => ({
      ...proof,
      contributions: replaced(proof.contributions, at, (given) => ({
        ...given,
        entropy: otherNibble(given.entropy, at, by),
      })),
    }),
  ],
  [
    'who contributed',
    'highlights',
    (proof, at) => ({
      ...proof,
      contributions: replaced(proof.contributions, at, (given) => ({ ...given, by: `${given.by}.` })),
    }),
  ],
  ['contributions left out', 'highlights', (proof) => ({ ...proof, contributions: [] })],
]

describe.each(hashings)('checking a draw with $name', (hashing) => {
  test.each(vectors)('recomputes the test vector of room $proof.room', async ({ proof, recomputed }) => {
    const check = await checkDraw(proof, {}, hashing)
    expect(check.recomputed).toEqual(recomputed)
    expect(check).toMatchObject({ holds: true, firstFailed: null, hashing: hashing.name })
  })

  test('passes the steps that a proof alone proves, and only computes the others', async () => {
    const { steps } = await checkDraw(vectors[0]?.proof, {}, hashing)
    expect(steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['proof', 'passed'],
      ['draw', 'computed'],
      ['announced', 'computed'],
      ['commitment', 'passed'],
      ['members', 'computed'],
      ['contributions', 'computed'],
      ['seed', 'computed'],
      ['highlights', 'computed'],
      ['winner', 'computed'],
    ])
  })

  test('passes every step of an honest draw that was seen', async () => {
    await fc.assert(
      fc.asyncProperty(proofArbitrary, async (proof) => {
        expect(await checkDraw(proof, await witnessed(proof, [0]), hashing)).toMatchObject({ holds: true })
      }),
      { numRuns: 40 },
    )
  })

  test.each(tamperings)('detects a change of %s in the proof at the step "%s"', async (_, step, tamper) => {
    await fc.assert(
      fc.asyncProperty(proofArbitrary, fc.nat(10_000), fc.nat(10_000), async (proof, at, by) => {
        const seen = await witnessed(proof)
        const check = await checkDraw(tamper(proof, at, by), seen, hashing)
        expect(check.firstFailed).toBe(step)
        expect(check.holds).toBe(false)
      }),
      { numRuns: 25 },
    )
  })
})

describe('comparing a proof with what was seen', () => {
  const vector = vectors[1]
  if (vector === undefined) throw new Error('no vector')
  const { proof } = vector

  const seenHonestly = () => witnessed({ ...proof, algorithm: 'draw/1', ticks: 50 })

  test('names the tick of each highlight that differs', async () => {
    const seen = await seenHonestly()
    const highlights = seen.highlights ?? []
    for (const { tick } of highlights) {
      const wrong = highlights.map((shown) =>
        shown.tick === tick ? { ...shown, index: (shown.index + 1) % 3 } : shown,
      )
      const check = await checkDraw(proof, { ...seen, highlights: wrong }, bundledHashing)
      expect(check.firstFailed).toBe('highlights')
      expect(check.steps.find(({ step }) => step === 'highlights')?.got).toMatch(new RegExp(`^${tick}: `))
    }
  })

  test('detects a highlight with the right index and another name', async () => {
    const seen = await seenHonestly()
    const highlights = (seen.highlights ?? []).map((shown) =>
      shown.tick === 50 ? { ...shown, member: { id: 'ann', name: 'Anna' } } : shown,
    )
    expect((await checkDraw(proof, { ...seen, highlights }, bundledHashing)).firstFailed).toBe('highlights')
  })

  test('detects a highlight after the fiftieth', async () => {
    const seen = await seenHonestly()
    const highlights = [{ tick: 51, index: 0, member: { id: 'ann', name: 'Ann' } }]
    expect((await checkDraw(proof, { ...seen, highlights }, bundledHashing)).firstFailed).toBe('highlights')
  })

  test('checks the highlights that arrived at a late client', async () => {
    const seen = await seenHonestly()
    const late = { ...seen, highlights: (seen.highlights ?? []).slice(30) }
    expect(await checkDraw(proof, late, bundledHashing)).toMatchObject({ holds: true })
  })

  test('detects a winner other than the fiftieth highlight', async () => {
    const seen = await seenHonestly()
    const complete = { index: 1, winner: { id: 'bob', name: 'Bob' } }
    expect((await checkDraw(proof, { ...seen, complete }, bundledHashing)).firstFailed).toBe('winner')
  })

  test('detects a commitment that changed between its announcement and the start', async () => {
    const seen = await seenHonestly()
    const announcedCommitment = 'ab'.repeat(32)
    expect((await checkDraw(proof, { ...seen, announcedCommitment }, bundledHashing)).firstFailed).toBe(
      'announced',
    )
  })

  test('detects an own contribution that is missing in the proof', async () => {
    const seen = await seenHonestly()
    const ownContributions = [{ by: 'sock-9', entropy: '22'.repeat(16) }]
    const check = await checkDraw(proof, { ...seen, ownContributions }, bundledHashing)
    expect(check.firstFailed).toBe('contributions')
  })

  test('detects members in another order', async () => {
    const seen = await seenHonestly()
    const reversed = { ...proof, members: proof.members.toReversed() }
    expect((await checkDraw(reversed, seen, bundledHashing)).firstFailed).toBe('members')
  })
})

test('computes the same draw with both hashings for lists that force rejected words and many blocks', async () => {
  const webCrypto = webCryptoHashing(webcrypto.subtle)
  await fc.assert(
    fc.asyncProperty(hexBytes(32, 32), fc.integer({ min: 1, max: 10_000 }), async (serverSeed, count) => {
      const proof = {
        algorithm: 'draw/1',
        room: 'main',
        drawNo: 1,
        serverSeed,
        commitment: honestCommitment('main', 1, serverSeed),
        members: Array.from({ length: count }, (_, i) => ({ id: `#${i + 1}`, name: `Name ${i}` })),
        contributions: [],
        ticks: 50,
      }
      const [one, other] = await Promise.all([
        checkDraw(proof, {}, webCrypto),
        checkDraw(proof, {}, bundledHashing),
      ])
      expect(one.recomputed).toEqual(other.recomputed)
      expect(one.recomputed?.highlights).toHaveLength(50)
    }),
    { numRuns: 10 },
  )
})
