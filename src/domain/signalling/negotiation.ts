import type { NegotiationId } from './signal.js'

/**
 * The offers that one member has made to another. Each side of a pair has its own: when both offer at once, one of them
 * gives way and answers, and neither offer has made the other an older one.
 */
export interface Offers {
  readonly current: NegotiationId
  /** Those before it, the latest last. */
  readonly past: ReadonlyArray<NegotiationId>
}

/** Whatever is still under way between two browsers belongs to one of the last few. */
const pastKept = 16

export const addOffer = (offers: Offers | undefined, id: NegotiationId): Offers => {
  if (offers === undefined) return { current: id, past: [] }
  if (offers.current === id) return offers
  return { current: id, past: [...offers.past, offers.current].slice(-pastKept) }
}

/** Whether this belongs to an offer that another of the same side has replaced. */
export const isSuperseded = (id: NegotiationId, offers: Offers | undefined): boolean => {
  if (offers === undefined || id === offers.current) return false
  const { current, past } = offers
  return areCounted(id, current) ? id < current : past.includes(id)
}

/** Whether a side that counts is to make this offer yet. */
export const isLater = (id: NegotiationId, offers: Offers | undefined): boolean =>
  offers !== undefined && areCounted(id, offers.current) && id > offers.current

const areCounted = (one: NegotiationId, other: NegotiationId): boolean =>
  typeof one === 'number' && typeof other === 'number'
