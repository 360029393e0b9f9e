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
export {
  pickerClient,
  type ConnectionState,
  type MembershipState,
  type PickerClient,
  type PickerClientPorts,
  type PickerSignal,
  type Wish,
} from './picker-client.js'
export type { ConnectPicker, PickerConnection } from './picker-connection.js'
export { emptyRoom, evolveRoom, type Evidence, type PickerRoom } from './picker-room.js'
export type * from './picker-vocabulary.js'
export type { SessionStorage } from './session-memory.js'
export { socketIoPickerConnection } from './socket-io-picker-connection.js'
