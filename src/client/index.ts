/** The browser SDK: clients of the picker, of calls, of Connect Four and of a quiz, and the check of a draw. */
export { memoryStorage, tabStorage, type ClientOptions, type ClientPorts } from './client-ports.js'
export { columnNumbers, emptyBoard, landingRow, lineOn } from './connect-four/board.js'
export {
  connectFourClient,
  type ConnectFourClient,
  type ConnectFourState,
  type GameJoined,
  type GameOptions,
  type PendingMove,
} from './connect-four/connect-four-client.js'
export type * from './connect-four/connect-four-wire.js'
export {
  awayUntil,
  evolveGame,
  ownSide,
  unknownGame,
  type End,
  type Game,
  type GamePhase,
  type GameSignal,
  type LastMove,
} from './connect-four/game.js'
export { socketIoConnection, type Connect, type Connection } from './connection.js'
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
export {
  drawTicks,
  maxDrawMembers,
  maxMemberNameLength,
  readProof,
  type Contribution,
  type DrawMember,
  type DrawProof,
} from './fairness/proof.js'
export {
  meshCall,
  type CallOptions,
  type CallPeer,
  type CallState,
  type MeshCall,
  type MeshCallPorts,
} from './mesh/mesh-call.js'
export type { MeshJoinResult, MeshRequests, PeerEntry } from './mesh/mesh-wire.js'
export { sources, type PeerMedia, type Source } from './mesh/peer-media.js'
export type * from './mesh/webrtc.js'
export {
  maxBroadcastViewers,
  pickerBroadcast,
  type Broadcast,
  type BroadcastPorts,
  type BroadcastState,
} from './picker/picker-broadcast.js'
export {
  pickerClient,
  type PickerClient,
  type PickerOptions,
  type PickerState,
} from './picker/picker-client.js'
export { emptyRoom, evolveRoom, type PickerRoom, type StoredProofs } from './picker/picker-room.js'
export type * from './picker/picker-wire.js'
export { storedProofs, storeProofs } from './picker/stored-proofs.js'
export type { AnswerState } from './quiz/answer-sender.js'
export type { Person } from './quiz/people.js'
export { quizClient, type QuizClient, type QuizClientState, type QuizOptions } from './quiz/quiz-client.js'
export {
  emptyQuizRoom,
  evolveQuizRoom,
  type AskedQuestion,
  type Hosting,
  type OwnAnswer,
  type QuizRoom,
  type QuizRoomSignal,
  type Round,
} from './quiz/quiz-room.js'
export type { QuizJoined, ShownEvent } from './quiz/quiz-wire.js'
export { ownChoice, playersIn, pointsOf, ranking, type Rank } from './quiz/ranking.js'
export type { RoomStatus, StateSource } from './room-client.js'
export type { ConnectionState } from './session-client.js'
export type { SessionStorage } from './stored-session.js'
export type { Answer, Session, Stamp, WireError } from './wire.js'
