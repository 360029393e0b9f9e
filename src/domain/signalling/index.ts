/**
 * What members say to each other to connect their browsers. It takes its place in the room's order and is kept nowhere:
 * the rules for one signal are here, as functions of the room and of what the pair has said; what is remembered of it lives as
 * long as the room is in memory. The log hears how much went from whom to whom.
 */
export { isStale, mayWait, signalling, type Waiting, wayOf } from './decide.js'
export { type Offers, offered } from './negotiation.js'
export { carries, type NegotiationId, type Signal, type Target } from './signal.js'
export { counted, isOver, type Tally, tellAt, told } from './signal-count.js'
