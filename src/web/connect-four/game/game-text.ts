import { ownSide, type End, type Game } from '../../../client/connect-four/game.js'
import type { Player } from '../../../client/connect-four/connect-four-wire.js'
import type { WireError } from '../../../client/wire.js'
import { errorText } from '../../shell/error-text.js'

/** A disc is recognised by its colour and by the mark on it. */
export const discName = (player: Player): string => (player === 1 ? 'red' : 'yellow')

export const otherSide = (player: Player): Player => (player === 1 ? 2 : 1)

export const sides: ReadonlyArray<Player> = [1, 2]

/** The name of a player, as this client shows it. */
export const nameOf = (game: Game, player: Player): string => {
  const seat = game.players[player]
  const own = ownSide(game)
  if (own === player) return 'You'
  if (seat?.kind === 'ai') return 'The computer'
  if (seat?.name !== undefined && seat.name !== '') return seat.name
  return own === null ? `Player ${player}` : 'Your opponent'
}

/** “Your turn”, “Ben’s turn”. */
export const turnText = (game: Game, next: Player): string => {
  if (ownSide(game) === next) return 'Your turn'
  return game.players[next]?.kind === 'ai' ? 'The computer is thinking …' : `${nameOf(game, next)}’s turn`
}

export const resultText = (game: Game, { winner, reason }: End): string => {
  if (winner !== null) return ownSide(game) === winner ? 'You won!' : `${nameOf(game, winner)} won.`
  return reason === 'full' ? 'A draw.' : 'The game is over.'
}

const calledOff = 'It was called off.'

/** The reason for the result; empty where the line shows it. */
export const endText = (game: Game, { winner, reason }: End): string => {
  const loser = winner === null ? null : nameOf(game, otherSide(winner))
  switch (reason) {
    case 'four':
      return winner === null ? '' : `Four ${discName(winner)} discs in a line.`
    case 'full':
      return 'The board is full, and nobody has four in a line.'
    case 'resigned':
      return loser === null ? calledOff : `${loser} gave up.`
    case 'forfeit':
      return loser === null ? calledOff : `${loser} stayed away for too long.`
    case null:
      return 'It was given up before you came.'
  }
}

/** The headline of a game, and the line below it. */
export const gameText = (
  game: Game,
  isSending: boolean,
): { readonly headline: string; readonly detail: string } => {
  const { phase } = game
  switch (phase.type) {
    case 'unknown':
      return { headline: 'Coming in …', detail: '' }
    case 'waiting':
      return {
        headline: 'Waiting for somebody to play',
        detail: 'Whoever opens the link first has the other seat. All others watch.',
      }
    case 'playing':
      return { headline: turnText(game, phase.next), detail: playingDetail(game, phase.next, isSending) }
    case 'over':
      return { headline: resultText(game, phase.end), detail: endText(game, phase.end) }
  }
}

const playingDetail = (game: Game, next: Player, isSending: boolean): string => {
  if (isSending) return 'Your disc is on its way.'
  const own = ownSide(game)
  if (own === null) return `Move ${game.ply + 1}. You are watching.`
  return own === next
    ? `Move ${game.ply + 1}: choose a column for your ${discName(own)} disc.`
    : `Move ${game.ply + 1}. You play ${discName(own)}.`
}

/** What happened and what to do, where the general text does not fit a game. */
const gameErrors: Readonly<Record<string, string>> = {
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

export const gameErrorText = (error: WireError): string => gameErrors[error.code] ?? errorText(error)
