/** What fast-check draws from: people who meet, what they say, and whole sessions of it. */
export {
  connectionsEach,
  everybody,
  memberIds,
  nastyNames,
  people,
  viewers,
  ways,
  type Way,
} from './people.js'
export { columns, connectFourCommands, gamesOfPeople, levels } from './connect-four-commands.js'
export { entropies, pickerCommands } from './picker-commands.js'
export { quizCommands } from './quiz-commands.js'
export { graces, moduleNames, relayCommands, roomCommands, tokens, type Sent } from './room-commands.js'
export { played, sessions, take, type Session, type Turn } from './sessions.js'
export {
  activitySessions,
  playedActivity,
  roomFacts,
  type ActivitySession,
  type ActivityTurn,
} from './activity-sessions.js'
