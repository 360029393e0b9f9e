import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { NegotiationId, Offers } from '../../../src/domain/signalling/index.js'
import { isStale, addOffer } from '../../../src/domain/signalling/index.js'
import { person } from '../../kit/index.js'
import { signal, to } from './signalling-kit.js'

const bob = person('bob')

/** The offers of one side, in order. */
const offers = (...ids: ReadonlyArray<NegotiationId>): Offers | undefined =>
  ids.reduce<Offers | undefined>(addOffer, undefined)

const stale = (
  kind: string,
  negotiation: NegotiationId | null,
  own: Offers | undefined,
  theirs: Offers | undefined,
): boolean => isStale(signal(to(bob), { kind, negotiation }), { own, theirs })

const kinds = ['offer', 'answer', 'candidate', 'signal']

describe('a signal of an older negotiation', () => {
  test.each([
    ['numbers', 1, 2],
    ['names', 'first', 'second'],
  ] as const)('is stale when the ids of offers are %s', (_type, first, second) => {
    const both = offers(first, second)
    expect(stale('offer', first, both, undefined)).toBe(true)
    expect(stale('answer', first, undefined, both)).toBe(true)
    expect(stale('candidate', first, both, undefined)).toBe(true)
    expect(stale('candidate', first, undefined, both)).toBe(true)
    for (const kind of kinds) {
      expect(stale(kind, second, both, undefined), `${kind}`).toBe(false)
      expect(stale(kind, second, undefined, both), `${kind}`).toBe(false)
    }
  })

  test('is stale after up to 16 newer offers', () => {
    const many = Array.from({ length: 17 }, (_, index) => `offer-${index}`)
    for (const id of many.slice(0, -1))
      expect(stale('offer', id, offers(...many), undefined), `${id}`).toBe(true)
    expect(stale('offer', 0, offers(1_000), undefined)).toBe(true)
  })

  test('is never stale when its kind belongs to no offer', () => {
    expect(stale('signal', 1, offers(2), offers(2))).toBe(false)
  })
})

describe('a candidate', () => {
  test('is stale if its offer was replaced, independently of the offers of the other side', () => {
    expect(stale('candidate', 'a1', offers('a1', 'a2'), offers('b1'))).toBe(true)
    expect(stale('candidate', 'b1', offers('a1'), offers('b1', 'b2'))).toBe(true)
    expect(stale('candidate', 3, offers(5), offers(1))).toBe(true)
  })

  test('is not stale if it belongs to the last offer of either side', () => {
    for (const id of ['a2', 'b1'])
      expect(stale('candidate', id, offers('a1', 'a2'), offers('b1'))).toBe(false)
    for (const id of [5, 1]) expect(stale('candidate', id, offers(5), offers(1))).toBe(false)
  })

  test('is not stale before the offer that it belongs to', () => {
    expect(stale('candidate', 'a3', offers('a1', 'a2'), offers('b1', 'b2'))).toBe(false)
    expect(stale('candidate', 3, offers(2), offers(9))).toBe(false)
    expect(stale('candidate', 1, undefined, undefined)).toBe(false)
  })
})

const ids: fc.Arbitrary<NegotiationId> = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.constantFrom('x', 'y', 'z', '__proto__', '1'),
)
const side = fc.array(ids, { maxLength: 5 })

property.prop([fc.constantFrom(...kinds), side, side])(
  'a signal without a negotiation is never stale',
  (kind, own, theirs) => {
    expect(stale(kind, null, offers(...own), offers(...theirs))).toBe(false)
  },
)

property.prop([ids, ids])(
  'two offers that cross make neither offer, answer nor candidate stale',
  (mine, yours) => {
    fc.pre(mine !== yours)
    const [own, theirs] = [offers(mine), offers(yours)]
    expect(stale('offer', mine, own, theirs)).toBe(false)
    expect(stale('offer', yours, theirs, own)).toBe(false)
    expect(stale('answer', yours, own, theirs)).toBe(false)
    expect(stale('answer', mine, theirs, own)).toBe(false)
    for (const id of [mine, yours]) {
      expect(stale('candidate', id, own, theirs)).toBe(false)
      expect(stale('candidate', id, theirs, own)).toBe(false)
    }
  },
)

property.prop([side, side, ids])(
  'the newest offer is not stale, and an answer to the offer that it replaces is',
  (own, theirs, newest) => {
    const before = offers(...own)
    fc.pre(!stale('offer', newest, before, undefined))
    const after = addOffer(before, newest)
    expect(stale('offer', newest, after, offers(...theirs))).toBe(false)
    expect(stale('answer', newest, offers(...theirs), after)).toBe(false)
    if (before !== undefined && before.current !== newest) {
      expect(stale('answer', before.current, offers(...theirs), after)).toBe(true)
    }
  },
)

property.prop([side, ids])('adding an offer twice has the effect of adding it once', (before, id) => {
  const once = addOffer(offers(...before), id)
  expect(addOffer(once, id)).toBe(once)
})
