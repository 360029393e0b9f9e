/** The browser SDK: clients of the picker, of calls, of games and of a quiz that come back to where they were, and the check of a draw. */
export { columnNumbers, emptyBoard, landingRow, lineOn } from './connect-four/board.js'
export {
  connectFourClient,
  type ConnectFourClient,
  type ConnectFourPorts,
  type ConnectFourState,
  type GameMembership,
  type GameWish,
  type PendingMove,
} from './connect-four/connect-four-client.js'
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
export type * from './connect-four/connect-four-wire.js'
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
export { keepEvidence, keptEvidence } from './picker/stored-proofs.js'
export {
  meshCall,
  type CallMembership,
  type CallPeer,
  type CallState,
  type MeshCall,
  type MeshCallPorts,
  type MeshWish,
} from './mesh/mesh-call.js'
export type { PeerMedia } from './mesh/peer-media.js'
export { sources, type Source } from './mesh/presence.js'
export type { MeshJoinResult, MeshRequests, PeerEntry } from './mesh/mesh-wire.js'
export type * from './mesh/webrtc.js'
export type { Connect, Connection } from './connection.js'
export {
  pickerBroadcast,
  viewersReachedAtMost,
  type Broadcast,
  type BroadcastPorts,
  type BroadcastState,
} from './picker/picker-broadcast.js'
export {
  pickerClient,
  type MembershipState,
  type PickerClient,
  type PickerSignal,
  type Wish,
} from './picker/picker-client.js'
export { emptyRoom, evolveRoom, type Evidence, type PickerRoom } from './picker/picker-room.js'
export type * from './picker/picker-wire.js'
export type { AnswerState } from './quiz/answer-sender.js'
export type { Hosting } from './quiz/hosting.js'
export type { Person } from './quiz/people.js'
export {
  quizClient,
  type QuizClient,
  type QuizClientState,
  type QuizMembership,
  type QuizPorts,
  type QuizWish,
} from './quiz/quiz-client.js'
export {
  emptyQuizRoom,
  evolveQuizRoom,
  type AskedQuestion,
  type OwnAnswer,
  type QuizRoom,
  type QuizRoomSignal,
  type Round,
} from './quiz/quiz-room.js'
export type { QuizJoined, ShownEvent } from './quiz/quiz-wire.js'
export { ownChoice, playersIn, pointsOf, standings, type Standing } from './quiz/ranking.js'
export type { ClientPorts, ConnectionState } from './session-client.js'
export type { SessionStorage } from './stored-session.js'
export { socketIoConnection } from './socket-io-connection.js'
export type * from './wire.js'
