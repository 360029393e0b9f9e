import { describe, expect, test } from 'vitest'
import {
  decide,
  initialNegotiation,
  withLocalOffer,
  withNewConnection,
  withRollback,
  type RemoteSignal,
} from '../../../src/client/mesh/negotiation.js'

const offer = (negotiation: string | null, origin: string | null = 'far'): RemoteSignal => ({
  type: 'offer',
  negotiation,
  origin,
})
const answer = (negotiation: string | null, origin: string | null = 'far'): RemoteSignal => ({
  type: 'answer',
  negotiation,
  origin,
})
const candidate = (negotiation: string | null): RemoteSignal => ({ type: 'candidate', negotiation })

const agreed = (polite: boolean) =>
  decide(answer('n1'), withLocalOffer(initialNegotiation(polite), 'n1')).next

describe('when both have offered', () => {
  test('the polite side takes the offer of the other, and drops its own', () => {
    const { next, action } = decide(offer('theirs'), withLocalOffer(initialNegotiation(true), 'mine'))
    expect(action).toEqual({ type: 'apply-offer', onNewConnection: false })
    expect(next).toMatchObject({ phase: 'stable', current: 'theirs', replaced: ['mine'] })
    expect(decide(answer('mine'), next).action).toEqual({ type: 'ignore' })
  })

  test('the other side waits for the answer to its own, and hears nothing of what was dropped', () => {
    const { next, action } = decide(offer('theirs'), withLocalOffer(initialNegotiation(false), 'mine'))
    expect(action).toEqual({ type: 'ignore' })
    expect(decide(candidate('theirs'), next).action).toEqual({ type: 'ignore' })
    expect(decide(answer('mine'), next).action).toEqual({ type: 'apply-answer' })
  })
})

describe('what belongs to an older negotiation', () => {
  test.each([true, false])('counts no more (polite: %s)', (polite) => {
    const renewed = withLocalOffer(agreed(polite), 'n2')
    for (const late of [offer('n1'), answer('n1'), candidate('n1')])
      expect(decide(late, renewed).action).toEqual({ type: 'ignore' })
  })

  test('does not come alive again when the newer one is taken back', () => {
    expect(decide(answer('n2'), withRollback(withLocalOffer(agreed(true), 'n2'))).action).toEqual({
      type: 'ignore',
    })
  })

  test('is forgotten at last: what is kept of it is bounded', () => {
    let state = initialNegotiation(true)
    for (let n = 0; n < 100; n++) state = withLocalOffer(state, n)
    expect(state.replaced).toHaveLength(16)
  })
})

describe('an offer', () => {
  test('that came twice is answered once', () => {
    const { next } = decide(offer('n1'), initialNegotiation(true))
    expect(decide(offer('n1'), next)).toEqual({ next, action: { type: 'ignore' } })
  })

  test('of a client that counts no negotiations is taken like any other', () => {
    const { next, action } = decide(offer(null, null), initialNegotiation(false))
    expect(action).toEqual({ type: 'apply-offer', onNewConnection: false })
    expect(decide(candidate(null), next).action).toEqual({ type: 'add-candidate' })
    expect(decide(offer(null, null), next).action).toEqual({ type: 'apply-offer', onNewConnection: false })
  })

  test('of a far end that has begun anew is taken on a new connection', () => {
    expect(decide(offer('n2', 'far again'), agreed(false)).action).toEqual({
      type: 'apply-offer',
      onNewConnection: true,
    })
  })
})

describe('an answer', () => {
  test('of a far end that has begun anew cannot conclude what the old one began', () => {
    const { next, action } = decide(answer('n2', 'far again'), withLocalOffer(agreed(false), 'n2'))
    expect(action).toEqual({ type: 'reconnect' })
    expect(next).toEqual(withNewConnection(withLocalOffer(agreed(false), 'n2')))
  })

  test('to nothing is nothing', () => {
    expect(decide(answer(null), agreed(true)).action).toEqual({ type: 'ignore' })
  })
})

describe('a candidate', () => {
  test('waits for its description, and is added once that is there', () => {
    expect(decide(candidate('n1'), initialNegotiation(true)).action).toEqual({ type: 'buffer-candidate' })
    expect(decide(candidate('n1'), withLocalOffer(initialNegotiation(true), 'n1')).action).toEqual({
      type: 'buffer-candidate',
    })
    expect(decide(candidate('n1'), agreed(true)).action).toEqual({ type: 'add-candidate' })
  })
})
