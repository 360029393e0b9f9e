/**
 * What members say to each other to connect their browsers. It takes its place in the room's order and is kept nowhere:
 * the rules for one signal are here, as functions of the room and of what the pair has said; what is remembered of it lives as
 * long as the room is in memory. The log hears how much went from whom to whom.
 */
export {
  isStale,
  admitWaitingSignal,
  signallingProtocols,
  type WaitingSignals,
  routeSignal,
} from './decide.js'
export { type Offers, addOffer } from './negotiation.js'
export { supportsSignal, type NegotiationId, type Signal, type Target } from './signal.js'
export { countSignal, isIntervalOver, type SignalCount, recordDueAt, recordCount } from './signal-count.js'
