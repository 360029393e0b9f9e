/**
 * “Perfect negotiation” of the WebRTC specification (https://www.w3.org/TR/webrtc/#perfect-negotiation-example) as a pure
 * decision: which peer gives way when both offer at once, and which late signals still count.
 *
 * It has two additions. Each offer has an id, which its answer and its candidates carry, so that signals of a replaced
 * offer are recognised. And each description names the connection that it comes from: when the far end has a new one (its
 * page was reloaded), the near end needs a new one as well.
 */
export interface Negotiation {
  /** rolls its own offer back when both have offered */
  readonly isPolite: boolean
  /** `have-local-offer`: a local offer has no answer yet */
  readonly phase: 'stable' | 'have-local-offer'
  /** the latest offer of either side */
  readonly current: NegotiationId | null
  /** the far end's connection, once it is known */
  readonly origin: string | null
  /** candidates can be added */
  readonly hasRemoteDescription: boolean
  /** offers that no longer count, the latest last */
  readonly replaced: ReadonlyArray<NegotiationId>
}

export type NegotiationId = string | number

type RemoteOffer = {
  readonly type: 'offer'
  readonly negotiation: NegotiationId | null
  readonly origin: string | null
}
type RemoteAnswer = {
  readonly type: 'answer'
  readonly negotiation: NegotiationId | null
  readonly origin: string | null
}
type RemoteCandidate = { readonly type: 'candidate'; readonly negotiation: NegotiationId | null }

export type RemoteSignal = RemoteOffer | RemoteAnswer | RemoteCandidate

export type NegotiationAction =
  | { readonly type: 'ignore' }
  /** answer the offer, which rolls a local one back; on a new connection if the far end has a new one */
  | { readonly type: 'apply-offer'; readonly onNewConnection: boolean }
  | { readonly type: 'apply-answer' }
  /** the answer comes from another connection than the offer was meant for: offer again on a new connection */
  | { readonly type: 'reconnect' }
  | { readonly type: 'add-candidate' }
  /** its description has not come yet */
  | { readonly type: 'buffer-candidate' }

export interface Decision {
  readonly next: Negotiation
  readonly action: NegotiationAction
}

/** Signals that are still under way belong to one of the last few offers. */
const maxReplaced = 16

export const initialNegotiation = (isPolite: boolean): Negotiation => ({
  isPolite,
  phase: 'stable',
  current: null,
  origin: null,
  hasRemoteDescription: false,
  replaced: [],
})

const withReplaced = (
  replaced: ReadonlyArray<NegotiationId>,
  id: NegotiationId | null,
): ReadonlyArray<NegotiationId> => (id === null ? replaced : [...replaced, id].slice(-maxReplaced))

export const withLocalOffer = (state: Negotiation, id: NegotiationId): Negotiation => ({
  ...state,
  phase: 'have-local-offer',
  current: id,
  replaced: withReplaced(state.replaced, state.current),
})

/** The local offer stays without an answer: it is rolled back. */
export const withRollback = (state: Negotiation): Negotiation => ({
  ...state,
  phase: 'stable',
  current: null,
  replaced: withReplaced(state.replaced, state.current),
})

/** With a new local connection, nothing that the far end has sent so far fits. */
export const withNewConnection = (state: Negotiation): Negotiation => ({
  ...withRollback(state),
  origin: null,
  hasRemoteDescription: false,
})

export const decide = (signal: RemoteSignal, state: Negotiation): Decision => {
  switch (signal.type) {
    case 'offer':
      return onOffer(signal, state)
    case 'answer':
      return onAnswer(signal, state)
    case 'candidate':
      return { next: state, action: onCandidate(signal, state) }
  }
}

const ignore = (state: Negotiation): Decision => ({ next: state, action: { type: 'ignore' } })

const differs = (origin: string | null, previous: string | null): boolean =>
  origin !== null && previous !== null && origin !== previous

const onOffer = ({ negotiation, origin }: RemoteOffer, state: Negotiation): Decision => {
  // Sent again, because its acknowledgement was lost.
  if (negotiation !== null && (negotiation === state.current || state.replaced.includes(negotiation)))
    return ignore(state)
  if (state.phase === 'have-local-offer' && !state.isPolite)
    return ignore({ ...state, replaced: withReplaced(state.replaced, negotiation) })
  return {
    next: {
      ...state,
      phase: 'stable',
      current: negotiation,
      origin: origin ?? state.origin,
      hasRemoteDescription: true,
      replaced: withReplaced(state.replaced, state.current),
    },
    action: { type: 'apply-offer', onNewConnection: differs(origin, state.origin) },
  }
}

const onAnswer = ({ negotiation, origin }: RemoteAnswer, state: Negotiation): Decision => {
  if (state.phase === 'stable') return ignore(state)
  if (negotiation !== null && negotiation !== state.current) return ignore(state)
  if (differs(origin, state.origin)) return { next: withNewConnection(state), action: { type: 'reconnect' } }
  return {
    next: { ...state, phase: 'stable', origin: origin ?? state.origin, hasRemoteDescription: true },
    action: { type: 'apply-answer' },
  }
}

const onCandidate = ({ negotiation }: RemoteCandidate, state: Negotiation): NegotiationAction => {
  const { phase, current, hasRemoteDescription, replaced } = state
  if (negotiation === null || negotiation === current)
    return { type: phase === 'stable' && hasRemoteDescription ? 'add-candidate' : 'buffer-candidate' }
  // What is still true of a replaced offer is in the newer description, too (RFC 8829, 5.2.2).
  return { type: replaced.includes(negotiation) ? 'ignore' : 'buffer-candidate' }
}
