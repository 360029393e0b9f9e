/**
 * WebRTC negotiation between members. A signal takes its place in the room's order and is not logged: the log records only how
 * many signals went from whom to whom.
 */
export { admitWaitingSignal, routeSignal, type Signal, type Target, type WaitingSignals } from './signal.js'
export { addOffer, isStale, type NegotiationId, type Offers } from './negotiation.js'
export { countSignal, isIntervalOver, recordCount, recordDueAt, type SignalCount } from './signal-count.js'
