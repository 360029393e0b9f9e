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

describe('when both peers have offered', () => {
  test('the polite peer applies the remote offer, and rolls its own back', () => {
    const { next, action } = decide(offer('theirs'), withLocalOffer(initialNegotiation(true), 'mine'))
    expect(action).toEqual({ type: 'apply-offer', onNewConnection: false })
    expect(next).toMatchObject({ phase: 'stable', current: 'theirs', replaced: ['mine'] })
    expect(decide(answer('mine'), next).action).toEqual({ type: 'ignore' })
  })

  test('the impolite peer waits for the answer to its own offer, and ignores candidates of the other', () => {
    const { next, action } = decide(offer('theirs'), withLocalOffer(initialNegotiation(false), 'mine'))
    expect(action).toEqual({ type: 'ignore' })
    expect(decide(candidate('theirs'), next).action).toEqual({ type: 'ignore' })
    expect(decide(answer('mine'), next).action).toEqual({ type: 'apply-answer' })
  })
})

describe('signals of an older negotiation', () => {
  test.each([true, false])('are ignored (polite: %s)', (polite) => {
    const renewed = withLocalOffer(agreed(polite), 'n2')
    for (const late of [offer('n1'), answer('n1'), candidate('n1')])
      expect(decide(late, renewed).action).toEqual({ type: 'ignore' })
  })

  test('stay ignored after the newer offer is rolled back', () => {
    expect(decide(answer('n2'), withRollback(withLocalOffer(agreed(true), 'n2'))).action).toEqual({
      type: 'ignore',
    })
  })

  test('are recognised by at most 16 ids', () => {
    let state = initialNegotiation(true)
    for (let n = 0; n < 100; n++) state = withLocalOffer(state, n)
    expect(state.replaced).toHaveLength(16)
  })
})

describe('an offer', () => {
  test('is answered once when it arrives twice', () => {
    const { next } = decide(offer('n1'), initialNegotiation(true))
    expect(decide(offer('n1'), next)).toEqual({ next, action: { type: 'ignore' } })
  })

  test('is applied without a negotiation id', () => {
    const { next, action } = decide(offer(null, null), initialNegotiation(false))
    expect(action).toEqual({ type: 'apply-offer', onNewConnection: false })
    expect(decide(candidate(null), next).action).toEqual({ type: 'add-candidate' })
    expect(decide(offer(null, null), next).action).toEqual({ type: 'apply-offer', onNewConnection: false })
  })

  test('is applied on a new connection when the far end has a new one', () => {
    expect(decide(offer('n2', 'far again'), agreed(false)).action).toEqual({
      type: 'apply-offer',
      onNewConnection: true,
    })
  })
})

describe('an answer', () => {
  test('leads to a new connection when the far end has a new one', () => {
    const { next, action } = decide(answer('n2', 'far again'), withLocalOffer(agreed(false), 'n2'))
    expect(action).toEqual({ type: 'reconnect' })
    expect(next).toEqual(withNewConnection(withLocalOffer(agreed(false), 'n2')))
  })

  test('is ignored without a local offer', () => {
    expect(decide(answer(null), agreed(true)).action).toEqual({ type: 'ignore' })
  })
})

describe('a candidate', () => {
  test('is buffered until its description has come', () => {
    expect(decide(candidate('n1'), initialNegotiation(true)).action).toEqual({ type: 'buffer-candidate' })
    expect(decide(candidate('n1'), withLocalOffer(initialNegotiation(true), 'n1')).action).toEqual({
      type: 'buffer-candidate',
    })
    expect(decide(candidate('n1'), agreed(true)).action).toEqual({ type: 'add-candidate' })
  })
})
