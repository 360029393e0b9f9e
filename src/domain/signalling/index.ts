/**
 * WebRTC negotiation between members. A signal has a place in the room's order but is not logged: the log records only counts
 * by sender, receiver and kind.
 */
export { admitWaitingSignal, routeSignal, type Signal, type Target, type WaitingSignals } from './signal.js'
export { addOffer, isStale, type NegotiationId, type Offers } from './negotiation.js'
export { countSignal, isIntervalOver, recordCount, recordDueAt, type SignalCount } from './signal-count.js'
