import { describe, expect, test } from 'vitest'
import { anew, begin, decide, offering, withdrawn, type Heard } from '../../../src/client/mesh/negotiation.js'

const offer = (negotiation: string | null, origin: string | null = 'far'): Heard => ({
  type: 'offer',
  negotiation,
  origin,
})
const answer = (negotiation: string | null, origin: string | null = 'far'): Heard => ({
  type: 'answer',
  negotiation,
  origin,
})
const candidate = (negotiation: string | null): Heard => ({ type: 'candidate', negotiation })

const agreed = (polite: boolean) => decide(answer('n1'), offering(begin(polite), 'n1')).next

describe('when both have offered', () => {
  test('the polite side takes the offer of the other, and drops its own', () => {
    const { next, act } = decide(offer('theirs'), offering(begin(true), 'mine'))
    expect(act).toEqual({ type: 'accept', anew: false })
    expect(next).toMatchObject({ phase: 'stable', current: 'theirs', past: ['mine'] })
    expect(decide(answer('mine'), next).act).toEqual({ type: 'ignore' })
  })

  test('the other side waits for the answer to its own, and hears nothing of what was dropped', () => {
    const { next, act } = decide(offer('theirs'), offering(begin(false), 'mine'))
    expect(act).toEqual({ type: 'ignore' })
    expect(decide(candidate('theirs'), next).act).toEqual({ type: 'ignore' })
    expect(decide(answer('mine'), next).act).toEqual({ type: 'conclude' })
  })
})

describe('what belongs to an older negotiation', () => {
  test.each([true, false])('counts no more (polite: %s)', (polite) => {
    const renewed = offering(agreed(polite), 'n2')
    for (const late of [offer('n1'), answer('n1'), candidate('n1')])
      expect(decide(late, renewed).act).toEqual({ type: 'ignore' })
  })

  test('does not come alive again when the newer one is taken back', () => {
    expect(decide(answer('n2'), withdrawn(offering(agreed(true), 'n2'))).act).toEqual({ type: 'ignore' })
  })

  test('is forgotten at last: what is kept of it is bounded', () => {
    let state = begin(true)
    for (let n = 0; n < 100; n++) state = offering(state, n)
    expect(state.past).toHaveLength(16)
  })
})

describe('an offer', () => {
  test('that came twice is answered once', () => {
    const { next } = decide(offer('n1'), begin(true))
    expect(decide(offer('n1'), next)).toEqual({ next, act: { type: 'ignore' } })
  })

  test('of a client that counts no negotiations is taken like any other', () => {
    const { next, act } = decide(offer(null, null), begin(false))
    expect(act).toEqual({ type: 'accept', anew: false })
    expect(decide(candidate(null), next).act).toEqual({ type: 'add-candidate' })
    expect(decide(offer(null, null), next).act).toEqual({ type: 'accept', anew: false })
  })

  test('of a far end that has begun anew is taken on a new connection', () => {
    expect(decide(offer('n2', 'far again'), agreed(false)).act).toEqual({ type: 'accept', anew: true })
  })
})

describe('an answer', () => {
  test('of a far end that has begun anew cannot conclude what the old one began', () => {
    const { next, act } = decide(answer('n2', 'far again'), offering(agreed(false), 'n2'))
    expect(act).toEqual({ type: 'begin-anew' })
    expect(next).toEqual(anew(offering(agreed(false), 'n2')))
  })

  test('to nothing is nothing', () => {
    expect(decide(answer(null), agreed(true)).act).toEqual({ type: 'ignore' })
  })
})

describe('a candidate', () => {
  test('waits for its description, and is added once that is there', () => {
    expect(decide(candidate('n1'), begin(true)).act).toEqual({ type: 'keep-candidate' })
    expect(decide(candidate('n1'), offering(begin(true), 'n1')).act).toEqual({ type: 'keep-candidate' })
    expect(decide(candidate('n1'), agreed(true)).act).toEqual({ type: 'add-candidate' })
  })
})
