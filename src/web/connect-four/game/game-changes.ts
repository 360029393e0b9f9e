import { awayUntil, ownSide, type Game } from '../../../client/connect-four/game.js'
import type { Player } from '../../../client/connect-four/connect-four-wire.js'
import { discName, endText, nameOf, sides, turnText, resultText } from './game-text.js'

/** For screen readers: each move, the next turn, who goes away or returns, and the end; `null`: none of these. */
export const gameChangeText = (before: Game, now: Game): string | null => {
  const sentences = [
    ...beginning(before, now),
    ...move(before, now),
    ...ending(before, now),
    ...sides.flatMap((player) => absence(before, now, player)),
  ]
  return sentences.length === 0 ? null : sentences.join(' ')
}

const beginning = (before: Game, now: Game): ReadonlyArray<string> => {
  if (now.phase.type === 'waiting' && before.phase.type !== 'waiting')
    return ['Waiting for somebody to play. Share the link.']
  const begins = now.phase.type === 'playing' && before.phase.type !== 'playing'
  if (!begins || now.phase.type !== 'playing') return []
  const own = ownSide(now)
  const who = own === null ? 'You are watching.' : `You play ${discName(own)}.`
  const start = now.ply === 0 ? 'The game begins.' : `The game is at move ${now.ply + 1}.`
  return [`${start} ${who} ${turn(now, now.phase.next)}`]
}

const move = (before: Game, now: Game): ReadonlyArray<string> => {
  const { last, ply, phase } = now
  if (last === null || ply <= before.ply || before.phase.type === 'unknown') return []
  const sentence = `Move ${ply}: ${lower(nameOf(now, last.player))}, ${discName(last.player)}, in column ${last.column + 1}.`
  return [phase.type === 'playing' ? `${sentence} ${turn(now, phase.next)}` : sentence]
}

const ending = (before: Game, now: Game): ReadonlyArray<string> =>
  now.phase.type === 'over' && before.phase.type !== 'over'
    ? [`${resultText(now, now.phase.end)} ${endText(now, now.phase.end)}`.trim()]
    : []

const absence = (before: Game, now: Game, player: Player): ReadonlyArray<string> => {
  // The own absence is shown by the connection status.
  if (now.phase.type !== 'playing' || ownSide(now) === player) return []
  const [was, is] = [awayUntil(before, player) !== null, awayUntil(now, player) !== null]
  if (was === is) return []
  const name = nameOf(now, player)
  return [is ? `${name} lost the connection, and the place is kept for a while.` : `${name} is back.`]
}

/** As a sentence. */
const turn = (game: Game, next: Player): string => {
  const words = turnText(game, next)
  return words.endsWith('…') ? words : `${words}.`
}

/** In the middle of a sentence. */
const lower = (name: string): string =>
  name === 'You' || name === 'The computer' || name === 'Your opponent' ? name.toLowerCase() : name
