import type { WireError } from '../../../client/wire.js'
import { errorText } from '../../shell/error-text.js'

/** What went wrong and what to do about it, where the words for any page would not fit a game. */
const refusals: Readonly<Record<string, string>> = {
  'not-your-turn': 'It is not your turn. Wait for the other side to move.',
  'column-full': 'That column is full. Choose another one.',
  'stale-move': 'The board has moved on since. Look at it again, then choose.',
  'game-over': 'This game is over. Ask for a rematch, or start a new one.',
  'not-a-player': 'You are watching this game. Only its two players can do that.',
  'room-not-found': 'There is no such game. Check the link, or start a new one.',
  'activity-inactive': 'Nobody plays Connect Four in that room. Check the link, or start a new game.',
  'room-exists': 'A game is being played here already.',
  'access-denied': 'This game is private. Ask for the full link: the part after # lets you in.',
  'target-not-found': 'Your opponent has left. Start a new game and send its link.',
  'not-in-room': 'You are not in this game any more. Reload the page to come in again.',
  'command-id-reused': 'That move could not be told from another one. Make it again.',
  'invalid-payload': 'The server did not understand that. Reload the page and try again.',
}

export const refusalWords = (error: WireError): string => refusals[error.code] ?? errorText(error)
