import { awayUntil, ownSide, type End, type Game } from '../../../client/connect-four/game.js'
import type { Player } from '../../../client/connect-four/vocabulary.js'
import type { WireError } from '../../../client/wire-words.js'
import { wordsFor } from '../../shell/error-words.js'

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

const lower = (name: string): string =>
  name === 'You' || name === 'The computer' || name === 'Your opponent' ? name.toLowerCase() : name

export const winnerWords = (game: Game, { winner, reason }: End): string => {
  if (winner !== null) return ownSide(game) === winner ? 'You won!' : `${nameOf(game, winner)} won.`
  return reason === 'full' ? 'A draw.' : 'The game is over.'
}

/** How it came to that end; empty where the line says it all. */
export const endWords = (game: Game, { winner, reason }: End): string => {
  const loser = winner === null ? null : nameOf(game, otherSide(winner))
  switch (reason) {
    case 'four':
      return winner === null ? '' : `Four ${discName(winner)} discs in a line.`
    case 'full':
      return 'The board is full, and nobody has four in a line.'
    case 'resigned':
      return loser === null ? 'It was called off before anybody joined.' : `${loser} gave up.`
    case 'forfeit':
      return loser === null
        ? 'It was called off before anybody joined.'
        : `${loser} stayed away for too long.`
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

/** What changed from one look to the next, for those who do not see it; `null`: nothing to be told. */
export const newsOf = (before: Game, now: Game): string | null => {
  const told = [
    ...beginning(before, now),
    ...move(before, now),
    ...ending(before, now),
    ...sides.flatMap((player) => absence(before, now, player)),
  ]
  return told.length === 0 ? null : told.join(' ')
}

const beginning = (before: Game, now: Game): ReadonlyArray<string> => {
  if (now.phase.type === 'waiting' && before.phase.type !== 'waiting')
    return ['Waiting for somebody to play. Share the link.']
  const begins = now.phase.type === 'playing' && before.phase.type !== 'playing'
  if (!begins || now.phase.type !== 'playing') return []
  const own = ownSide(now)
  const who = own === null ? 'You are watching.' : `You play ${discName(own)}.`
  const start = now.ply === 0 ? 'The game begins.' : `The game is at move ${now.ply + 1}.`
  return [`${start} ${who} ${turnWords(now, now.phase.next)}.`.replace('….', '…')]
}

const move = (before: Game, now: Game): ReadonlyArray<string> => {
  const { last, ply, phase } = now
  if (last === null || ply <= before.ply || before.phase.type === 'unknown') return []
  const made = `Move ${ply}: ${lower(nameOf(now, last.player))}, ${discName(last.player)}, in column ${last.column + 1}.`
  return phase.type === 'playing' ? [`${made} ${turnWords(now, phase.next)}.`.replace('….', '…')] : [made]
}

const ending = (before: Game, now: Game): ReadonlyArray<string> =>
  now.phase.type === 'over' && before.phase.type !== 'over'
    ? [`${winnerWords(now, now.phase.end)} ${endWords(now, now.phase.end)}`.trim()]
    : []

const absence = (before: Game, now: Game, player: Player): ReadonlyArray<string> => {
  // One's own absence is the connection's to tell.
  if (now.phase.type !== 'playing' || ownSide(now) === player) return []
  const [was, is] = [awayUntil(before, player) !== null, awayUntil(now, player) !== null]
  if (was === is) return []
  const name = nameOf(now, player)
  return [is ? `${name} lost the connection, and the place is kept for a while.` : `${name} is back.`]
}

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

export const refusalWords = (error: WireError): string => refusals[error.code] ?? wordsFor(error)
