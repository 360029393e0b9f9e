import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDraw } from '../../../src/client/fairness/check-draw.js'
import { bundledHashing } from '../../../src/client/fairness/hashing.js'
import { drawTicks, maxDrawMembers, maxMemberNameLength } from '../../../src/client/fairness/proof.js'
import { ticks } from '../../../src/domain/activities/random-picker/fairness.js'
import { randomPicker } from '../../../src/domain/activities/random-picker/index.js'
import { activityDriver, person } from '../../kit/index.js'
import { vectors } from './draw-vectors.js'

describe('an invalid proof is reported with its first invalid field', () => {
  const honest = vectors[1]?.proof
  const invalidProofs: ReadonlyArray<[string, unknown]> = [
    ['proof', null],
    ['proof', 'text'],
    ['proof', []],
    ['drawNo', { ...honest, drawNo: 0 }],
    ['drawNo', { ...honest, drawNo: 2 ** 32 }],
    ['drawNo', { ...honest, drawNo: '7' }],
    ['serverSeed', { ...honest, serverSeed: '01' }],
    ['serverSeed', { ...honest, serverSeed: 'zz'.repeat(32) }],
    ['commitment', { ...honest, commitment: undefined }],
    ['members', { ...honest, members: [] }],
    ['members', { ...honest, members: Array(2).fill({ id: 'ann', name: 'Ann' }) }],
    ['members[0].name', { ...honest, members: [{ id: 'ann', name: '' }] }],
    ['members[0].name', { ...honest, members: [{ id: 'ann', name: 'half \ud83d' }] }],
    ['room', { ...honest, room: 'half \udc00' }],
    ['contributions[0].entropy', { ...honest, contributions: [{ by: 'a', entropy: '1' }] }],
    [
      'contributions[0].entropy',
      {
        ...honest,
        contributions: [
          { by: 'a', entropy: '11' },
          { by: 'b', entropy: '11'.repeat(16) },
        ],
      },
    ],
    [
      'contributions',
      {
        ...honest,
        contributions: [...Array(2).fill({ by: 'a', entropy: '11'.repeat(16) }), { by: 'b', entropy: '11' }],
      },
    ],
  ]

  test.each(invalidProofs)('%s', async (path, claimed) => {
    const check = await checkDraw(claimed, {}, bundledHashing)
    expect(check).toMatchObject({ holds: false, firstFailed: 'proof', recomputed: null })
    expect(check.steps[0]?.expected).toMatch(new RegExp(`^${path.replace(/[[\]]/g, '\\$&')}: `))
    expect(check.steps.slice(1).every(({ outcome }) => outcome === 'not-reached')).toBe(true)
  })

  test('answers any value without an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (claimed) => {
        expect((await checkDraw(claimed, {}, bundledHashing)).firstFailed).toBe('proof')
      }),
    )
  })

  test('accepts a nonce at the end from a starter who contributed', async () => {
    const twice = [
      { by: 'sock-1', entropy: '11'.repeat(16) },
      { by: 'sock-1', entropy: '6c75636b79' },
    ]
    expect(await checkDraw({ ...honest, contributions: twice }, {}, bundledHashing)).toMatchObject({
      holds: true,
    })
  })
})

test('a proof has the limits of a draw in the domain', () => {
  const canStart = (memberCount: number, nameLength: number): boolean => {
    const driver = activityDriver(randomPicker)
    driver.setActive(true, null)
    const members = Array.from({ length: memberCount }, () => ({ name: 'n'.repeat(nameLength) }))
    driver.send({ type: 'start', members }, person('Ann').memberId)
    return driver.state().phase.type === 'running'
  }
  expect([canStart(maxDrawMembers, 1), canStart(maxDrawMembers + 1, 1)]).toEqual([true, false])
  expect([canStart(1, maxMemberNameLength), canStart(1, maxMemberNameLength + 1)]).toEqual([true, false])
  expect(drawTicks).toBe(ticks)
})
