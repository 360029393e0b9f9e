/**
 * Who gives way when two ends of a connection offer at once, and what still counts of what comes late. The "perfect
 * negotiation" of the WebRTC specification (https://www.w3.org/TR/webrtc/#perfect-negotiation-example) as a decision without
 * a browser in it: what one signal does to the state, and what is then to be done.
 *
 * Two things are added. Each offer has an id of its own, which its answer and its candidates carry, so that what belongs
 * to a replaced offer is told from what belongs to the one in force. And each description says which connection it comes
 * from: where the far end has begun anew (its page was loaded again), the near end does, too.
 */
export interface Negotiation {
  /** gives way when both have offered */
  readonly polite: boolean
  /** `offering`: an offer of ours has no answer yet */
  readonly phase: 'stable' | 'offering'
  /** the offer that is in force or under way, of either side */
  readonly current: NegotiationId | null
  /** the far end's connection, once it is known */
  readonly origin: string | null
  /** the connection has a description of the far end, so that candidates can be added */
  readonly isDescribed: boolean
  /** offers that count no more, the latest last */
  readonly past: ReadonlyArray<NegotiationId>
}

export type NegotiationId = string | number

export type Heard =
  | { readonly type: 'offer'; readonly negotiation: NegotiationId | null; readonly origin: string | null }
  | { readonly type: 'answer'; readonly negotiation: NegotiationId | null; readonly origin: string | null }
  | { readonly type: 'candidate'; readonly negotiation: NegotiationId | null }

export type Act =
  | { readonly type: 'ignore' }
  /** take the offer and answer it, on a new connection if the far end has one; an own offer is rolled back by that */
  | { readonly type: 'accept'; readonly anew: boolean }
  /** the answer to what was offered */
  | { readonly type: 'conclude' }
  /** the answer comes from another connection than the offer was meant for: offer anew, on a new one */
  | { readonly type: 'begin-anew' }
  | { readonly type: 'add-candidate' }
  /** its description is not there yet */
  | { readonly type: 'keep-candidate' }

export interface Decision {
  readonly next: Negotiation
  readonly act: Act
}

/** Whatever is still under way belongs to one of the last few offers. */
const pastKept = 16

export const begin = (polite: boolean): Negotiation => ({
  polite,
  phase: 'stable',
  current: null,
  origin: null,
  isDescribed: false,
  past: [],
})

const replaced = ({ current, past }: Negotiation): ReadonlyArray<NegotiationId> =>
  current === null ? past : [...past, current].slice(-pastKept)

/** An offer of ours goes out. */
export const offering = (state: Negotiation, id: NegotiationId): Negotiation => ({
  ...state,
  phase: 'offering',
  current: id,
  past: replaced(state),
})

/** Nobody has answered, or the answer was lost: the offer is taken back. */
export const withdrawn = (state: Negotiation): Negotiation => ({
  ...state,
  phase: 'stable',
  current: null,
  past: replaced(state),
})

/** A new connection of ours: the far end has to begin anew, too, and nothing that it has said so far fits. */
export const anew = (state: Negotiation): Negotiation => ({
  ...withdrawn(state),
  origin: null,
  isDescribed: false,
})

export const decide = (heard: Heard, state: Negotiation): Decision => {
  switch (heard.type) {
    case 'offer':
      return onOffer(heard, state)
    case 'answer':
      return onAnswer(heard, state)
    case 'candidate':
      return { next: state, act: onCandidate(heard, state) }
  }
}

const ignored = (state: Negotiation): Decision => ({ next: state, act: { type: 'ignore' } })

const isAnother = (origin: string | null, known: string | null): boolean =>
  origin !== null && known !== null && origin !== known

const onOffer = (
  { negotiation, origin }: Extract<Heard, { readonly type: 'offer' }>,
  state: Negotiation,
): Decision => {
  // What was sent again because its acknowledgement was lost.
  if (negotiation !== null && (negotiation === state.current || state.past.includes(negotiation)))
    return ignored(state)
  if (state.phase === 'offering' && !state.polite)
    return negotiation === null
      ? ignored(state)
      : ignored({ ...state, past: [...state.past, negotiation].slice(-pastKept) })
  return {
    next: {
      ...state,
      phase: 'stable',
      current: negotiation,
      origin: origin ?? state.origin,
      isDescribed: true,
      past: replaced(state),
    },
    act: { type: 'accept', anew: isAnother(origin, state.origin) },
  }
}

const onAnswer = (
  { negotiation, origin }: Extract<Heard, { readonly type: 'answer' }>,
  state: Negotiation,
): Decision => {
  if (state.phase === 'stable') return ignored(state)
  if (negotiation !== null && negotiation !== state.current) return ignored(state)
  if (isAnother(origin, state.origin)) return { next: anew(state), act: { type: 'begin-anew' } }
  return {
    next: { ...state, phase: 'stable', origin: origin ?? state.origin, isDescribed: true },
    act: { type: 'conclude' },
  }
}

const onCandidate = (
  { negotiation }: Extract<Heard, { readonly type: 'candidate' }>,
  { phase, current, isDescribed, past }: Negotiation,
): Act => {
  if (negotiation === null || negotiation === current)
    return { type: phase === 'stable' && isDescribed ? 'add-candidate' : 'keep-candidate' }
  // Of an offer that was replaced. What is still true of it is in the newer description, too (RFC 8829, 5.2.2).
  return { type: past.includes(negotiation) ? 'ignore' : 'keep-candidate' }
}
