/** The browser SDK: a client of the picker that comes back to where it was, and the check of a draw. */
export {
  checkDraw,
  stepNames,
  type CheckedStep,
  type DrawCheck,
  type Highlight,
  type Outcome,
  type RecomputedDraw,
  type StepName,
  type WitnessedDraw,
} from './fairness/check-draw.js'
export { bestHashing, bundledHashing, webCryptoHashing, type Hashing } from './fairness/hashing.js'
export { readProof, type Contribution, type DrawMember, type DrawProof } from './fairness/proof.js'
export { keepEvidence, keptEvidence } from './kept-evidence.js'
export type { Connect, Connection } from './connection.js'
export {
  pickerClient,
  type MembershipState,
  type PickerClient,
  type PickerSignal,
  type Wish,
} from './picker-client.js'
export { emptyRoom, evolveRoom, type Evidence, type PickerRoom } from './picker-room.js'
export type * from './picker-vocabulary.js'
export type { ClientPorts, ConnectionState } from './session-client.js'
export type { SessionStorage } from './session-memory.js'
export { socketIoConnection } from './socket-io-connection.js'
export type * from './wire-words.js'
