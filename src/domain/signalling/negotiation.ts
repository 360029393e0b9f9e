/** An id that a client chooses for an offer and all its signals. Of two numbers, the smaller one is older. */
export type NegotiationId = string | number

/** The offers that one member has made to another. If both offer at once, one withdraws and answers; neither offer is stale. */
export interface Offers {
  readonly current: NegotiationId
  /** The offers before it, the latest last. */
  readonly past: ReadonlyArray<NegotiationId>
}

/** The offers between two members. */
export interface PairOffers {
  readonly own: Offers | undefined
  readonly theirs: Offers | undefined
}

/** Signals that are still in transit belong to one of the last few offers. */
const maxPastOffers = 16

export const addOffer = (offers: Offers | undefined, id: NegotiationId): Offers => {
  if (offers === undefined) return { current: id, past: [] }
  if (offers.current === id) return offers
  return { current: id, past: [...offers.past, offers.current].slice(-maxPastOffers) }
}

/** Whether a newer offer has replaced the offer of a signal, which would disturb the newer negotiation. */
export const isStale = (
  { kind, negotiation }: { readonly kind: string; readonly negotiation: NegotiationId | null },
  { own, theirs }: PairOffers,
): boolean => {
  if (negotiation === null) return false
  switch (kind) {
    case 'offer':
      return isSuperseded(negotiation, own)
    case 'answer':
      return isSuperseded(negotiation, theirs)
    case 'candidate':
      return isStaleCandidate(negotiation, own, theirs)
    default:
      return false
  }
}

/** A candidate belongs to an offer of either side, or to a later one of its sender. */
const isStaleCandidate = (
  id: NegotiationId,
  own: Offers | undefined,
  theirs: Offers | undefined,
): boolean => {
  if (id === own?.current || id === theirs?.current) return false
  return isSuperseded(id, own) || (isSuperseded(id, theirs) && !isLater(id, own))
}

const isSuperseded = (id: NegotiationId, offers: Offers | undefined): boolean => {
  if (offers === undefined || id === offers.current) return false
  const { current, past } = offers
  return areNumbers(id, current) ? id < current : past.includes(id)
}

const isLater = (id: NegotiationId, offers: Offers | undefined): boolean =>
  offers !== undefined && areNumbers(id, offers.current) && id > offers.current

const areNumbers = (one: NegotiationId, other: NegotiationId): boolean =>
  typeof one === 'number' && typeof other === 'number'
