import { ownSide, type End, type Game } from '../../../client/connect-four/game.js'
import type { Player } from '../../../client/connect-four/connect-four-wire.js'

/** The colour is one sign of whose disc it is; the mark on it is the other. */
export const discName = (player: Player): string => (player === 1 ? 'red' : 'yellow')

export const otherSide = (player: Player): Player => (player === 1 ? 2 : 1)

export const sides: ReadonlyArray<Player> = [1, 2]

/** As this viewer would call the player. */
export const nameOf = (game: Game, player: Player): string => {
  const seat = game.players[player]
  const own = ownSide(game)
  if (own === player) return 'You'
  if (seat?.kind === 'ai') return 'The computer'
  if (seat?.name !== undefined && seat.name !== '') return seat.name
  return own === null ? `Player ${player}` : 'Your opponent'
}

/** “Your turn”, “Ben’s turn”. */
export const turnWords = (game: Game, next: Player): string => {
  if (ownSide(game) === next) return 'Your turn'
  return game.players[next]?.kind === 'ai' ? 'The computer is thinking …' : `${nameOf(game, next)}’s turn`
}

export const winnerWords = (game: Game, { winner, reason }: End): string => {
  if (winner !== null) return ownSide(game) === winner ? 'You won!' : `${nameOf(game, winner)} won.`
  return reason === 'full' ? 'A draw.' : 'The game is over.'
}

const calledOff = 'It was called off.'

/** How it came to that end; empty where the line says it all. */
export const endWords = (game: Game, { winner, reason }: End): string => {
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

/** Headline and line under it of a game as it stands. */
export const standing = (
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
      return { headline: turnWords(game, phase.next), detail: playingDetail(game, phase.next, isSending) }
    case 'over':
      return { headline: winnerWords(game, phase.end), detail: endWords(game, phase.end) }
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
